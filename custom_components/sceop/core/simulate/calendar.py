"""The minutes of a week in UTC, as the people of a place read them on their clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ..slots import EPOCH, local_midnight
from .sites import Place

WEEK = timedelta(days=7)
MINUTES = 7 * 24 * 60


def week_of(instant: datetime) -> datetime:
    """Return the Monday midnight in UTC that begins the week of this instant."""
    monday = instant.astimezone(UTC).date() - timedelta(days=instant.astimezone(UTC).weekday())
    return datetime.combine(monday, time(), UTC)


def minute_of(instant: datetime) -> int:
    """Return how many whole minutes of its week have passed."""
    return (instant - week_of(instant)) // timedelta(minutes=1)


def dice(*keys: int) -> Generator:
    """Return the random numbers that belong to these keys, the same ones every time."""
    return np.random.default_rng(keys)


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A local day that touches the week: its date and its first minute, counted from the week's start."""

    day: date
    first_minute: int

    @property
    def working(self) -> bool:
        """Whether people go to work; holidays are the business of real calendars."""
        return self.day.weekday() < 5  # noqa: PLR2004 - Saturday is the fifth day after Monday


@dataclass(frozen=True, slots=True)
class LocalWeek:
    """One week in UTC at one place."""

    since_1970: NDArray[np.float64]
    minute_of_day: NDArray[np.int64]
    working: NDArray[np.bool_]
    days: tuple[LocalDay, ...]


def local_week(week: datetime, place: Place) -> LocalWeek:
    """Read a week's minutes on the place's clock, clock changes included."""
    hours = [(week + timedelta(hours=hour)).astimezone(place.zone) for hour in range(7 * 24)]
    offsets = np.repeat([int(hour.utcoffset().total_seconds() // 60) for hour in hours], 60)  # type: ignore[union-attr] # an aware time has an offset
    local = np.arange(MINUTES) + offsets
    weekday = (week.weekday() + local // 1440) % 7
    first = hours[0].date()
    days = tuple(
        LocalDay(day, (local_midnight(day, place.zone) - week) // timedelta(minutes=1))
        for day in (first + timedelta(days=number) for number in range(-1, 9))
    )
    start = (week - EPOCH) / timedelta(minutes=1)
    return LocalWeek(start + np.arange(MINUTES, dtype=np.float64), local % 1440, weekday < 5, days)  # noqa: PLR2004 - as above
