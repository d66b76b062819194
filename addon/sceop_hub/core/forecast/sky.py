"""The sky: hours of weather as steps, and how much light the sun gives through it.

An hour's value is its mean, so it holds in the middle of the hour, and between two middles it goes straight.
"""

from datetime import datetime, timedelta

import numpy as np

from ..slots import EPOCH
from ..sun import clear_sky, position
from .series import Floats
from .surroundings import Place, Weather

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_FARTHEST_HOURS = 2.0
"""Weather that is unknown for longer is unknown in between."""
_DIMMED, _STEEP = 0.75, 3.4
"""How clouds dim the sun, after Kasten and Czeplak (1980)."""


def elevation(place: Place, start: datetime, steps: int, step: timedelta) -> Floats | None:
    """Return how high the sun stands in the middle of each step, in radians; None where nobody told the place."""
    seen = stand(place, start, steps, step)
    return None if seen is None else seen[0]


def stand(place: Place, start: datetime, steps: int, step: timedelta) -> tuple[Floats, Floats] | None:
    """Return elevation and azimuth of the sun in the middle of each step, in radians; None without a place."""
    if place.latitude is None or place.longitude is None:
        return None
    return position(_middles(start, steps, step), place.latitude, place.longitude)


def clear(place: Place, start: datetime, steps: int, step: timedelta) -> Floats | None:
    """Return what a level surface receives under a clear sky, in W/m2, on each step's mean; None without a place."""
    if place.latitude is None or place.longitude is None:
        return None
    parts = max(1, round(step / (15 * _MINUTE)))
    high, _ = position(_middles(start, steps * parts, step / parts), place.latitude, place.longitude)
    beam, diffuse = clear_sky(high)
    level: Floats = (beam * np.maximum(np.sin(high), 0) + diffuse).reshape(steps, parts).mean(1)
    return level


def through_clouds(cloud: Floats) -> Floats:
    """Return the share of a clear sky's light that comes through."""
    share: Floats = 1 - _DIMMED * np.clip(cloud, 0, 1) ** _STEEP
    return share


def clouds_that_let(share: Floats) -> Floats:
    """Return the clouds through which such a share of a clear sky's light comes."""
    cloud: Floats = np.clip((1 - share) / _DIMMED, 0, 1) ** (1 / _STEEP)
    return cloud


def light(weather: Weather, place: Place, start: datetime, steps: int, step: timedelta) -> Floats:
    """Return what a level surface receives in W/m2: as measured, else from sun and clouds; NaN where unknown."""
    found = np.full(steps, np.nan)
    if weather.irradiance_wm2 is not None:
        found = np.maximum(at_steps(weather, weather.irradiance_wm2, start, steps, step), 0)
    sun = clear(place, start, steps, step)
    if sun is None:
        return found
    derived = sun * through_clouds(at_steps(weather, weather.cloud, start, steps, step))
    return np.where(np.isfinite(found), found, derived)


def temperature(weather: Weather, start: datetime, steps: int, step: timedelta) -> Floats:
    """Return the temperature at each step in degrees Celsius; NaN where unknown."""
    return at_steps(weather, weather.temperature_c, start, steps, step)


def wind(weather: Weather, start: datetime, steps: int, step: timedelta) -> Floats:
    """Return the speed of the wind at each step in m/s; NaN where unknown."""
    return np.maximum(at_steps(weather, weather.wind_ms, start, steps, step), 0)


def at_steps(weather: Weather, hourly: Floats, start: datetime, steps: int, step: timedelta) -> Floats:
    """Return hourly means as they were in the middle of each step; NaN where no hour is near."""
    known = np.flatnonzero(np.isfinite(hourly))
    if not len(known):
        return np.full(steps, np.nan)
    # In hours from the middle of the weather's first hour.
    at = (start - weather.start) / _HOUR - 0.5 + (np.arange(steps, dtype=np.float64) + 0.5) * (step / _HOUR)
    found: Floats = np.interp(at, known, hourly[known])
    after = np.clip(np.searchsorted(known, at), 0, len(known) - 1)
    before = np.maximum(after - 1, 0)
    near = np.minimum(np.abs(at - known[before]), np.abs(at - known[after]))
    found[near > _FARTHEST_HOURS] = np.nan
    return found


def _middles(start: datetime, steps: int, step: timedelta) -> Floats:
    """Return the middles of steps in minutes since 1970."""
    first = (start - EPOCH) / _MINUTE
    minutes: Floats = first + (np.arange(steps, dtype=np.float64) + 0.5) * (step / _MINUTE)
    return minutes
