"""What a weather service says of a simulated place: the weather to come, the less sure the farther ahead.

It knows whether a day will be dull or bright and about when clouds pass, but not the very hour, and it is wrong by an
error of its own, which shrinks as the hour comes nearer. What was said at an instant is the same whenever one asks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ..forecast.sky import clouds_that_let
from ..slots import EPOCH, local_midnight
from .calendar import WEEK, dice, local_week, week_of
from .sites import Place
from .weather import weather

type Floats = NDArray[np.float64]

HOUR = timedelta(hours=1)
AHEAD_HOURS = 72
"""As far as a free service tells hours."""
BEFORE_MIDNIGHT = timedelta(minutes=15)
"""Whoever asks then has the answer when the day begins."""

_BLUR = (1, 2, 3, 2, 1)
"""Weights of neighbouring hours: nobody tells to the hour when a cloud passes."""
_ERROR_EVERY = 6
"""Hours; an error lasts for about so long, as that of a front that comes early."""
_CLEARNESS_ERRORS = (0.05, 0.2, 0.3)
_CELSIUS_ERRORS = (0.5, 1.5, 2.5)
"""Standard deviations at once, a day ahead and three days ahead, as services come to in mild climates."""
_LEADS = (0, 24, 72)


@dataclass(frozen=True, slots=True)
class Foretold:
    """What is said of one hour: degrees Celsius, and the share of the sky that will be covered."""

    start: datetime
    celsius: float
    cloud: float


def foretold(place: Place, made: datetime, hours: int = AHEAD_HOURS) -> Sequence[Foretold]:
    """Return what was said at an instant of the hour that ran then, and of those after it."""
    first = (made - EPOCH) // HOUR
    numbers = np.arange(first, first + hours)
    margin = len(_BLUR) // 2
    clearness, celsius = _truth(place, first - margin, hours + 2 * margin)
    blur = np.array(_BLUR) / sum(_BLUR)
    off, too_warm = (
        _error(place, numbers, which) * np.interp(np.arange(hours), _LEADS, errors)
        for which, errors in ((3, _CLEARNESS_ERRORS), (4, _CELSIUS_ERRORS))
    )
    seen = np.convolve(clearness, blur, "valid") + off
    warm = np.convolve(celsius, blur, "valid") + too_warm
    cloud = clouds_that_let(seen)
    return [
        Foretold(EPOCH + int(number) * HOUR, round(float(degrees), 1), round(float(share), 2))
        for number, degrees, share in zip(numbers, warm, cloud, strict=True)
    ]


def eves(place: Place, since: datetime, until: datetime) -> Iterator[datetime]:
    """Return the instants shortly before midnight: what is said then is what is known of the day that begins."""
    day = since.astimezone(place.zone).date()
    while (eve := local_midnight(day, place.zone) - BEFORE_MIDNIGHT) < until:
        yield eve
        day += timedelta(days=1)


def _truth(place: Place, first: int, hours: int) -> tuple[Floats, Floats]:
    """Return the mean of each hour: what the sky let through, and the temperature."""
    start = EPOCH + first * HOUR
    week, begin = week_of(start), (start - week_of(start)) // HOUR
    weeks = [_hours(place, week + number * WEEK) for number in range(ceil((begin + hours) / (WEEK // HOUR)))]
    clearness, celsius = (np.concatenate(parts)[begin : begin + hours] for parts in zip(*weeks, strict=True))
    return clearness, celsius


@lru_cache(maxsize=4)
def _hours(place: Place, week: datetime) -> tuple[Floats, Floats]:
    found = weather(place, local_week(week, place))
    return found.clearness.reshape(-1, 60).mean(1), found.celsius.reshape(-1, 60).mean(1)


def _error(place: Place, hours: NDArray[np.int64], which: int) -> Floats:
    """Return by how many standard deviations what is said of hours is wrong."""
    knots = range(int(hours[0]) // _ERROR_EVERY, int(hours[-1]) // _ERROR_EVERY + 2)
    errors = [dice(place.weather_seed, knot, which).normal() for knot in knots]
    found: Floats = np.interp(hours, np.array(knots) * _ERROR_EVERY, errors)
    return found
