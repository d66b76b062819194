"""Rows: a past as stretches of 24 hours by the clock on the wall, the last of which ends now.

So a forecast made in the afternoon learns as one made at midnight does: what comes next is the row that follows.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from .clock import DAY, Numbers, cells, days_of
from .series import Floats, Series
from .surroundings import Place


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A past that ends now, in rows of 24 hours; NaN where nothing is known, and `day` the date of each cell."""

    wh: Floats
    day: Numbers
    coming_row: Numbers
    """For each step to come the row that it lies in: 0 is the one that begins now."""
    coming_cell: Numbers
    """And its place in that row."""

    @property
    def length(self) -> int:
        """How many steps a row has."""
        return int(self.wh.shape[1])

    def coming_day(self, row: int) -> Numbers:
        """Return the dates of a row to come, as ordinals."""
        days: Numbers = self.day[-1] + 1 + row
        return days

    def spread(self, rows: Floats) -> Floats:
        """Return what was made for rows to come as steps to come."""
        spread: Floats = rows[self.coming_row, self.coming_cell]
        return spread


def rows(past: Series, place: Place, steps: int, *, at_most: int) -> Rows:
    """Cut a past into at most so many rows up to the last in which something is known, and those since."""
    known = np.flatnonzero(np.isfinite(past.wh))
    a_day = DAY // past.step
    first = max(0, int(known[-1]) - (at_most + 1) * a_day) if len(known) else 0
    past = Series(past.start + first * past.step, past.wh[first:], past.step)
    days = days_of(past, place.zone)
    now = cells(past.end, steps + 1, past.step, place.zone)
    origin = days.first.toordinal()
    ends = int(now.day[0] - origin) * a_day + int(now.step[0])
    flat = days.wh.ravel()[:ends]
    flat = np.concatenate([flat, np.full(ends - len(flat), np.nan)])
    count = -(-ends // a_day)
    lead = count * a_day - ends
    wh = np.concatenate([np.full(lead, np.nan), flat]).reshape(count, a_day)
    day = (np.arange(count * a_day) - lead).reshape(count, a_day) // a_day + origin
    ahead = (now.day[:-1] - origin) * a_day + now.step[:-1] - ends
    return Rows(wh, day, np.maximum(ahead // a_day, 0), ahead % a_day)


LIKENESS = np.array([[1, 0.4, 0.4], [0.4, 1, 0.8], [0.4, 0.8, 1]])
"""How much a day of one kind tells of a day of another."""


def kinds(days: Numbers, place: Place) -> Numbers:
    """Return for each day whether people work (0), have their Saturday (1), or rest, on Sundays and holidays (2)."""
    ordinals, where = np.unique(days, return_inverse=True)
    each = np.array([_kind(date.fromordinal(int(ordinal)), place) for ordinal in ordinals], np.int64)
    kinds: Numbers = each[where].reshape(days.shape)
    return kinds


def _kind(day: date, place: Place) -> int:
    saturday, sunday = 5, 6
    if place.is_holiday(day) or day.weekday() == sunday:
        return 2
    return 1 if day.weekday() == saturday else 0
