"""Curve: what each slot's draw costs, as straight lines that bend."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..forecast.series import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Below the first bend a Wh costs `base` of its slot; at each bend (rows) that price rises by its step."""

    base: Floats
    bends: Floats
    steps: Floats

    def __call__(self, net: Floats) -> float:
        """Return what a net draw costs, but for a constant."""
        return float(self.base @ net + (self.steps * np.maximum(net - self.bends, 0)).sum())

    def prices(self) -> Floats:
        """Return the price of a Wh in each slot (columns) before the first bend and after each (rows)."""
        return np.cumsum([self.base, *self.steps], axis=0)

    def lengths(self, net: Floats, least: float, most: float, slots: slice) -> Floats:
        """Return how much beyond `least` up to `most` can be added to a net draw at each of the prices."""
        edges = np.empty((len(self.bends) + 2, slots.stop - slots.start))
        edges[0], edges[-1] = least, most
        np.minimum(np.maximum(self.bends[:, slots] - net[slots], least), most, out=edges[1:-1])
        lengths: Floats = edges[1:] - edges[:-1]
        return lengths

    def added(self, net: Floats, wh: Floats | float, slots: slice) -> Floats:
        """Return what some Wh more in each of these slots cost there."""
        above = net[slots] - self.bends[:, slots]
        risen = np.maximum(above + wh, 0) - np.maximum(above, 0)
        cost: Floats = self.base[slots] * wh + (self.steps[:, slots] * risen).sum(axis=0)
        return cost


@dataclass(frozen=True, slots=True, eq=False)
class Yielding:
    """What a store would do for others: in each slot take so many Wh less, or give more, at a price."""

    wh: Floats
    price: Floats
    given: bool


def beside(worth: Floats, dear: Floats, yielding: Sequence[Yielding]) -> Curve:
    """Return what a draw costs where the grid sells it at `dear`, buys it at `worth`, and stores yield between the two.

    The draw is counted without the stores, of which each that takes would take all it can while energy costs nothing.
    """
    if not yielding:
        return Curve(worth, np.zeros((1, len(worth))), (dear - worth)[None])
    prices = np.clip([one.price for one in yielding], worth, np.maximum(dear, worth))
    order = np.argsort(prices, axis=0, kind="stable")
    sizes = np.take_along_axis(np.array([one.wh for one in yielding]), order, axis=0)
    begin = -np.sum([one.wh for one in yielding if not one.given], axis=0)
    bends = begin + np.cumsum([np.zeros(len(worth)), *sizes], axis=0)
    levels = np.concatenate([worth[None], np.take_along_axis(prices, order, axis=0), dear[None]])
    return Curve(worth, bends, np.diff(levels, axis=0))
