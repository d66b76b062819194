"""The sky over a site, hour by hour, in units that count: what a weather entity shows, in whatever units it likes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

import numpy as np
from homeassistant.components.weather.const import (
    ATTR_WEATHER_CLOUD_COVERAGE,
    ATTR_WEATHER_TEMPERATURE,
    ATTR_WEATHER_TEMPERATURE_UNIT,
    ATTR_WEATHER_WIND_SPEED,
    ATTR_WEATHER_WIND_SPEED_UNIT,
)
from homeassistant.const import UnitOfSpeed, UnitOfTemperature
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import SpeedConverter, TemperatureConverter

from .core.forecast.series import Floats
from .core.forecast.surroundings import Weather
from .core.weather import CLOUDS, COLDEST_C, HOTTEST_C, STRONGEST_MS

HOUR = timedelta(hours=1)
KEPT = timedelta(days=120)
"""What clouds do to a roof is learned from some months."""
AHEAD = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Hour:
    """What is known of one hour; None is not known."""

    temperature_c: float | None
    cloud: float | None
    wind_ms: float | None

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing in it."""
        return self.temperature_c is None and self.cloud is None and self.wind_ms is None


type Hours = Mapping[datetime, Hour]


def hour_of(instant: datetime) -> datetime:
    """Return the start of the hour that holds an instant."""
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def read(told: Mapping[str, Any], units: Mapping[str, Any], condition: object) -> Hour:
    """Read what an entity tells of one time, in the units that its state names."""
    cloud = _number(told.get(ATTR_WEATHER_CLOUD_COVERAGE))
    return Hour(
        temperature_c=_within(
            COLDEST_C,
            _converted(
                TemperatureConverter.convert,
                told.get(ATTR_WEATHER_TEMPERATURE),
                units.get(ATTR_WEATHER_TEMPERATURE_UNIT),
                UnitOfTemperature.CELSIUS,
            ),
            HOTTEST_C,
        ),
        cloud=CLOUDS.get(str(condition)) if cloud is None else min(max(cloud / 100, 0), 1),
        wind_ms=_within(
            0,
            _converted(
                SpeedConverter.convert,
                told.get(ATTR_WEATHER_WIND_SPEED),
                units.get(ATTR_WEATHER_WIND_SPEED_UNIT),
                UnitOfSpeed.METERS_PER_SECOND,
            ),
            STRONGEST_MS,
        ),
    )


def forecast(told: object, units: Mapping[str, Any]) -> dict[datetime, Hour]:
    """Read an hourly forecast; a part of it that makes no sense is left out."""
    hours: dict[datetime, Hour] = {}
    for each in told if isinstance(told, list) else []:
        at = _instant(each.get("datetime")) if isinstance(each, Mapping) else None
        if at is not None:
            known = read(each, units, each.get("condition"))
            if not known.says_nothing:
                hours.setdefault(hour_of(at), known)
    return hours


def weather(hours: Hours) -> Weather | None:
    """Return hours that follow each other; or None where nothing is known."""
    if not hours:
        return None
    start, end = min(hours), max(hours) + HOUR
    count = (end - start) // HOUR

    def values(part: Callable[[Hour], float | None]) -> Floats:
        known = np.full(count, np.nan)
        for at, hour in hours.items():
            if (value := part(hour)) is not None:
                known[(at - start) // HOUR] = value
        return known

    return Weather(
        start,
        values(lambda hour: hour.temperature_c),
        values(lambda hour: hour.cloud),
        values(lambda hour: hour.wind_ms),
    )


def dump(hours: Hours) -> dict[str, Any]:
    """Return hours as they are written to disk: one after the other, without their times."""
    if not hours:
        return {"start": None, "hours": []}
    start = min(hours)
    count = (max(hours) - start) // HOUR + 1
    rows = (hours.get(start + number * HOUR) for number in range(count))
    return {
        "start": start.isoformat(),
        "hours": [None if row is None else [row.temperature_c, row.cloud, row.wind_ms] for row in rows],
    }


def load(kept: Mapping[str, Any]) -> dict[datetime, Hour]:
    """Read them back."""
    if kept["start"] is None:
        return {}
    start = hour_of(datetime.fromisoformat(kept["start"]))
    rows = ((start + number * HOUR, row) for number, row in enumerate(kept["hours"]))
    return {at: Hour(*(_number(value) for value in row)) for at, row in rows if row is not None}


def _converted(
    convert: Callable[[float, str | None, str | None], float], value: object, unit: object, to: str
) -> float | None:
    number = _number(value)
    if number is None:
        return None
    try:
        return round(convert(number, str(unit), to), 2)
    except HomeAssistantError, OverflowError, TypeError:  # a unit that nobody knows, or a number that it cannot have
        return None


def _instant(told: object) -> datetime | None:
    """Read when it is; a day that no calendar has is no time."""
    try:
        at = dt_util.parse_datetime(str(told))
        return None if at is None else dt_util.as_utc(at)
    except OverflowError, ValueError:
        return None


def _within(least: float, value: float | None, most: float) -> float | None:
    return value if value is not None and least <= value <= most else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return None
    return number if isfinite(number) else None
