"""Load: what a community will consume in the coming steps, plainly while its past is short, learned later."""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from ...core.forecast.band import Band, Model
from ...core.forecast.clock import Days, cells, days_of, series_of
from ...core.forecast.plain import days_of as days_known, plain
from ...core.forecast.series import Floats, Series
from ...core.forecast.surroundings import Place, Weather
from ...core.slots import local_midnight
from .known import Known, known_days
from .learned import Learned, learn
from .running import carried
from .signs import Signs, signs
from .spread import errors, spread

DAY = timedelta(days=1)
LEARNING = 112
"""So many days teach at most; what lies further back was another season."""
BEFORE_LEARNING = 10
"""So many days come before the first that teaches, so that it has signs."""
A_WEEK, ENOUGH = 7, 14
"""From how many days on the usual day is known, and something is learned."""
LOOKED_BACK = 56
"""How many days tell how far off the model is."""


def consumption(past: Series, place: Place, weather: Weather | None, steps: int) -> Band:
    """Return what the steps after the past will hold; what is negative in it was never consumed."""
    past = _latest(past)
    at = cells(past.end, max(steps, 1), past.step, place.zone)
    ahead = int(at.day[-1] - at.day[0]) + 1
    days = days_of(past, place.zone)
    row = int(at.day[0]) - days.first.toordinal()
    known = known_days(Days(days.first, days.wh[:row]), ahead, place, weather)
    if known.counts.sum() < A_WEEK:
        return plain(past, steps)
    today = days.wh[row] if row < len(days.wh) else np.full(days.wh.shape[1], np.nan)
    today = np.where(np.arange(len(today)) < at.step[0], today, np.nan)
    teacher = _teach(known)
    low, mid, high = (
        series_of(Days(days.day(row), rows), past.end, steps, place.zone).wh
        for rows in _ahead(known, teacher, today, ahead)
    )
    model = Model.WEEK if teacher.learned is None else Model.LEARNED
    before = _before(past, Days(days.day(teacher.first), teacher.told), place)
    return Band(past.end, past.step, low, mid, high, model, days_known(past), before)


@dataclass(frozen=True, slots=True, eq=False)
class Teacher:
    """What the past taught: the weights, if it was long enough, and what was told of its last days."""

    learned: Learned | None
    first: int
    """The first day that was looked back on."""
    told: Floats
    off: Floats
    """The errors of each of these days, and of the same days told two midnights before."""
    off_early: Floats

    def expect(self, of: Signs, midnight: int) -> Floats:
        """Return the day that these signs announce."""
        return of.level * of.base if self.learned is None else self.learned.expect(of, midnight)


def _latest(past: Series) -> Series:
    """Return the part that is learned from, without what is negative."""
    most = (LEARNING + BEFORE_LEARNING + 1) * (DAY // past.step)
    wh = np.where(np.isfinite(past.wh), np.maximum(past.wh, 0.0), np.nan)
    return Series(past.end - min(most, len(wh)) * past.step, wh[-most:], past.step)


def _teach(known: Known) -> Teacher:
    """Learn, if there is enough, and look back on the last days as each midnight would have told them."""
    counting = np.flatnonzero(known.counts)
    start = int(counting[A_WEEK - 1]) + 1
    learned: Learned | None = None
    if len(counting) >= ENOUGH:
        learned, seen = learn(known, int(counting[BEFORE_LEARNING - 1]) + 1)
        start = learned.first
    else:
        seen = [signs(known.until(day)) for day in range(start, len(known) + 1)]
    bare = Teacher(learned, start, *(np.empty((0, known.wh.shape[1])) for _ in range(3)))
    first = max(start, len(known) - LOOKED_BACK)
    rows = range(first, len(known))
    told = _rows([bare.expect(seen[day - start], day) for day in rows], known)
    truth = np.where(known.known & known.counts[:, None], known.wh, np.nan)
    early = [np.full_like(row, np.nan) for row in told[:1]]
    for day in rows[1:]:
        eve = known.until(day - 1).with_day(told[day - 1 - first])
        early.append(bare.expect(signs(eve), day - 1))
    return replace(
        bare,
        first=first,
        told=told,
        off=errors(truth[first:], told),
        off_early=errors(truth[first:], _rows(early, known)),
    )


def _ahead(known: Known, teacher: Teacher, today: Floats, ahead: int) -> tuple[Floats, Floats, Floats]:
    """Return low, mid and high of so many days from today on; each is told as if those before it went as expected."""
    bands = []
    midnight = len(known)
    for day in range(ahead):
        expected = teacher.expect(signs(known), midnight)
        off = teacher.off if day == 0 else teacher.off_early
        if day == 0:
            expected, off = carried(expected, today, teacher.off)
        low, high = spread(expected, off)
        bands.append((low, expected, high))
        known = known.with_day(np.where(np.isfinite(today), today, expected) if day == 0 else expected)
    low, mid, high = (np.stack(rows) for rows in zip(*bands, strict=True))
    return low, mid, high


def _rows(days: list[Floats], known: Known) -> Floats:
    return np.stack(days) if days else np.empty((0, known.wh.shape[1]))


def _before(past: Series, told: Days, place: Place) -> Series | None:
    """Return days that were told as a series, up to the last midnight, on the steps of the past."""
    if not len(told.wh):
        return None
    midnights = (local_midnight(told.day(row), place.zone) for row in (0, len(told.wh)))
    first, end = (-((past.start - midnight) // past.step) for midnight in midnights)
    return series_of(told, past.start + first * past.step, end - first, place.zone)
