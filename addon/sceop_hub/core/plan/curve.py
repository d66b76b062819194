"""Curve: what each slot's draw costs, as straight lines that bend at the same draws in every slot."""

from dataclasses import dataclass

import numpy as np

from ..forecast.series import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Below the first bend a Wh costs `base` of its slot; at each bend that price rises by its step."""

    base: Floats
    bends: tuple[float, ...]
    steps: tuple[Floats, ...]

    def __call__(self, net: Floats) -> float:
        """Return what a net draw costs, but for a constant."""
        cost = float(self.base @ net)
        for bend, step in zip(self.bends, self.steps, strict=True):
            cost += float(step @ np.maximum(net - bend, 0))
        return cost

    def prices(self) -> Floats:
        """Return the price of a Wh in each slot (columns) before the first bend and after each (rows)."""
        return np.cumsum((self.base, *self.steps), axis=0)

    def lengths(self, net: Floats, least: float, most: float) -> Floats:
        """Return how much beyond `least` up to `most` can be added to a net draw at each of the prices."""
        edges = np.empty((len(self.bends) + 2, len(net)))
        edges[0], edges[-1] = least, most
        for row, bend in enumerate(self.bends, start=1):
            np.clip(bend - net, least, most, out=edges[row])
        return np.diff(edges, axis=0)

    def added(self, net: Floats, wh: Floats | float, slots: slice) -> Floats:
        """Return what some Wh more in each of these slots cost there."""
        cost: Floats = self.base[slots] * wh
        for bend, step in zip(self.bends, self.steps, strict=True):
            above = net[slots] - bend
            cost = cost + step[slots] * (np.maximum(above + wh, 0) - np.maximum(above, 0))
        return cost


def with_store(dear: Floats, worth: Floats, taking: float, giving: float, valued: Floats, kept: float) -> Curve:
    """Return what a draw costs beside a store that takes and gives so many Wh in a slot.

    A Wh in the store is `valued` as its plan says, and of what goes in `kept` is kept: so before anything is bought,
    the store takes less, then gives more, wherever that costs less than the grid.
    """
    less, more = (np.clip(price, worth, np.maximum(dear, worth)) for price in (valued * kept, valued))
    return Curve(worth, (-taking, 0.0, giving), (less - worth, more - less, dear - more))
