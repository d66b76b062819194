"""Known days: the whole days before a midnight, made ready to learn from."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from ...core.forecast.clock import Days, days_of
from ...core.forecast.series import Floats, Series
from ...core.forecast.surroundings import Place, Weather

type Flags = NDArray[np.bool_]
type Numbers = NDArray[np.int64]

SATURDAY, SUNDAY = 5, 6
MOSTLY = 0.5
"""A day counts where at least so much of it is known."""
NEAR = 7
"""Gaps are filled from so many days before and after."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Days, a row each, with gaps filled so that means can be taken; what was filled is nothing to learn."""

    first: date
    wh: Floats
    known: Flags
    kinds: Numbers
    """What kind of day each is, those to come among them: its weekday, and a holiday is a Sunday."""
    counts: Flags
    """Which days are known well enough to count."""
    temperature_c: Floats
    """Of all days, those to come among them; NaN where it is not known."""

    def __len__(self) -> int:
        """Count the days that were."""
        return len(self.wh)

    def with_day(self, wh: Floats) -> Known:
        """Return it with one more day, as it is expected to be."""
        known = np.vstack([self.known, np.zeros_like(wh, dtype=bool)])
        return replace(self, wh=np.vstack([self.wh, wh]), known=known, counts=np.append(self.counts, [True]))

    def until(self, day: int) -> Known:
        """Return what was known of it when this day began."""
        return replace(self, wh=self.wh[:day], known=self.known[:day], counts=self.counts[:day])


def known_days(days: Days, ahead: int, place: Place, weather: Weather | None) -> Known:
    """Return days, the last of which was yesterday, ready for forecasts of so many days ahead."""
    known = np.isfinite(days.wh)
    kinds = [_kind(days.day(row), place) for row in range(len(known) + ahead)]
    counts = known.mean(axis=1) >= MOSTLY if known.size else np.zeros(len(known), dtype=bool)
    numbers = np.array(kinds, dtype=np.int64)
    warmth = _temperature(weather, days, len(kinds), place)
    return Known(days.first, _filled(days.wh, known), known, numbers, counts, warmth)


def _kind(day: date, place: Place) -> int:
    return SUNDAY if place.is_holiday(day) else day.weekday()


def _temperature(weather: Weather | None, days: Days, count: int, place: Place) -> Floats:
    """Return the temperature on the steps of so many days; NaN where nobody tells it."""
    steps = days.wh.shape[1]
    told = np.full((count, steps), np.nan)
    if weather is None or not len(weather.temperature_c):
        return told
    hours = days_of(Series(weather.start, weather.temperature_c, timedelta(hours=1)), place.zone)
    of_step = np.arange(steps) * hours.wh.shape[1] // steps
    offset = (hours.first - days.first).days
    first, end = max(offset, 0), min(offset + len(hours.wh), count)
    if first < end:
        told[first:end] = hours.wh[first - offset : end - offset][:, of_step]
    return told


def _filled(wh: Floats, known: Flags) -> Floats:
    """Fill what is missing with the days around it, at the height that the rest of the day has beside them."""
    filled = wh.copy()
    for row in np.flatnonzero(~known.all(axis=1)):
        around = slice(max(row - NEAR, 0), row + NEAR + 1)
        typical = mean_known(wh[around], known[around])
        both = known[row] & np.isfinite(typical)
        beside = float(typical[both].sum())
        height = float(wh[row][both].sum()) / beside if beside else 1.0
        rest = float(wh[row][known[row]].mean()) if known[row].any() else 0.0
        filled[row] = np.where(known[row], wh[row], np.where(np.isfinite(typical), typical * height, rest))
    return filled


def mean_known(wh: Floats, known: Flags) -> Floats:
    """Return the mean of each step over the days on which it is known; NaN where it never is."""
    counts = known.sum(axis=0)
    sums = np.where(known, wh, 0.0).sum(axis=0)
    return np.asarray(np.divide(sums, counts, out=np.full(wh.shape[1], np.nan), where=counts > 0))
