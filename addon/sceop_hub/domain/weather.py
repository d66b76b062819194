"""Weather as forecasts take it: by the hour, in degrees Celsius, shares of the sky and metres a second.

Who tells it uses units of its own, and leaves out what it does not know.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from statistics import median

from ..core.slots import EPOCH
from ..core.weather import CLOUDS, COLDEST_C, HOTTEST_C, STRONGEST_MS

HOUR = timedelta(hours=1)

CELSIUS: Mapping[str, tuple[float, float]] = {"°C": (1.0, 0.0), "°F": (5 / 9, -160 / 9), "K": (1.0, -273.15)}
METRES_A_SECOND: Mapping[str, float] = {
    "m/s": 1.0,
    "km/h": 1 / 3.6,
    "mph": 0.44704,
    "kn": 1852 / 3600,
    "ft/s": 0.3048,
}

MOST_BEAUFORT = 30.0
"""More than any scale has: its power would be more than a number holds."""
BEAUFORT = 0.836
"""Metres a second are this times the number of the scale to the power of one and a half."""


@dataclass(frozen=True, slots=True)
class Hour:
    """The weather of an hour, by its number since 1970; None where it is not known."""

    hour: int
    temperature_c: float | None
    cloud: float | None
    wind_ms: float | None

    @property
    def tells(self) -> bool:
        """Whether anything of it is known."""
        return (self.temperature_c, self.cloud, self.wind_ms) != (None, None, None)


def hour_of(instant: datetime) -> int:
    """Return the number of the hour that holds an instant."""
    return (instant - EPOCH) // HOUR


def agreed(own: Hour | None, told: Sequence[Hour]) -> Hour:
    """Return an hour as several tell it: the coordinator's own word where it has one, else the middle of the others'.

    One of three who is mistaken, or lies, moves it no farther than to what one of the others tells.
    """

    def middle(tell: Callable[[Hour], float | None]) -> float | None:
        if own is not None and (said := tell(own)) is not None:
            return said
        values = [value for hour in told if (value := tell(hour)) is not None]
        return median(values) if values else None

    return Hour(
        (own or told[0]).hour,
        middle(lambda hour: hour.temperature_c),
        middle(lambda hour: hour.cloud),
        middle(lambda hour: hour.wind_ms),
    )


def checked(hour: int, temperature_c: float | None, cloud: float | None, wind_ms: float | None) -> Hour:
    """Return an hour without what no weather can be."""
    return Hour(
        hour,
        _within(temperature_c, COLDEST_C, HOTTEST_C),
        _within(cloud, 0.0, 1.0),
        _within(wind_ms, 0.0, STRONGEST_MS),
    )


def of_home_assistant(
    forecast: Iterable[object], temperature_unit: str | None, wind_unit: str | None
) -> Iterator[Hour]:
    """Read the hours of a Home Assistant weather entity; what can not be read is left out."""
    for told in forecast:
        if not isinstance(told, Mapping) or (start := _instant(told.get("datetime"))) is None:
            continue
        hour = checked(
            hour_of(start),
            _temperature(_number(told.get("temperature")), temperature_unit),
            _cloud(told),
            _wind(_number(told.get("wind_speed")), wind_unit),
        )
        if hour.tells:
            yield hour


def _temperature(value: float | None, unit: str | None) -> float | None:
    if value is None or unit is None or unit not in CELSIUS:
        return None
    times, more = CELSIUS[unit]
    return value * times + more


def _wind(value: float | None, unit: str | None) -> float | None:
    if value is None or unit is None or value < 0:
        return None
    if unit == "Beaufort":
        return float(BEAUFORT * min(value, MOST_BEAUFORT) ** 1.5)
    return value * METRES_A_SECOND[unit] if unit in METRES_A_SECOND else None


def _cloud(told: Mapping[str, object]) -> float | None:
    percent = _number(told.get("cloud_coverage"))
    if percent is not None:
        return percent / 100
    condition = told.get("condition")
    return CLOUDS.get(condition) if isinstance(condition, str) else None


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        instant = datetime.fromisoformat(value)
        return instant.astimezone(UTC) if instant.tzinfo is not None else None
    except ValueError, OverflowError:
        return None


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return None


def _within(value: float | None, least: float, most: float) -> float | None:
    return value if value is not None and isfinite(value) and least <= value <= most else None
