"""Running: how a day that has begun will go on, given how it ran so far.

Whoever is above what was expected stays above it for a while. How long, past days tell, each step for itself.
"""

import numpy as np

from ...core.forecast.series import Floats
from .smooth import boxed
from .spread import errors, scale

LATEST_HOURS = 2
PRIOR_DAYS = 5.0
"""For how many days it takes to believe a connection half."""
FEWEST = 5
ABOUT_HOURS = 1.5


def carried(mid: Floats, today: Floats, past: Floats) -> tuple[Floats, Floats]:
    """Return the rest of a day by how it ran so far, and what past errors would have been after doing the same.

    `today` is NaN where nothing is known of it, and from now on.
    """
    off = errors(today[None], mid[None])[0]
    if not np.isfinite(off).any() or len(past) < FEWEST:
        return mid, past
    rest = np.arange(len(mid)) > np.flatnonzero(np.isfinite(off))[-1]
    if not rest.any():
        return mid, past
    begun, known = _so_far(off[None]), np.where(np.isfinite(past), past, 0.0)
    before = _so_far(np.where(np.isfinite(off), known, np.nan))
    prior = np.diag(np.square(before).mean(axis=0) * PRIOR_DAYS + 1e-9)
    weights = np.linalg.solve(before.T @ before + prior, before.T @ boxed(known, ABOUT_HOURS))
    weights = np.where(rest, weights, 0.0)
    moved = mid + (begun @ weights)[0] * scale(mid)
    return np.maximum(moved, 0.0), past - before @ weights


def _so_far(off: Floats) -> Floats:
    """Return two figures of each day: how far off it was lately, and altogether."""
    known = np.isfinite(off[0])
    latest = known & (np.arange(len(known)) > np.flatnonzero(known)[-1] - LATEST_HOURS * len(known) // 24)
    return np.stack([off[:, latest].mean(axis=1), off[:, known].mean(axis=1)], axis=1)
