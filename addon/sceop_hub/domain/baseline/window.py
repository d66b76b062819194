"""The window: what homes used in an event's slots, in those of the days before, and in the hours before the notice.

The same slots are those by the clock on the wall, as habits hang on it. A day on which one of them is not known, or
which the night of a clock change took, is no day to compare with: missing is not zero.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from ...core.forecast.clock import DAY, Cells, cells
from ...core.forecast.rows import kinds
from ...core.forecast.series import Floats, Series
from ...core.forecast.sky import temperature
from ...core.forecast.surroundings import Place, Weather
from ...core.slots import Span, local_midnight

type Integers = NDArray[np.int64]

KEPT_DAYS = 70
"""So many days are looked at; what lies further back was another season."""
BEFORE = timedelta(hours=3)
"""The hours before the notice that tell how this day goes."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Homes by days, the last of which is the event's: Wh in the window and before the notice; NaN where unknown."""

    homes: tuple[int, ...]
    step: timedelta
    span: Span
    before: tuple[datetime, datetime]
    lag: int
    """A day's window was over at the notice if it lies at least so many days back: later ones count for nothing."""
    days: Integers
    """Of each day its ordinal."""
    kinds: Integers
    slots: Floats
    """Homes x days x the window's steps."""
    hours_before: Floats
    """Of each home and day what was used in the hours before the notice."""
    shapes: Floats
    """Of each home the usual day in twelve parts, as shares of it; only days before the notice count."""
    daily: Floats
    """And what a usual day comes to."""
    degrees: Floats | None
    """The mean temperature in each day's window."""

    @property
    def wh(self) -> Floats:
        """What each home used in the whole window of each day."""
        return np.asarray(self.slots.sum(2))

    @property
    def as_long(self) -> float:
        """The window's length, of that of the hours before the notice."""
        return (self.span.end - self.span.start) / (self.before[1] - self.before[0])


def window(
    homes: Mapping[int, Series],
    span: Span,
    noticed: datetime,
    place: Place,
    weather: Weather | None = None,
) -> Window:
    """Cut the window out of each home's past."""
    step = _step(homes)
    today = span.start.astimezone(place.zone).date()
    first = today - KEPT_DAYS * DAY
    begin = local_midnight(first, place.zone)
    steps = -((begin - span.end) // step)
    wh = np.stack([_between(series, begin, steps) for series in homes.values()])
    clock = cells(begin, steps, step, place.zone)
    a_day = DAY // step
    grid = _grid(wh, clock, first.toordinal(), a_day)
    at = _places(span.start, -((span.start - span.end) // step), step, place, today.toordinal(), a_day)
    told = min(noticed, span.start)
    told -= (told - begin) % step
    before = _places(told - BEFORE, BEFORE // step, step, place, today.toordinal(), a_day)
    slots = _taken(grid, at, a_day)
    slots[:, -1] = wh[:, (span.start - begin) // step :][:, : slots.shape[2]]
    lag = max(1, -((noticed - span.end) // DAY))
    days = first.toordinal() + np.arange(KEPT_DAYS + 1)
    known = slice(0, max(KEPT_DAYS + 1 - lag, 1))
    shapes, daily = _shapes(grid[:, : (KEPT_DAYS + 1) * a_day].reshape(len(wh), -1, a_day)[:, known])
    degrees = None if weather is None else _degrees(weather, begin, steps, step, clock, first.toordinal(), at, a_day)
    return Window(
        tuple(homes),
        step,
        span,
        (told - BEFORE, told),
        lag,
        days,
        kinds(days, place),
        slots,
        _taken(grid, before, a_day).sum(2),
        shapes,
        daily,
        degrees,
    )


def without(series: Series, spans: Collection[Span]) -> Series:
    """Return a past without earlier events, in which a home did not live as it usually does."""
    wh = series.wh.copy()
    for span in spans:
        first, end = (span.start - series.start) // series.step, -((series.start - span.end) // series.step)
        wh[max(first, 0) : max(end, 0)] = np.nan
    return Series(series.start, wh, series.step)


def _step(homes: Mapping[int, Series]) -> timedelta:
    steps = {series.step for series in homes.values()}
    if len(steps) != 1:
        raise ValueError(f"a window is cut out of homes that count in the same steps, not of {len(steps)}")
    return steps.pop()


def _between(series: Series, begin: datetime, steps: int) -> Floats:
    """Return a home's steps from an instant on; NaN where nothing is known."""
    if (series.start - begin) % series.step:
        raise ValueError(f"a home's steps begin with those of the day, not at {series.start}")
    wh = np.full(steps, np.nan)
    offset = (series.start - begin) // series.step
    first, end = max(offset, 0), min(offset + len(series), steps)
    if first < end:
        wh[first:end] = series.wh[first - offset : end - offset]
    return wh


def _grid(wh: Floats, clock: Cells, first: int, a_day: int) -> Floats:
    """Return homes by the cells of a clock on the wall; what a night holds twice is the mean of both."""
    cell = (clock.day - first) * a_day + clock.step
    grid = np.full((len(wh), (KEPT_DAYS + 3) * a_day), np.nan)
    order = np.argsort(cell, kind="stable")
    again = np.flatnonzero(cell[order][1:] == cell[order][:-1])
    grid[:, cell] = wh
    for pair in again:
        earlier, later = order[pair], order[pair + 1]
        grid[:, cell[later]] = (wh[:, earlier] + wh[:, later]) / 2
    return grid


def _places(start: datetime, steps: int, step: timedelta, place: Place, today: int, a_day: int) -> Integers:
    """Return where steps stand on the wall's clock, counted from the midnight at which the event's day begins."""
    at = cells(start, steps, step, place.zone)
    return np.asarray((at.day - today) * a_day + at.step)


def _taken(grid: Floats, at: Integers, a_day: int) -> Floats:
    """Return the same places of each day; NaN where a day has none."""
    cell = np.arange(KEPT_DAYS + 1)[:, None] * a_day + at[None]
    outside = (cell < 0) | (cell >= grid.shape[1])
    taken = grid[:, np.where(outside, 0, cell)]
    taken[:, outside] = np.nan
    return taken


def _shapes(days: Floats) -> tuple[Floats, Floats]:
    """Return each home's usual day in twelve parts, as shares, and what it comes to; even where nothing is known."""
    parts = 12
    known = np.isfinite(days)
    mean = np.where(known, days, 0).sum(1) / np.maximum(known.sum(1), 1)
    usual = mean.reshape(len(days), parts, -1).sum(2)
    daily = usual.sum(1)
    shares = np.where(daily[:, None] > 0, usual / np.where(daily > 0, daily, 1)[:, None], 1 / parts)
    return shares, daily


def _degrees(
    weather: Weather,
    begin: datetime,
    steps: int,
    step: timedelta,
    clock: Cells,
    first: int,
    at: Integers,
    a_day: int,
) -> Floats:
    known = _grid(temperature(weather, begin, steps, step)[None], clock, first, a_day)
    taken = _taken(known, at, a_day)[0]
    some = np.isfinite(taken)
    return np.asarray(np.where(some.any(1), np.where(some, taken, 0).sum(1) / np.maximum(some.sum(1), 1), np.nan))
