"""The weather of a place: warm summers, cold nights, and clouds that come and go over hours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calendar import MINUTES, LocalWeek, dice
from .sites import Place

DAY_MINUTES = 1440
_CLOUD_STEPS = 24


@dataclass(frozen=True, slots=True)
class Weather:
    """What the sky lets through (0 to 1) and the temperature in degrees Celsius, by minute."""

    clearness: NDArray[np.float64]
    celsius: NDArray[np.float64]


def weather(place: Place, local: LocalWeek) -> Weather:
    """Make the week's weather; neighbouring days meet at midnight without a jump."""
    first_day = int(local.since_1970[0]) // DAY_MINUTES
    days = range(first_day - 1, first_day + MINUTES // DAY_MINUTES + 2)
    knots = np.concatenate([_sky_of_day(place, day) for day in days])
    at = (np.arange(len(knots)) / _CLOUD_STEPS + days[0]) * DAY_MINUTES
    clearness = np.interp(local.since_1970, at, knots)
    swings = np.array([dice(place.weather_seed, day, 2).normal(0, 3) for day in days])
    swing = np.interp(local.since_1970, (np.array(days) + 0.5) * DAY_MINUTES, swings)
    year = 2 * np.pi * (local.since_1970 / DAY_MINUTES % 365.25) / 365.25
    hour = 2 * np.pi * (local.minute_of_day / DAY_MINUTES)
    northern = 1 if place.latitude >= 0 else -1
    season = 28 - 0.33 * abs(place.latitude) - northern * 8 * np.cos(year - 0.35)
    celsius = season + swing - 3 * np.cos(hour - 0.8) * (0.4 + 0.6 * clearness)
    return Weather(clearness, celsius)


def _sky_of_day(place: Place, day: int) -> NDArray[np.float64]:
    """Return how clear the sky is in each hour of a dull, a mixed or a bright day; the south has more bright ones."""
    roll = dice(place.weather_seed, day, 1)
    bright = np.clip(1.35 - 0.02 * abs(place.latitude), 0.2, 0.7)
    level = roll.choice([0.22, 0.55, 0.92], p=[(1 - bright) / 2, (1 - bright) / 2, bright])
    restless = 0.05 + 0.6 * level * (1 - level)
    sky: NDArray[np.float64] = np.clip(level + restless * roll.normal(0, 1, _CLOUD_STEPS), 0.08, 1)
    return sky
