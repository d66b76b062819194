"""Peaks: how high the highest step of each local day comes, and when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from ..slots import local_midnight
from .band import Band
from .clock import DAY, Days, cells, days_of
from .heights import FEWEST, Height, Lessons, height, highest_at
from .series import Floats, Series
from .surroundings import Place
from .windows import Peak

SUNDAY = 6
LOOKED_BACK = 63
WEEK = 7
MOSTLY = 0.9
"""A past day teaches where at least so much of it is known."""
AROUND_HOURS = 1.0
"""How far the time of a peak is smoothed: who switches what on when is chance."""
ANY_TIME = 0.02
"""How probable it is that a peak comes when none ever came."""
WIDEST = 1.5
"""A later day is less sure than the first, but hardly by more than so many times."""
STEEP = 12.0
"""How fast a step becomes improbable that lies below the highest, where nothing else is known."""


def peaks(past: Series, band: Band, place: Place) -> tuple[Peak, ...]:
    """Return the peak of each local day that the band covers to its end; of today, also with what was."""
    whole = _whole_days(band, place)
    if not whole:
        return ()
    seen = days_of(past, place.zone)
    low, mid, high = (
        days_of(Series(band.start, wh, band.step), place.zone).wh for wh in (band.low, band.mid, band.high)
    )
    lessons = _lessons(seen, band, place)
    coming = (
        _Coming(day, low[row], mid[row], high[row], _was(seen, day), _wider(high - low, row))
        for row, day in enumerate(whole)
    )
    least = 0.0 if _never_below_nothing(past) else -np.inf
    return tuple(_peak(day, lessons, band, place, least) for day in coming)


def _never_below_nothing(past: Series) -> bool:
    """Tell whether this is something that cannot be negative, as far as is known: what is drawn, not what is net."""
    known = past.wh[np.isfinite(past.wh)]
    return bool(len(known)) and bool(known.min() >= 0)


@dataclass(frozen=True, slots=True, eq=False)
class _Coming:
    """A day to come: its band, NaN in what is over or never will be, and what was."""

    day: date
    low: Floats
    mid: Floats
    high: Floats
    was: Floats
    wider: float


def _peak(coming: _Coming, lessons: Lessons, band: Band, place: Place, least: float) -> Peak:
    rest = np.isfinite(coming.mid)
    was = np.where(rest, np.nan, coming.was)
    so_far = float(np.nanmax(was)) if np.isfinite(was).any() else -np.inf
    chances = np.zeros(len(rest))
    if len(lessons) < FEWEST:
        low, mid, high = _by_band(coming)
        at = np.exp(STEEP * (coming.mid[rest] / max(float(coming.mid[rest].max()), 1e-9) - 1))
        chances[rest] = at / at.sum()
    else:
        kind = _kind(coming.day, place)
        found = height(coming.mid[rest], coming.day.toordinal(), kind, lessons.on(rest))
        low, mid, high = (found.mid + (edge - found.mid) * coming.wider for edge in (found.low, found.mid, found.high))
        chances[rest] = _times(found, int(rest.sum()), band.step, so_far)
    if np.isfinite(was).any():
        chances += max(1 - float(chances.sum()), 0.0) * highest_at(was)
    hours = band.step / timedelta(hours=1)
    low, mid, high = (max(value, so_far, least) / hours for value in (low, mid, high))
    start, when = _on_steps(coming.day, chances, band, place)
    return Peak(coming.day, low, mid, high, start, band.step, when)


def _whole_days(band: Band, place: Place) -> list[date]:
    if not len(band.mid) or np.isnan(band.mid).any():
        return []
    day, end = band.start.astimezone(place.zone).date(), band.start + len(band.mid) * band.step
    found = []
    while local_midnight(day + DAY, place.zone) <= end:
        found.append(day)
        day += DAY
    return found


def _was(seen: Days, day: date) -> Floats:
    row = (day - seen.first).days
    return seen.wh[row] if 0 <= row < len(seen.wh) else np.full(seen.wh.shape[1], np.nan)


def _wider(width: Floats, row: int) -> float:
    """Return how much less sure a day is than the first, on the steps that both have."""
    first, later = width[0], width[row]
    both = np.isfinite(first) & np.isfinite(later) & (first > 0)
    return float(np.clip(np.median(later[both] / first[both]), 1.0, WIDEST)) if both.any() else 1.0


def _kind(day: date, place: Place) -> int:
    return SUNDAY if place.is_holiday(day) else day.weekday()


def _lessons(seen: Days, band: Band, place: Place) -> Lessons:
    """Return what the last days teach; where a band does not say what it told of them, the usual week stands in."""
    told = _usual(seen) if band.before is None else days_of(band.before, place.zone)
    today = band.start.astimezone(place.zone).date()
    days, said, came = [], [], []
    for day in (today - back * DAY for back in range(LOOKED_BACK, 0, -1)):
        one, other = _was(told, day), _was(seen, day)
        if (np.isfinite(one) & np.isfinite(other)).mean() >= MOSTLY:
            days.append(day)
            said.append(np.where(np.isfinite(one), one, np.nanmean(one)))
            came.append(np.where(np.isfinite(other), other, said[-1]))
    shape = (len(days), seen.wh.shape[1])
    return Lessons(
        np.array([day.toordinal() for day in days], dtype=np.int64),
        np.array([_kind(day, place) for day in days], dtype=np.int64),
        np.array(said).reshape(shape),
        np.array(came).reshape(shape),
        band.before is not None,
    )


def _usual(seen: Days) -> Days:
    """Return for each day the mean of the week before it, where most of that is known."""
    rows = [seen.wh[row - WEEK : row] for row in range(WEEK, len(seen.wh))]
    counts = [np.isfinite(week).sum(axis=0) for week in rows]
    means = [
        np.divide(np.nansum(week, axis=0), known, out=np.full(len(known), np.nan), where=known > WEEK / 2)
        for week, known in zip(rows, counts, strict=True)
    ]
    return Days(seen.first + WEEK * DAY, np.array(means).reshape(len(rows), seen.wh.shape[1]))


def _by_band(coming: _Coming) -> tuple[float, float, float]:
    """Return a height of the band alone: among many steps one comes above its middle."""
    low, mid, high = (float(np.nanmax(wh)) for wh in (coming.low, coming.mid, coming.high))
    return low, (mid + high) / 2, high


def _times(found: Height, count: int, step: timedelta, so_far: float) -> Floats:
    """Return how probable the peak is on each step still to come; less than one together if it may have been."""
    ahead = found.laid > so_far
    counted = found.weights[ahead] @ found.at[ahead]
    reach = max(round(AROUND_HOURS * (timedelta(hours=1) / step)), 1)
    near = np.convolve(counted, np.bartlett(2 * reach + 1), mode="full")[reach : reach + count]
    total = float(counted.sum())
    if total <= 0 or near.sum() <= 0:
        return np.zeros(count) if so_far > -np.inf else np.full(count, 1 / count)
    return np.asarray(total * ((1 - ANY_TIME) * near / near.sum() + ANY_TIME / count))


def _on_steps(day: date, chances: Floats, band: Band, place: Place) -> tuple[datetime, Floats]:
    """Return the first step of a day, and the chances of its clock on its steps, of which clock changes have others."""
    begin, end = (local_midnight(each, place.zone) for each in (day, day + DAY))
    start = band.start + -((band.start - begin) // band.step) * band.step
    at = cells(start, (end - start) // band.step, band.step, place.zone)
    on = chances[at.step]
    return start, on / on.sum() if on.sum() > 0 else np.full(len(on), 1 / max(len(on), 1))
