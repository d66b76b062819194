"""Raised: whether a home lifted the baseline it is measured by, beyond all that it ever did.

What counts is its use in the window on the last days, and in the hours before the notice; both against its own past,
and against what its comparison homes did meanwhile, since a cold week raises everybody.
"""

from collections.abc import Sequence

import numpy as np

from ...core.forecast.series import Floats
from .pooled import Pooled
from .values import Raised

LATELY = (3, 7)
"""Days that somebody may keep up: each is looked at."""
EARLIER = 21
FEWEST_EARLIER, FEWEST_SEEN = 10, 10
BEYOND = 1.3
"""Of the most that the home ever did."""
LEAST = 1.5
"""Of what it usually does; a smaller rise gains little."""
HOURS_SHARE = 0.5
"""The hours before count as raised from so much of the baseline above the usual: far beyond what counts of them."""


def raised(told: Pooled, row: int, comparison: Sequence[int]) -> Raised | None:
    """Return what a home raised, if anything."""
    lag = told.window.lag
    end = told.came.shape[1] - lag
    own, theirs = told.came[row, :end], _sum(told.came[list(comparison), :end])
    for count in LATELY:
        rises, meanwhile = _rises(own, count), _rises(theirs, count)
        rises = rises / np.where(np.isfinite(meanwhile), np.maximum(meanwhile, 0.5), 1)
        if _beyond(rises[: len(rises) - count], rises[-1] if len(rises) else np.nan, LEAST):
            return "days"
    unusual = (told.window.hours_before - told.before_usual) * told.window.as_long / np.maximum(told.of_wh, 1)
    others = unusual[list(comparison)]
    known = np.isfinite(others)
    usual = np.where(known, others, 0).sum(0) / np.maximum(known.sum(0), 1)
    own_unusual = unusual[row] - usual
    return "hours" if _beyond(own_unusual[told.judged], own_unusual[-1], HOURS_SHARE) else None


def _beyond(past: Floats, now: float, least: float) -> bool:
    seen = past[np.isfinite(past)]
    return bool(len(seen) >= FEWEST_SEEN and now > max(least, BEYOND * float(seen.max())))


def _sum(homes: Floats) -> Floats:
    known = np.isfinite(homes)
    sums = np.where(known, homes, 0).sum(0) / np.maximum(known.sum(0), 1)
    return np.asarray(np.where(known.any(0), sums, np.nan))


def _rises(days: Floats, count: int) -> Floats:
    """Return for each day what it and those before it came to, of the weeks before these."""
    known = np.isfinite(days)
    sums = np.concatenate([[0.0], np.where(known, days, 0).cumsum()])
    counts = np.concatenate([[0], known.cumsum()])
    day = np.arange(count - 1, len(days))
    late, early = day + 1 - count, np.maximum(day + 1 - count - EARLIER, 0)
    lately, earlier = counts[day + 1] - counts[late], counts[late] - counts[early]
    before = sums[late] - sums[early]
    told = (lately * 2 > count) & (earlier >= FEWEST_EARLIER) & (before > 0)
    now, usual = (sums[day + 1] - sums[late])[told] / lately[told], before[told] / earlier[told]
    rises = np.full(len(days), np.nan)
    rises[day[told]] = now / usual
    return rises
