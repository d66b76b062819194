"""Told: what a method says of each home and day, beside what came; so that all methods are judged alike."""

from dataclasses import dataclass

from ...core.forecast.series import Floats
from .window import Window


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Homes x days of Wh in the window, each told from nothing later than its notice; NaN where nothing can be said."""

    window: Window
    said: Floats
    came: Floats
