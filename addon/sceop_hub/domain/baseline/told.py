"""Told: what a method says of each home and day, beside what came; so that all methods are judged alike."""

from dataclasses import dataclass

from ...core.forecast.series import Floats
from .window import Window

LOOKED_BACK = 60
"""More days back, a method was off in another way."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Homes x days of Wh in the window, each told from nothing later than its notice; NaN where nothing can be said."""

    window: Window
    said: Floats
    came: Floats

    @property
    def judged(self) -> slice:
        """The days by whose errors the event's is judged: the last ones whose windows were over at its notice."""
        end = len(self.window.days) - self.window.lag
        return slice(max(end - LOOKED_BACK, 0), max(end, 0))
