"""Places: the slots that a load may take, and the best of them beside what runs there already."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..forecast.series import Floats
from .curve import Curve

_TIE = 1e-9
"""Money below which two places are the same, so that the earlier is taken and not a rounding error's."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Wh of the slots from `first` on."""

    first: int
    wh: Floats

    @property
    def slots(self) -> slice:
        """Its slots."""
        return slice(self.first, self.first + len(self.wh))

    def added_to(self, net: Floats) -> Floats:
        """Return the net draw with it."""
        out = net.copy()
        out[self.slots] += self.wh
        return out

    def removed_from(self, net: Floats) -> Floats:
        """Return the net draw without it."""
        out = net.copy()
        out[self.slots] -= self.wh
        return out


class Places(Protocol):
    """Where a load may be."""

    def best(self, net: Floats) -> Place:
        """Return the place that adds least to what this net draw costs; of equals the earliest."""
        ...


class Fixed:
    """The one place of a load that has no choice."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def best(self, _net: Floats) -> Place:
        """Return it."""
        return self._place


class Block:
    """The places of a run that goes through as it is."""

    def __init__(self, curve: Curve, wh: Floats, first: int, end: int) -> None:
        starts = np.arange(first, end - len(wh) + 1)
        self._slots = starts[:, None] + np.arange(len(wh))
        self._wh = wh
        self._first = first
        self._base = curve.base[self._slots] @ wh
        self._bends = curve.bends[:, self._slots]
        self._steps = curve.steps[:, self._slots]

    def best(self, net: Floats) -> Place:
        """Return the start at which the whole run adds least."""
        return Place(self._first + earliest_least(self.costs(net)), self._wh)

    def costs(self, net: Floats) -> Floats:
        """Return what the run adds at each start."""
        above = net[self._slots] - self._bends
        risen = np.maximum(above + self._wh, 0) - np.maximum(above, 0)
        costs: Floats = np.einsum("bsl,bsl->s", self._steps, risen) + self._base
        return costs


def earliest_least(costs: Floats) -> int:
    """Return the first of the least."""
    return int(np.argmax(costs <= costs.min() + _TIE))


def trimmed(first: int, wh: Floats) -> Place:
    """Return a place without the empty slots at its ends."""
    used = np.flatnonzero(wh)
    if not len(used):
        return Place(first, wh[:0])
    return Place(first + int(used[0]), wh[used[0] : used[-1] + 1])
