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

    def full(self, longest: int) -> Floats:
        """Return the slots at full power, the last with what is left; no more than so many."""
        full, rest = divmod(min(self.wh, longest * self.most), self.most)
        wh = np.array([self.most] * full + [rest] * bool(rest), dtype=np.float64)
        if 0 < rest < self.least and not self.rigid:
            # What the last slot lacks to run at all, those before it leave to it.
            room = np.minimum(np.cumsum(np.full(full, self.most - self.least)), self.least - rest)
            wh[:full] -= np.diff(room, prepend=0)[::-1]
            wh[-1] = self.least
        return wh

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
        self._least = draw.least if draw.least > 1 else 0
        self._filling = _Filling(curve, draw.wh, self._least, draw.most, self._slots)
        self._prices = curve.prices()[:, self._slots]
        self._rows = np.arange(len(self._prices))[:, None]
        self._columns = np.arange(end - first)

    def best(self, net: Floats) -> Place:
        """Return the cheapest slots, each as full as it pays."""
        lengths = self._curve.lengths(net, self._least, self._draw.most, self._slots)
        if not self._least:
            return trimmed(self._first, self._filling.filled(self._filling.ordered(lengths), None))
        wh, begun = self._rising(net, lengths)
        if (wh[begun] >= self._least).all():
            return trimmed(self._first, wh)
        return trimmed(self._first, self._repaired(net, lengths, begun))

    def _rising(self, net: Floats, lengths: Floats) -> tuple[Floats, np.ndarray]:
        """Return what each slot takes when a price rises until the need is met, and the slots begun, in order.

        A slot is begun at the power at which its mean price is least, and filled up as the price rises beyond.
        """
        count = len(self._columns)
        added = np.empty((len(lengths) + 1, count))
        added[0] = self._curve.added(net, self._least, self._slots)
        np.multiply(lengths, self._prices, out=added[1:])
        sizes = np.empty_like(added)
        sizes[0] = self._least
        sizes[1:] = lengths
        amounts = sizes.copy()
        sizes = np.add.accumulate(sizes)
        means = np.add.accumulate(added) / sizes
        begin = means.argmin(axis=0)
        amounts[0] = sizes[begin, self._columns]
        amounts[1:] *= self._rows >= begin
        begins = means.min(axis=0)
        prices = np.concatenate((begins[None], np.maximum(self._prices, begins)))
        order = prices.T.ravel().argsort(kind="stable")
        taken, slot = self._taken(amounts.T.ravel()[order]), order // len(added)
        first = order % len(added) == 0
        wh = np.bincount(slot, taken, count).astype(np.float64)
        return wh, slot[first & (taken > 0)]

    def _taken(self, amounts: Floats) -> Floats:
        before = np.add.accumulate(amounts) - amounts
        taken: Floats = np.minimum(np.maximum(self._draw.wh - before, 0), amounts)
        return taken

    def _repaired(self, net: Floats, lengths: Floats, begun: np.ndarray) -> Floats:
        """Return the better of leaving out the slot begun last, which takes too little to run, and of filling it."""
        pieces, best, cheapest = self._filling.ordered(lengths), None, np.inf
        most = min(len(self._columns), self._draw.wh // self._least)
        for count in sorted({min(max(one, self._draw.fewest), most) for one in (len(begun) - 1, len(begun))}):
            used = np.zeros(len(self._columns), dtype=bool)
            used[begun[:count]] = True
            if count > len(begun):
                used[np.flatnonzero(~used)[: count - len(begun)]] = True
            wh = self._filling.filled(pieces, used)
            cost = float(self._curve.added(net, wh, self._slots).sum())
            if cost < cheapest - _TIE:
                best, cheapest = wh, cost
        assert best is not None, "one count of slots always fits, or the need is rigid"
        return best


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
        self._slot = self._order // (len(curve.bends) + 1)

    def pieces(self, net: Floats) -> Floats:
        """Return how much each price of each slot holds beyond the least, the cheapest first."""
        return self.ordered(self._curve.lengths(net, self._least, self._most, self._slots))

    def ordered(self, lengths: Floats) -> Floats:
        """Return lengths of slots and prices, the cheapest first."""
        pieces: Floats = lengths.T.ravel()[self._order]
        return pieces

    def filled(self, pieces: Floats, used: np.ndarray | None) -> Floats:
        """Return the Wh of each slot; only those that are used take any."""
        count = self._slots.stop - self._slots.start
        least = np.full(count, float(self._least))
        if used is not None:
            pieces = pieces * used[self._slot]
            least *= used
        before = np.add.accumulate(pieces) - pieces
        taken = np.minimum(np.maximum(self._wh - least.sum() - before, 0), pieces)
        wh: Floats = least + np.bincount(self._slot, taken, count)
        return wh
