"""Intervals: how far off a method was on the days before is how far off it may be now.

Of n errors the one in place (n + 1) x 5% is taken, between two in proportion; so nine of ten intervals hold the truth.
The quantiles that most programs reckon by default lie closer together, and hold it in 81 to 84% of twenty days only.
"""

import math

import numpy as np

from ...core.forecast.series import Floats

OUTSIDE = 0.05
"""On either side."""
Z = 1.6449
"""So many spreads from the middle lies the twentieth, of errors as chance makes them."""
FEWEST = 10
"""Days that have to be known before an interval is told."""
RANKED_FROM = 19
"""With fewer days not even the largest error lies far enough outside; then the spread tells, as Student reckoned it."""


def quantiles(errors: Floats) -> tuple[float, float]:
    """Return what a twentieth of errors stays below, and what a twentieth exceeds."""
    count = len(errors)
    if count < RANKED_FROM:
        far = student(count) * spread(errors) * math.sqrt(1 + 1 / count)
        return -far, far
    low, high = np.interp(
        [(count + 1) * OUTSIDE, (count + 1) * (1 - OUTSIDE)], np.arange(1, count + 1), np.sort(errors)
    )
    return float(low), float(high)


def spread(errors: Floats) -> float:
    """Return the root of the mean squared error; a method's bias belongs to it."""
    return math.sqrt(float(np.mean(errors**2))) if len(errors) else math.nan


def student(count: int) -> float:
    """Return Student's quantile for a spread of so many errors, by Cornish and Fisher."""
    return Z + (Z**3 + Z) / (4 * count) + (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * count**2)
