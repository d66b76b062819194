"""The clock that people live by: a series as local days of equal steps, and back.

Habits hang on the clock on the wall. So the night in which it goes forward has steps of which nothing is known, and
what the night in which it goes back holds twice is the mean of both.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ..slots import EPOCH
from .series import Floats, Series

type Numbers = NDArray[np.int64]

DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_FIRST_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """Wh of whole local days that follow each other from `first` on, a row each; NaN where nothing is known."""

    first: date
    wh: Floats

    def day(self, row: int) -> date:
        """Return the day of a row."""
        return self.first + row * DAY


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Where steps stand on the clock: the day of each, as its ordinal, and the step of that day."""

    day: Numbers
    step: Numbers


def cells(start: datetime, count: int, step: timedelta, zone: ZoneInfo) -> Cells:
    """Return where so many steps from an instant on stand on a place's clock."""
    seconds = (start - EPOCH) // _SECOND + np.arange(count, dtype=np.int64) * (step // _SECOND)
    local = seconds + _offsets(seconds, zone)
    a_day = DAY // _SECOND
    return Cells(local // a_day + _FIRST_DAY, local % a_day // (step // _SECOND))


def days_of(series: Series, zone: ZoneInfo) -> Days:
    """Return a series as days; the first and the last may be known in part."""
    a_day = DAY // series.step
    if a_day * series.step != DAY:
        raise ValueError(f"a day is no whole number of such steps: {series.step}")
    if not len(series):
        return Days(series.start.astimezone(zone).date(), np.empty((0, a_day)))
    at = cells(series.start, len(series), series.step, zone)
    first, known = int(at.day.min()), ~np.isnan(series.wh)
    shape = (int(at.day.max()) - first + 1, a_day)
    where = ((at.day - first) * a_day + at.step)[known]
    sums = np.bincount(where, series.wh[known], minlength=shape[0] * a_day)
    counts = np.bincount(where, minlength=shape[0] * a_day)
    wh = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return Days(date.fromordinal(first), wh.reshape(shape))


def series_of(days: Days, start: datetime, count: int, zone: ZoneInfo) -> Series:
    """Return so many steps of days, from an instant on; NaN where the days do not reach."""
    a_day = days.wh.shape[1]
    step = DAY / a_day
    at = cells(start, count, step, zone)
    row = at.day - days.first.toordinal()
    inside = (row >= 0) & (row < len(days.wh))
    wh = np.full(count, np.nan)
    wh[inside] = days.wh[row[inside], at.step[inside]]
    return Series(start, wh, step)


def _offsets(seconds: Numbers, zone: ZoneInfo) -> Numbers:
    """Return how far the clock is ahead of UTC, in seconds: asked once a day, and each time where it changed."""
    if not len(seconds):
        return seconds
    every = max(round(DAY / _SECOND / max(int(seconds[1] - seconds[0]), 1)), 1) if len(seconds) > 1 else 1
    offsets = np.empty_like(seconds)
    for begin in range(0, len(seconds), every):
        part = slice(begin, min(begin + every, len(seconds)))
        first, last = (_offset(int(at), zone) for at in (seconds[part][0], seconds[part][-1]))
        offsets[part] = first if first == last else [_offset(int(at), zone) for at in seconds[part]]
    return offsets


def _offset(second: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(second, UTC).astimezone(zone).utcoffset()
    assert offset is not None
    return offset // _SECOND
