"""Needs: energy by a time, at a power between two limits, in the slots where it costs least."""

from dataclasses import dataclass

import numpy as np

from ..forecast.series import Floats
from .curve import Curve
from .places import Block, Place, earliest_least, trimmed
from .wants import Need

_SLOTS_AN_HOUR = 4
_COUNTS = 8
"""So many counts of slots are tried for a need that can be had in fewer or in more."""
_TIE = 1e-9
_CLOSE = 3
"""So many places that look best at an even power are filled as they would be."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What a need takes in a slot while it takes anything, and how many slots it may last."""

    wh: int
    least: int
    most: int

    @property
    def fewest(self) -> int:
        """The slots at full power."""
        return -(-self.wh // self.most)

    @property
    def rigid(self) -> bool:
        """Whether full power, and what is left of it in one more slot, is the only way to come to the sum."""
        return self.least >= self.most or self.fewest * self.least > self.wh

    def full(self) -> Floats:
        """Return the slots at full power, the last with what is left."""
        full, rest = divmod(self.wh, self.most)
        return np.array([self.most] * full + [rest] * bool(rest), dtype=np.float64)

    def counts(self, longest: int) -> list[int]:
        """Return some counts of slots, from the fewest to the most."""
        most = min(longest, self.wh // max(self.least, 1))
        spaced = np.geomspace(self.fewest, max(most, self.fewest), _COUNTS)
        return sorted({int(count) for count in spaced.round()})


def draw(need: Need) -> Draw | None:
    """Return what a need takes in whole Wh; None where its power does not make one in a slot."""
    most = need.max_w // _SLOTS_AN_HOUR
    least = min(-(-need.min_w // _SLOTS_AN_HOUR), most)
    return Draw(need.wh, least, most) if most else None


class Rigid:
    """The places of a need that may pause and knows one power."""

    def __init__(self, curve: Curve, draw: Draw, first: int, end: int) -> None:
        self._curve, self._first, self._slots = curve, first, slice(first, end)
        self._most = draw.most
        self._full, self._rest = divmod(draw.wh, draw.most)

    def best(self, net: Floats) -> Place:
        """Return the cheapest slots, and the cheapest of the others for what is left."""
        wh = np.zeros(self._slots.stop - self._slots.start)
        added = self._curve.added(net, self._most, self._slots)
        wh[np.argsort(added, kind="stable")[: self._full]] = self._most
        if self._rest:
            left = np.where(wh > 0, np.inf, self._curve.added(net, self._rest, self._slots))
            wh[earliest_least(left)] = self._rest
        return trimmed(self._first, wh)


class Spread:
    """The places of a need that may pause and takes more or less."""

    def __init__(self, curve: Curve, draw: Draw, first: int, end: int) -> None:
        self._curve, self._first, self._slots = curve, first, slice(first, end)
        self._draw = draw
        least = draw.least if draw.least > 1 else 0
        self._filling = _Filling(curve, draw.wh, least, draw.most, self._slots)
        self._least = least
        self._prices = curve.prices()[:, self._slots]

    def best(self, net: Floats) -> Place:
        """Return the cheapest slots, each as full as it pays."""
        pieces = self._filling.pieces(net)
        if not self._least:
            return trimmed(self._first, self._filling.filled(pieces, None))
        order, count = self._wanted(net)
        best, least = None, np.inf
        for used_count in sorted({min(max(one, self._draw.fewest), self._most_slots) for one in (count - 1, count, count + 1)}):
            used = np.zeros(len(order), dtype=bool)
            used[order[:used_count]] = True
            wh = self._filling.filled(pieces, used)
            cost = float(self._curve.added(net, wh, self._slots).sum())
            if cost < least - _TIE:
                best, least = wh, cost
        assert best is not None, "one count of slots always fits, or the need is rigid"
        return trimmed(self._first, best)

    def _wanted(self, net: Floats) -> tuple[np.ndarray, int]:
        """Return the slots in the order in which a rising price would fill them, and how many it takes.

        A slot is begun at the power at which its mean price is least, and filled up as the price rises beyond.
        """
        lengths = self._curve.lengths(net, self._least, self._draw.most, self._slots)
        sizes = self._least + np.cumsum([np.zeros(lengths.shape[1]), *lengths], axis=0)
        least = self._curve.added(net, self._least, self._slots)
        costs = np.cumsum([least, *(lengths * self._prices)], axis=0)
        means = costs / sizes
        begun = means.argmin(axis=0)
        beyond = np.arange(len(lengths))[:, None] >= begun
        every = np.arange(lengths.shape[1])
        prices = np.concatenate([means[begun, every], self._prices[beyond]])
        amounts = np.concatenate([sizes[begun, every], lengths[beyond]])
        order = np.argsort(prices, kind="stable")
        reached = int(np.searchsorted(np.cumsum(amounts[order]), self._draw.wh))
        count = int((order[: reached + 1] < len(every)).sum())
        return order[order < len(every)], count

    @property
    def _most_slots(self) -> int:
        return min(self._slots.stop - self._slots.start, self._draw.wh // self._least)


class Stretch:
    """The places of a need that may not pause, but takes more or less."""

    def __init__(self, curve: Curve, draw: Draw, first: int, end: int) -> None:
        self._curve = curve
        self._draw = draw
        self._first, self._end = first, end
        self._counts = draw.counts(end - first)
        self._blocks = [Block(curve, np.full(count, draw.wh / count), first, end) for count in self._counts]

    def best(self, net: Floats) -> Place:
        """Return the best of the stretches that look best at an even power, filled as it pays."""
        costs = [block.costs(net) for block in self._blocks]
        looks = sorted(
            (float(cost[start]), start, count)
            for cost, count in zip(costs, self._counts, strict=True)
            for start in (earliest_least(cost),)
        )
        best, least = None, np.inf
        for _, start, count in looks[:_CLOSE]:
            slots = slice(self._first + start, self._first + start + count)
            filling = _Filling(self._curve, self._draw.wh, max(self._draw.least, 1), self._draw.most, slots)
            wh = filling.filled(filling.pieces(net), None)
            cost = float(self._curve.added(net, wh, slots).sum())
            if cost < least - _TIE:
                best, least = Place(slots.start, wh), cost
        assert best is not None
        return best


class _Filling:
    """How the energy of a need is shared among slots: each has the least, the cheapest take the rest."""

    def __init__(self, curve: Curve, wh: int, least: int, most: int, slots: slice) -> None:
        self._curve, self._wh, self._least, self._most, self._slots = curve, wh, least, most, slots
        self._order = np.argsort(curve.prices()[:, slots].T.ravel(), kind="stable")
        self._rows = len(curve.bends) + 1

    def pieces(self, net: Floats) -> Floats:
        """Return how much each price of each slot holds beyond the least, the cheapest first."""
        lengths = self._curve.lengths(net, self._least, self._most, self._slots)
        pieces: Floats = lengths.T.ravel()[self._order]
        return pieces

    def filled(self, pieces: Floats, used: np.ndarray | None) -> Floats:
        """Return the Wh of each slot; only those that are used take any."""
        count = self._slots.stop - self._slots.start
        if used is not None:
            pieces = pieces * used[self._order // self._rows]
        least = np.full(count, float(self._least)) if used is None else used * float(self._least)
        rest = self._wh - least.sum()
        sums = np.cumsum(pieces)
        taken = np.clip(rest - (sums - pieces), 0, pieces)
        wh: Floats = least + np.bincount(self._order // self._rows, taken, count)
        return wh
