"""The battery: charged where energy costs least, discharged where it saves most, never below its reserve."""

from dataclasses import dataclass
from math import floor

import numpy as np

from ..forecast.series import Floats
from .ground import Ground
from .store import Pieces, Step, corridor, move, rising, to_go, value
from .wants import Battery

_SLOTS_AN_HOUR = 4
_WEAR = 1e-8
"""Money a Wh that passes through: no battery works for nothing."""
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Worked:
    """What a battery does: Wh at its connection, below zero where it gives; and what a Wh in it is worth then."""

    wh: Floats
    valued: Floats
    left_wh: float


def taking(battery: Battery) -> int:
    """Return the most Wh that go in in a slot."""
    return max(battery.charge_w, 0) // _SLOTS_AN_HOUR


def giving(battery: Battery) -> int:
    """Return the most Wh that come out in a slot."""
    return max(battery.discharge_w, 0) // _SLOTS_AN_HOUR


def left_price(battery: Battery, ground: Ground) -> float:
    """Return what a Wh that is left at the end is worth: as much as the cheapest one to be had until then."""
    cheapest = np.where(ground.net < 0, ground.worth, ground.dear)[: ground.known].min()
    return max(float(cheapest) / battery.efficiency, 0) * (1 - _ROUNDING)


def work(battery: Battery, ground: Ground, net: Floats) -> Worked:
    """Return what the battery best does beside a net draw: no other way costs less."""
    held = float(min(battery.stored_wh, battery.capacity_wh))
    steps = _steps(battery, ground, net)
    lows, highs = corridor(steps, held, battery.reserve_wh, battery.capacity_wh)
    wh, valued = [], []
    for step, after in zip(steps, to_go(steps, lows, highs, left_price(battery, ground)), strict=True):
        edges = after.edges()
        best = move(step, after, edges, held)
        if best > 0:
            moved = floor(best / battery.efficiency + _ROUNDING)
            held = min(held + moved * battery.efficiency, battery.capacity_wh)
        else:
            moved = -floor(min(-best, held) + _ROUNDING)
            held += moved
        wh.append(moved)
        valued.append(value(after, edges, held))
    return Worked(np.array(wh, dtype=np.float64), np.array(valued), held)


def by_itself(battery: Battery, net: Floats) -> Worked:
    """Return what it does without a plan: it takes what would be sold, and gives before anything is bought."""
    held = float(min(battery.stored_wh, battery.capacity_wh))
    most, least = taking(battery), giving(battery)
    wh = []
    for draw in net.tolist():
        if draw < 0:
            moved = floor(min(-draw, most, (battery.capacity_wh - held) / battery.efficiency))
            held = min(held + moved * battery.efficiency, battery.capacity_wh)
        else:
            moved = -floor(max(min(draw, least, held - battery.reserve_wh), 0))
            held += moved
        wh.append(moved)
    return Worked(np.array(wh, dtype=np.float64), np.zeros(len(wh)), held)


def _steps(battery: Battery, ground: Ground, net: Floats) -> list[Step]:
    """Return what each slot lets the battery do beside its net draw, at its prices of a Wh drawn and given."""
    most, least, kept = taking(battery), giving(battery), battery.efficiency
    surplus, want = np.clip(-net, 0, most), np.clip(net, 0, least)
    slots = zip(
        (ground.dear - _WEAR).tolist(),
        want.tolist(),
        (ground.worth - _WEAR).tolist(),
        (least - want).tolist(),
        (ground.worth / kept + _WEAR).tolist(),
        (surplus * kept).tolist(),
        (ground.dear / kept + _WEAR).tolist(),
        ((most - surplus) * kept).tolist(),
        strict=True,
    )
    steps = [Step([(a, b), (c, d)], [(e, f), (g, h)]) for a, b, c, d, e, f, g, h in slots]
    for slot in np.flatnonzero((ground.worth < 0) | (ground.dear < ground.worth)).tolist():
        steps[slot] = Step(*_convex(steps[slot].taking, steps[slot].giving))
    return steps


def _convex(takes: Pieces, gives: Pieces) -> tuple[Pieces, Pieces]:
    """Return what is given and taken at prices that rise, where one below zero, or a dear sale, would let them fall."""
    at = -sum(length for _, length in gives)
    left: Pieces = []
    right: Pieces = []
    for price, length in rising([piece for piece in (*reversed(gives), *takes) if piece[1] > 0]):
        below = min(max(-at, 0), length)
        left.append((price, below))
        right.append((price, length - below))
        at += length
    left.reverse()
    return left, right
