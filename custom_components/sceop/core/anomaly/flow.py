"""Flows: a channel as the rules look at it, and what was usual at that time of day.

Every rule decides about a step from that step and what came before it, never from what came later. So whoever looks
again an hour later sees what he saw, and perhaps something new: nothing is told twice under two names.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from ..forecast.clock import DAY, Cells, cells
from ..forecast.series import Floats, Series
from ..forecast.surroundings import Place

type Bools = NDArray[np.bool_]

HOUR = timedelta(hours=1)

BACK = 28
"""Days before a day that say what is usual: four of each weekday, and seldom two seasons."""

FEWEST_BACK = 10
HALF = 0.5
"""Of these days so many must be known, each to so much."""

NEWCOMER = 14
"""Days until a home has a usual at all: each day of the week was seen twice."""

SEARCHED = 30 * DAY
"""What began earlier is told no more. With the days before, no rule reads more than the last 59."""

KNOWN = 0.75
"""The share of a window that must be known for it to say something."""


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Mean power of steps that follow each other, and where each stands on the clock."""

    channel: str
    start: datetime
    step: timedelta
    watts: Floats
    at: Cells

    def __len__(self) -> int:
        """Count the steps."""
        return len(self.watts)

    @property
    def end(self) -> datetime:
        """The end of the last step: now."""
        return self.instant(len(self))

    @property
    def rows(self) -> NDArray[np.int64]:
        """The local day of each step, counted from the first."""
        rows: NDArray[np.int64] = self.at.day - self.at.day.min() if len(self) else self.at.day
        return rows

    @property
    def a_day(self) -> int:
        """How many steps an ordinary day has."""
        return DAY // self.step

    def instant(self, index: int) -> datetime:
        """Return the start of a step."""
        return self.start + index * self.step

    def steps(self, span: timedelta) -> int:
        """Return how many steps a span has, at least one."""
        return max(round(span / self.step), 1)

    def without(self, unknown: Bools) -> Flow:
        """Return the flow with gaps where something can not be true."""
        return replace(self, watts=np.where(unknown, np.nan, self.watts))


def flow(channel: str, series: Series, place: Place) -> Flow:
    """Return a channel as the rules look at it."""
    watts = np.where(np.isfinite(series.wh), series.wh, np.nan) * (HOUR / series.step)
    return Flow(channel, series.start, series.step, watts, cells(series.start, len(series), series.step, place.zone))


def month(end: datetime, place: Place) -> datetime:
    """Return when the month began in which something ended."""
    last = (end - timedelta(seconds=1)).astimezone(place.zone)
    return last.replace(day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def least(watts: Floats, count: int) -> Floats:
    """Return for each step the least of the last so many, NaN where too few of them are known."""
    low: Floats = np.where(np.isnan(watts), np.inf, watts)
    width = 1
    while width < count:
        ahead = min(width, count - width)
        low[ahead:] = np.minimum(low[ahead:], low[:-ahead])
        width += ahead
    return np.where(_known(watts, count) & np.isfinite(low), low, np.nan)


def mean(watts: Floats, count: int) -> Floats:
    """Return for each step the mean of the last so many, NaN where too few of them are known."""
    known = ~np.isnan(watts)
    sums, counts = (_sums(values, count) for values in (np.where(known, watts, 0.0), known.astype(np.float64)))
    unknown = np.full(len(watts), np.nan)
    means: Floats = np.divide(sums, counts, out=unknown, where=_known(watts, count) & (counts > 0))
    return means


def _known(watts: Floats, count: int) -> Bools:
    known: Bools = _sums((~np.isnan(watts)).astype(np.float64), count) >= KNOWN * count
    return known


def _sums(values: Floats, count: int) -> Floats:
    total = np.concatenate([[0.0], np.cumsum(values)])
    before = np.maximum(np.arange(1, len(total)) - count, 0)
    sums: Floats = total[1:] - total[before]
    return sums


def grid(of: Flow, values: Floats) -> Floats:
    """Return values as local days of clock steps, a row each; NaN where nothing is known."""
    days = np.full((int(of.rows.max()) + 1, of.a_day), np.nan)
    days[of.rows, of.at.step] = values
    return days


def seasoned(of: Flow) -> Bools:
    """Tell for each row whether enough days before it are known to say what is usual."""
    half_known = (~np.isnan(grid(of, of.watts))).mean(1) >= HALF
    before = np.concatenate([[0], np.cumsum(half_known)])
    row = np.arange(len(half_known))
    enough: Bools = before[row] - before[np.maximum(row - BACK, 0)] >= FEWEST_BACK
    return enough & (row - int(half_known.argmax()) >= NEWCOMER)


def level_before(of: Flow) -> Floats:
    """Return for each row the mean power of the days before it, NaN where none is known."""
    days = grid(of, of.watts)
    known = ~np.isnan(days)
    sums, counts = (
        np.concatenate([[0.0], np.cumsum(each)]) for each in (np.where(known, days, 0).sum(1), known.sum(1))
    )
    row = np.arange(len(days))
    first = np.maximum(row - BACK, 0)
    there = counts[row] - counts[first]
    level: Floats = np.divide(sums[row] - sums[first], there, out=np.full(len(days), np.nan), where=there > 0)
    return level


def highest_before(of: Flow, values: Floats, near: timedelta) -> Floats:
    """Return as a grid what values came to at most, at about that time, on the days before each row."""
    days = grid(of, values)
    around, reach, most = days.ravel(), 0, min(of.steps(near), days.size - 1)
    while reach < most:
        # What reaches so far on both sides reaches thrice as far beside itself.
        ahead = min(2 * reach + 1, most - reach)
        wider = around.copy()
        wider[ahead:] = np.fmax(wider[ahead:], around[:-ahead])
        wider[:-ahead] = np.fmax(wider[:-ahead], around[ahead:])
        around, reach = wider, reach + ahead
    high = np.full_like(days, np.nan)
    high[1:] = around.reshape(days.shape)[:-1]
    width = 1
    while width < BACK:
        ahead = min(width, BACK - width)
        high[ahead:] = np.fmax(high[ahead:], high[:-ahead].copy())
        width += ahead
    high[~seasoned(of)] = np.nan
    return high
