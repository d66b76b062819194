"""Jobs: wants as the planner places them, with the slots that each may take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from ..forecast.series import Floats
from ..slots import SLOT
from .comfort import Band
from .curve import Curve
from .ground import Ground
from .needs import Rigid, Spread, Stretch, draw
from .places import Block, Fixed, Place, Places, trimmed
from .wants import Battery, Comfort, Need, RunOnce, Want

type Placed = RunOnce | Need | Comfort

_WORTH_IT = 0.01
"""A load waits only for more than a hundredth of its cost, and more than a cent."""
_CENT = 0.01
LONGEST = 14 * 96
"""Slots after its earliest in which a load is looked after: what takes longer is planned again until then."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A want in its window, and what it does when nothing is planned."""

    want: Placed
    first: int
    end: int
    at_once: Place
    short_wh: int = 0
    """What is not there in time even if it starts at once; then it has no other place."""
    free: bool = True
    """Whether there is more than one place."""

    @property
    def late(self) -> bool:
        """Whether it cannot be ready in time."""
        return self.short_wh > 0

    def places(self, curve: Curve, ground: Ground) -> Places:
        """Return where it may be when draws cost as the curve says."""
        want = self.want
        if not self.free:
            return Fixed(self.at_once)
        if isinstance(want, Comfort):
            return Band(curve, want, ground.outside_c, self.first, self.end)
        if isinstance(want, RunOnce):
            return Block(curve, self.at_once.wh, self.first, self.end)
        taken = draw(want)
        assert taken is not None, "what takes nothing has no other place"
        if taken.rigid:
            if want.interruptible:
                return Rigid(curve, taken, self.first, self.end)
            return Block(curve, self.at_once.wh, self.first, self.end)
        return (Spread if want.interruptible else Stretch)(curve, taken, self.first, self.end)


def ends(wants: Sequence[Want], start: datetime) -> list[datetime]:
    """Return until when the ground has to reach, so that each load fits at least once."""
    return [
        max(start, want.earliest) + (len(_soonest(want)) + 1) * SLOT
        for want in wants
        if isinstance(want, RunOnce | Need) and want.earliest < start + LONGEST * SLOT
    ]


def job(want: Placed, ground: Ground, curve: Curve) -> Job:
    """Return a want with its slots; those before the ground begins are over."""
    first = ground.first(want.earliest)
    if isinstance(want, Comfort):
        return _comfort(want, ground, curve, first)
    wh = _soonest(want)
    first = min(first, len(ground))
    fits = len(wh) <= len(ground) - first
    end = min(ground.last(want.ready_by), max(ground.known, first + len(wh)))
    energy = sum(want.wh) if isinstance(want, RunOnce) else want.wh
    in_time = int(wh[: max(ground.last(want.ready_by) - first, 0)].sum()) if fits else energy
    at_once = Place(first, wh if fits else wh[:0])
    return Job(want, first, end, at_once, energy - in_time, free=fits and in_time == energy and end - first > len(wh))


def _comfort(want: Comfort, ground: Ground, curve: Curve, first: int) -> Job:
    """Return a band in its slots; while nobody knows the temperature outside, it is left as it is."""
    end = min(ground.last(want.until), ground.known)
    if end <= first or not np.isfinite(ground.outside_c).all():
        return Job(want, min(first, len(ground)), end, Place(min(first, len(ground)), np.zeros(0)), free=False)
    return Job(want, first, end, trimmed(first, Band(curve, want, ground.outside_c, first, end).plainly().wh))


def _soonest(want: RunOnce | Need) -> Floats:
    """Return what it takes in each slot when nothing holds it back."""
    if isinstance(want, RunOnce):
        return np.array(want.wh, dtype=np.float64)
    taken = draw(want)
    return taken.full(LONGEST) if taken is not None else np.zeros(0)


def makes_no_difference(at_once: float, planned: float) -> bool:
    """Tell whether a plan saves too little to wait for it."""
    return at_once - planned <= max(_CENT, _WORTH_IT * abs(at_once))


def whole(place: Place) -> Place:
    """Return a place in whole Wh of the same sum: the largest remainders are rounded up, of equals the earlier."""
    down = np.floor(place.wh + 1e-9)
    missing = round(float(place.wh.sum() - down.sum()))
    up = np.argsort(-(place.wh - down), kind="stable")[:missing]
    down[up] += 1
    return trimmed(place.first, down)


def batteries(wants: Sequence[Want]) -> list[Battery]:
    """Return the batteries, the largest first."""
    found = (want for want in wants if isinstance(want, Battery))
    return sorted(found, key=lambda battery: (-battery.capacity_wh, battery.id))
