"""Comfort: a room or a tank warmed (or cooled) while energy costs little, that coasts between its two temperatures."""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from ..forecast.series import Floats
from .curve import Curve
from .places import Place
from .store import Step, corridor, move, rising, to_go, value
from .wants import Comfort

_SLOTS_AN_HOUR = 4
_A_KILO = 1000.0
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Warmed:
    """A way to keep a band, and what a Wh more in each slot would save later."""

    place: Place
    valued: Floats


class Band:
    """The ways to keep a band of temperatures in the slots from `first` up to `end`.

    A temperature is counted as the Wh that would make it, so cooling and heating are the same.
    """

    def __init__(self, curve: Curve, want: Comfort, outside_c: Floats, first: int, end: int) -> None:
        self._curve, self._slots, self._first = curve, slice(first, end), first
        self._prices = curve.prices()[:, first:end].T.tolist()
        self._most = want.max_w // _SLOTS_AN_HOUR
        self.wh_per_degree = _A_KILO / want.gain_c_per_kwh
        self._keeps = (1 - want.loss_per_hour) ** (1 / _SLOTS_AN_HOUR)
        self._gains = ((1 - self._keeps) * self.wh_per_degree * outside_c[first:end]).tolist()
        self._now = want.now_c * self.wh_per_degree
        self._low, self._high = sorted((want.low_c * self.wh_per_degree, want.high_c * self.wh_per_degree))

    def best(self, net: Floats) -> Place:
        """Return the way that costs least, of those that leave the band least."""
        return self.warmed(net).place

    def warmed(self, net: Floats) -> Warmed:
        """Return the way that costs least, and what it would be worth to have taken more."""
        lengths = self._curve.lengths(net, 0, self._most, self._slots).T.tolist()
        steps = []
        for prices, pieces, gains in zip(self._prices, lengths, self._gains, strict=True):
            taking = rising([(price, length) for price, length in zip(prices, pieces, strict=True) if length > 0])
            steps.append(Step([], taking, self._keeps, gains))
        lows, highs = corridor(steps, self._now, self._low, self._high)
        held = self._now
        wh, valued = [], np.full(len(net), -np.inf)
        for slot, (step, after) in enumerate(zip(steps, to_go(steps, lows, highs, 0.0), strict=True), self._first):
            edges = after.edges()
            wanted = move(step, after, edges, held)
            held = self._keeps * held + step.gains
            wh.append(self._whole(wanted, held))
            held += wh[-1]
            valued[slot] = value(after, edges, held)
        return Warmed(Place(self._first, np.array(wh, dtype=np.float64)), valued)

    def plainly(self) -> Place:
        """Return what a thermostat does that knows only the one temperature that must not be passed."""
        held, wh = self._now, []
        for gains in self._gains:
            held = self._keeps * held + gains
            wh.append(self._whole(self._low - held, held))
            held += wh[-1]
        return Place(self._first, np.array(wh, dtype=np.float64))

    def _whole(self, wanted: float, held: float) -> int:
        """Return whole Wh, so that the band is kept where it can be."""
        down = floor(max(wanted, 0) + _ROUNDING)
        short = held + down < self._low - _ROUNDING
        return min(ceil(wanted) if short and wanted > down else down, self._most)
