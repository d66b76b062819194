"""Surroundings: what besides its own past tells how a day will be. All of it comes from outside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from .series import Floats


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is: the clock that people live by, the sun, and the days on which they live otherwise."""

    zone: ZoneInfo
    is_holiday: Callable[[date], bool] = lambda _day: False
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Weather:
    """Hours of weather that follow each other from `start` on, past and to come; NaN where nothing is known."""

    start: datetime
    temperature_c: Floats
    cloud: Floats
    """The share of the sky that is covered, from 0 to 1."""
    wind_ms: Floats
    irradiance_wm2: Floats | None = None
    """Global horizontal, where it was measured; otherwise it follows from sun and clouds."""
