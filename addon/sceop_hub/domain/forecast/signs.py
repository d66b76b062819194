"""Signs: what the days before a day tell about it.

A base that is the usual day; beside it other readings of the past and how yesterday ran against what was usual, each as
a curve that the day may lean towards. How far it does is learned elsewhere.
"""

from dataclasses import dataclass, replace

import numpy as np

from ...core.forecast.series import Floats
from .known import SATURDAY, Known, Numbers
from .smooth import boxed, pointed

WEEK = 7
SAME = 3
"""Days of the same weekday that are looked at."""
LIKE = 5
"""Days of rest, or working days, that are looked at."""
SEASON = 35
"""So many days are brought to the level of now; none of the others is looked at."""
HALF_LIFE = 4.0
"""In days: how fast a long memory of like days fades."""
RECENT = 3
ABOUT_HOURS = 2.5
"""Over how long single steps are smoothed: a sum of homes jumps from step to step."""
WIDE_HOURS = 3.5
HEATED_C, COOLED_C = 15.0, 22.0
"""Homes are heated below, and cooled above."""
A_LOT_C = 10.0
SLOW_HOURS = 5.0
"""Walls take hours to follow the weather."""
EVENING = slice(17 / 24, 22 / 24)
LATE = slice(22 / 24, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Signs:
    """A day's base, as a share of its level, and the curves that it may lean towards, a column each."""

    level: float
    base: Floats
    curves: Floats


def signs(past: Known) -> Signs:
    """Return what the days of a past tell of the one after them; at least one of them counts."""
    day = len(past)
    counting = np.flatnonzero(past.counts)
    past = _levelled(past, counting[-SEASON:])
    rest = _rests(past.kinds)
    like = counting[rest[counting] == rest[day]]
    week = past.wh[counting[-WEEK:]].mean(axis=0)
    same = _mean(past, counting[past.kinds[counting] == past.kinds[day]][-SAME:], week)
    alike = _mean(past, like[-LIKE:], week)
    base = pointed((week + same + alike) / 3, 1.0)
    level = float(base.mean())
    if level <= 0:
        nothing = np.zeros(past.wh.shape[1])
        return Signs(0.0, nothing, np.zeros((len(nothing), CURVES)))
    shape, ones = base / level, np.ones(len(base))
    deviation, latest = _eve(past, week, rest)
    parts = [_part(deviation, span) for span in (EVENING, LATE)]
    curves = [
        week - base,
        same - base,
        alike - base,
        _faded(past, like, week) - base,
        boxed(latest, ABOUT_HOURS) - base,
        boxed(base, WIDE_HOURS) - base,
        boxed(deviation, ABOUT_HOURS),
        shape * deviation.mean(),
        *(shape * part for part in parts),
        shape * (past.wh[counting[-RECENT:]].mean() - week.mean()),
        ones * level,
        ones * level * (float(rest[day - 1]) - float(rest[day])),
        *(level * swing for swing in _swings(past, counting[-WEEK:])),
    ]
    return Signs(level, base / level, np.stack(curves, axis=1) / level)


CURVES = 15


def _levelled(past: Known, days: Numbers) -> Known:
    """Lift or lower each of these days as far as the week around it lies below or above the last one.

    Where heating rises from week to week, what a Monday was like three weeks ago is still its shape, but not its level.
    """
    energy = past.wh[days].mean(axis=1)
    now = float(energy[-WEEK:].mean())
    around = WEEK // 2
    sums = np.cumsum(np.append(0.0, energy))
    rows = np.arange(len(days))
    first, end = np.maximum(rows - around, 0), np.minimum(rows + around + 1, len(days))
    then = np.where(end < rows + around + 1, now, (sums[end] - sums[first]) / (end - first))
    times = np.divide(now, then, out=np.ones_like(then), where=then > 0)
    wh = past.wh.copy()
    wh[days] *= times[:, None]
    return replace(past, wh=wh)


def _rests(kinds: Numbers) -> Numbers:
    return np.asarray(kinds >= SATURDAY, dtype=np.int64)


def _mean(past: Known, days: Numbers, otherwise: Floats) -> Floats:
    return np.asarray(past.wh[days].mean(axis=0)) if len(days) else otherwise


def _faded(past: Known, days: Numbers, otherwise: Floats) -> Floats:
    if not len(days):
        return otherwise
    weights = 0.5 ** ((len(past) - 1 - days) / HALF_LIFE)
    weights = np.maximum(weights, np.finfo(float).tiny)
    return np.asarray(weights @ past.wh[days] / weights.sum())


def _swings(past: Known, days: Numbers) -> tuple[Floats, Floats]:
    """Return how much more there is to heat, and to cool, than on these days; nothing where no weather is known."""
    felt, usual = past.temperature_c[len(past)], past.temperature_c[days]
    return _swing(HEATED_C - felt, HEATED_C - usual), _swing(felt - COOLED_C, usual - COOLED_C)


def _swing(degrees: Floats, usual: Floats) -> Floats:
    both = np.isfinite(degrees) & np.isfinite(usual).all(axis=0)
    more = np.maximum(degrees, 0.0) - np.maximum(usual, 0.0).mean(axis=0)
    return boxed(np.where(both, more, 0.0), SLOW_HOURS) / A_LOT_C


def _eve(past: Known, week: Floats, rest: Numbers) -> tuple[Floats, Floats]:
    """Return how yesterday ran against days like it, and yesterday; where it is not known, the usual."""
    eve = len(past) - 1
    if not past.counts[eve]:
        return np.zeros_like(week), week
    before = np.flatnonzero(past.counts[:eve])
    usual = _mean(past, before[rest[before] == rest[eve]][-LIKE:], week)
    return past.wh[eve] - usual, past.wh[eve]


def _part(deviation: Floats, span: slice) -> float:
    count = len(deviation)
    return float(deviation[round(span.start * count) : round(span.stop * count)].mean())
