"""The least that a home's two days can cost: its plan as a mixed integer programme, solved to its optimum."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped] # it ships no types
from scipy.sparse import csr_array  # type: ignore[import-untyped] # it ships no types

from sceop_hub.core.plan.horizon import Horizon
from sceop_hub.core.plan.wants import Battery, Comfort, Need, RunOnce, Want
from sceop_hub.core.slots import SLOT

_GAP = 1e-4
_SECONDS = 60


@dataclass(slots=True)
class _Model:
    """Variables and rows, gathered load by load."""

    horizon: Horizon
    costs: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    rows: list[tuple[list[int], list[float], float, float]] = field(default_factory=list)
    draws: list[list[tuple[int, float]]] = field(default_factory=list)
    """Which variables draw how much in each slot."""

    def variables(
        self, count: int, low: ArrayLike, high: ArrayLike, cost: ArrayLike = 0.0, *, whole: bool = False
    ) -> list[int]:
        """Add variables; return their numbers."""
        begin = len(self.costs)
        self.costs += np.broadcast_to(cost, count).tolist()
        self.low += np.broadcast_to(low, count).tolist()
        self.high += np.broadcast_to(high, count).tolist()
        self.whole += [int(whole)] * count
        return list(range(begin, begin + count))

    def row(self, terms: Sequence[tuple[int, float]], low: float, high: float) -> None:
        """Add a row."""
        self.rows.append(([name for name, _ in terms], [factor for _, factor in terms], low, high))


def least_cost(wants: Sequence[Want], horizon: Horizon, left_price: float = 0.0) -> float:
    """Return the least cost, less what is left in a battery at its price."""
    slots = len(horizon)
    model = _Model(horizon, draws=[[] for _ in range(slots)])
    bought = model.variables(slots, 0, np.inf, horizon.buy / 1000)
    sold = model.variables(slots, 0, np.inf, -horizon.sell / 1000)
    for want in wants:
        if isinstance(want, Battery):
            _battery(want, model, left_price)
        else:
            _load(want, model)
    for slot, terms in enumerate(model.draws):
        grid = [(bought[slot], 1.0), (sold[slot], -1.0), *((name, -wh) for name, wh in terms)]
        model.row(grid, horizon.net_wh[slot], horizon.net_wh[slot])
    return _solved(model)


def _solved(model: _Model) -> float:
    indices = [name for names, _, _, _ in model.rows for name in names]
    factors = [factor for _, some, _, _ in model.rows for factor in some]
    starts = np.cumsum([0, *(len(names) for names, _, _, _ in model.rows)])
    matrix = csr_array((factors, indices, starts), shape=(len(model.rows), len(model.costs)))
    found = milp(
        np.array(model.costs),
        integrality=model.whole,
        bounds=Bounds(np.array(model.low), np.array(model.high)),
        constraints=LinearConstraint(matrix, [row[2] for row in model.rows], [row[3] for row in model.rows]),
        options={"mip_rel_gap": _GAP, "time_limit": _SECONDS},
    )
    return float(found.mip_dual_bound if found.mip_dual_bound is not None else found.fun)


@singledispatch
def _load(want: Want, _model: _Model) -> None:
    raise TypeError(want)


@_load.register
def _run(want: RunOnce, model: _Model) -> None:
    first, end = _window(want.earliest, want.ready_by, model.horizon)
    starts = model.variables(end - first - len(want.wh) + 1, 0, 1, whole=True)
    model.row([(name, 1.0) for name in starts], 1, 1)
    for start, name in enumerate(starts, start=first):
        for slot, wh in enumerate(want.wh, start=start):
            model.draws[slot].append((name, wh))


@_load.register
def _need(want: Need, model: _Model) -> None:
    first, end = _window(want.earliest, want.ready_by, model.horizon)
    count, least, most = end - first, want.min_w / 4, want.max_w / 4
    takes = model.variables(count, 0, most)
    on = model.variables(count, 0, 1, whole=True)
    model.row([(name, 1.0) for name in takes], want.wh, want.wh)
    for slot in range(count):
        model.row([(takes[slot], 1.0), (on[slot], -most)], -np.inf, 0)
        model.row([(takes[slot], 1.0), (on[slot], -least)], 0, np.inf)
        model.draws[first + slot].append((takes[slot], 1.0))
    if not want.interruptible:
        begins = model.variables(count, 0, 1)
        model.row([(name, 1.0) for name in begins], 1, 1)
        for slot in range(count):
            before = [(on[slot - 1], -1.0)] if slot else []
            model.row([(on[slot], 1.0), *before, (begins[slot], -1.0)], -np.inf, 0)


@_load.register
def _room(want: Comfort, model: _Model) -> None:
    first, end = _window(want.earliest, want.until, model.horizon)
    outside = model.horizon.outside_c
    assert outside is not None, "a room is planned by the temperature outside"
    keeps = (1 - want.loss_per_hour) ** 0.25
    takes = model.variables(end - first, 0, want.max_w / 4)
    degrees = model.variables(end - first, want.low_c, want.high_c)
    for slot in range(first, end):
        index = slot - first
        gained = (1 - keeps) * outside[slot] + (0.0 if index else keeps * want.now_c)
        before = [(degrees[index - 1], -keeps)] if index else []
        model.row([(degrees[index], 1.0), *before, (takes[index], -want.gain_c_per_kwh / 1000)], gained, gained)
        model.draws[slot].append((takes[index], 1.0))


def _battery(want: Battery, model: _Model, left_price: float) -> None:
    slots = len(model.horizon)
    charged = model.variables(slots, 0, want.charge_w / 4)
    given = model.variables(slots, 0, want.discharge_w / 4)
    held = model.variables(slots, want.reserve_wh, want.capacity_wh, [0.0] * (slots - 1) + [-left_price])
    for slot in range(slots):
        before = [(held[slot - 1], -1.0)] if slot else []
        begun = 0.0 if slot else want.stored_wh
        model.row([(held[slot], 1.0), *before, (charged[slot], -want.efficiency), (given[slot], 1.0)], begun, begun)
        model.draws[slot] += [(charged[slot], 1.0), (given[slot], -1.0)]


def _window(earliest: datetime, ready_by: datetime, horizon: Horizon) -> tuple[int, int]:
    return max(-((horizon.start - earliest) // SLOT), 0), min((ready_by - horizon.start) // SLOT, len(horizon))
