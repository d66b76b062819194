"""Places: the slots that a load may take, and the best of them beside what runs there already."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..forecast.series import Floats
from .ground import Ground

_TIE = 1e-9
"""Money below which two places are the same, so that the earlier is taken and not a rounding error's."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Wh of the slots from `first` on."""

    first: int
    wh: Floats

    def added_to(self, net: Floats) -> Floats:
        """Return the net draw with it."""
        out = net.copy()
        out[self.first : self.first + len(self.wh)] += self.wh
        return out

    def removed_from(self, net: Floats) -> Floats:
        """Return the net draw without it."""
        out = net.copy()
        out[self.first : self.first + len(self.wh)] -= self.wh
        return out


class Places(Protocol):
    """Where a load may be."""

    at_once: Place
    """As early as can be, at its full power."""

    def best(self, net: Floats) -> Place:
        """Return the place that adds least to what this net draw costs; of equals the earliest."""
        ...


class Block:
    """The places of a run that goes through as it is."""

    def __init__(self, ground: Ground, wh: Floats, first: int, end: int) -> None:
        starts = np.arange(first, max(end - len(wh), first) + 1)
        self._slots: NDArray[np.intp] = starts[:, None] + np.arange(len(wh))
        self._wh = wh
        self._first = first
        self._gap = (ground.dear - ground.worth)[self._slots]
        self._sold = ground.worth[self._slots] @ wh
        self.at_once = Place(first, wh)

    def best(self, net: Floats) -> Place:
        """Return the start at which the whole run adds least."""
        return Place(self._first + earliest_least(self.costs(net)), self._wh)

    def costs(self, net: Floats) -> Floats:
        """Return what the run adds at each start."""
        before = net[self._slots]
        drawn = np.maximum(before + self._wh, 0) - np.maximum(before, 0)
        costs: Floats = np.einsum("sl,sl->s", self._gap, drawn) + self._sold
        return costs


def earliest_least(costs: Floats) -> int:
    """Return the first of the least."""
    return int(np.argmax(costs <= costs.min() + _TIE))
