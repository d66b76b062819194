"""Needs: energy by a time, in the slots where it costs least."""

import numpy as np

from ..forecast.series import Floats
from .ground import Ground
from .places import Place
from .wants import Need

SLOTS_AN_HOUR = 4


def most_wh(need: Need) -> int:
    """Return the most that fits a slot."""
    return need.max_w // SLOTS_AN_HOUR


def full_power(need: Need) -> Floats:
    """Return its slots at full power, the last with what is left; none where it cannot take a single Wh in a slot."""
    most = most_wh(need)
    if not most:
        return np.zeros(0)
    full, rest = divmod(need.wh, most)
    return np.array([most] * full + [rest] * bool(rest), dtype=np.float64)


class Spread:
    """The places of a need that may pause, at full power."""

    def __init__(self, ground: Ground, need: Need, first: int, end: int) -> None:
        self._ground = ground
        self._window = slice(first, end)
        self._full = full_power(need)
        self._first = first
        self.at_once = Place(first, self._full)

    def best(self, net: Floats) -> Place:
        """Return the cheapest slots."""
        ground, window = self._ground, self._window
        most = self._full[0]
        added = ground.worth[window] * most + (ground.dear - ground.worth)[window] * (
            np.maximum(net[window] + most, 0) - np.maximum(net[window], 0)
        )
        chosen = np.argsort(added, kind="stable")[: len(self._full)]
        wh = np.zeros(window.stop - window.start)
        wh[chosen] = self._full
        used = np.flatnonzero(wh)
        return Place(self._first + int(used[0]), wh[used[0] : used[-1] + 1])
