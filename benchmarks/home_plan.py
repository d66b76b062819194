"""A household's plan comes within a fiftieth of the saving of the best there is, in milliseconds."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from time import thread_time

import numpy as np

from sceop_hub.core.plan.battery import by_itself, left_price
from sceop_hub.core.plan.ground import ground
from sceop_hub.core.plan.horizon import Horizon
from sceop_hub.core.plan.jobs import Placed, job
from sceop_hub.core.plan.making import plan
from sceop_hub.core.plan.plan import Plan
from sceop_hub.core.plan.wants import Battery, Want

from ._home_cases import case
from ._home_milp import least_cost
from .harness import Figure, at_least, at_most

CASES = 30
REPEATS = 5
"""A plan's time is the least of so many: what else the machine does is not the plan's."""
LOADS, BATTERY, ROOM, ALL = "ten loads", "ten loads, battery", "ten loads, room", "ten loads, room, battery"
BARRED = (LOADS, BATTERY)
"""The bars are for these; rooms are measured beside, without a bar but that nothing beats the optimum."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case costs when each load starts at once, as planned, and at least."""

    at_once: float
    planned: float
    least: float
    milliseconds: float

    @property
    def share(self) -> float:
        """The share of the greatest saving that the plan makes."""
        return (self.at_once - self.planned) / (self.at_once - self.least)


def measure() -> Iterator[Figure]:
    """Yield the figures of all cases, with a battery and without."""
    with ProcessPoolExecutor(max_workers=2) as pool:
        least = dict(zip(_every(), pool.map(_least, *zip(*_every(), strict=True)), strict=True))
    print(f"{'':26} saving: mean, worst, all; cost over the optimum; milliseconds: mean, worst")
    for kind in (LOADS, BATTERY, ROOM, ALL):
        found = [_planned(kind, seed, least[kind, seed]) for seed in range(CASES)]
        shares, times = ([getattr(one, name) for one in found] for name in ("share", "milliseconds"))
        over = sum(one.planned for one in found) / sum(one.least for one in found) - 1
        saved = sum(one.at_once - one.planned for one in found) / sum(one.at_once - one.least for one in found)
        print(
            f"{kind:26} {np.mean(shares):.2%} {min(shares):.2%} {saved:.2%}; {over:+.3%};"
            f" {np.mean(times):.1f} {max(times):.1f}"
        )
        yield at_most(f"{kind}: best share of the optimum's saving", max(shares), 1.0005)
        if kind in BARRED:
            yield at_least(f"{kind}: share of the optimum's saving, mean", float(np.mean(shares)), 0.98)
            yield at_least(f"{kind}: share of the optimum's saving, worst case", min(shares), 0.95)
            yield at_most(f"{kind}: time of a plan, worst case", max(times), 20, "ms")
        if kind == LOADS:
            yield at_most(f"{kind}: cost over the optimum's", over, 0.01)


def _every() -> list[tuple[str, int]]:
    return [(kind, seed) for kind in (LOADS, BATTERY, ROOM, ALL) for seed in range(CASES)]


def _wants(kind: str, seed: int) -> tuple[list[Placed], Battery | None, Horizon]:
    home = case(seed)
    loads: list[Placed] = [*home.loads, home.room] if kind in (ROOM, ALL) else [*home.loads]
    return loads, home.battery if kind in (BATTERY, ALL) else None, home.horizon


def _least(kind: str, seed: int) -> float:
    loads, battery, horizon = _wants(kind, seed)
    if battery is None:
        return least_cost(loads, horizon)
    return least_cost([*loads, battery], horizon, left_price(battery, ground(horizon)))


def _planned(kind: str, seed: int, least: float) -> Outcome:
    """Return the outcome of a case; what is left in a battery at the end is worth the same to all."""
    loads, battery, horizon = _wants(kind, seed)
    wants: list[Want] = [*loads, *([battery] if battery else [])]
    times = []
    for _ in range(REPEATS):
        begun = thread_time()
        made = plan(wants, horizon)
        times.append(1000 * (thread_time() - begun))
    at_once, planned = made.cost_at_once, made.cost
    if battery:
        price = left_price(battery, ground(horizon))
        at_once -= price * _left_at_once(loads, battery, horizon)
        planned -= price * _left(battery, made)
    return Outcome(at_once, planned, least, min(times))


def _left(battery: Battery, made: Plan) -> float:
    (placement,) = (placement for placement in made.placements if placement.id == battery.id)
    return battery.stored_wh + sum(wh * battery.efficiency if wh > 0 else wh for wh in placement.wh)


def _left_at_once(loads: Sequence[Placed], battery: Battery, horizon: Horizon) -> float:
    site = ground(horizon)
    net = site.net
    for load in loads:
        net = job(load, site, site.curve()).at_once.added_to(net)
    return by_itself(battery, net).left_wh
