"""Spread: how far apart low and high lie, from how far a model was off on days that it had not seen."""

import numpy as np

from ...core.forecast.quantiles import quantiles
from ...core.forecast.series import Floats

LOW, HIGH = 0.1, 0.9
ABOUT_HOURS = 3.5
"""Errors of so many hours around a step count for it."""
HALF_LIFE = 28.0
"""In days: how fast old errors cease to count."""
FEWEST = 5
"""Below so many days of errors nothing is known of them."""
UNKNOWN = 0.4
"""What is then taken for the distance, as a share."""


def scale(mid: Floats) -> Floats:
    """Return what errors are measured by: between the day's level, and the step's own."""
    return np.asarray(np.sqrt(np.maximum(mid.mean(axis=-1, keepdims=True), 0.0) * np.maximum(mid, 0.0)))


def errors(truth: Floats, mid: Floats) -> Floats:
    """Return how far days were off; NaN where the truth is not known, or nothing was expected."""
    by = scale(mid)
    return np.asarray(np.divide(truth - mid, by, out=np.full(mid.shape, np.nan), where=by > 0))


def spread(mid: Floats, past: Floats) -> tuple[Floats, Floats]:
    """Return low and high of a day, given the errors of the days before it, the latest in the last row."""
    by = scale(mid)
    if np.isfinite(past).any(axis=1).sum() < FEWEST:
        below = above = np.full(len(mid), UNKNOWN)
    else:
        below, above = -_quantile(past, LOW), _quantile(past, HIGH)
    low = np.maximum(mid - np.maximum(below, 0.0) * by, 0.0)
    return low, mid + np.maximum(above, 0.0) * by


def _quantile(past: Floats, share: float) -> Floats:
    """Return for each step the quantile of the errors around it, of which late ones weigh more."""
    count = past.shape[1]
    reach = round(ABOUT_HOURS / 2 * count / 24)
    around = np.concatenate([np.roll(past, by, axis=1) for by in range(-reach, reach + 1)])
    age = np.arange(len(past))[::-1]
    weights = np.tile(0.5 ** (age / HALF_LIFE), 2 * reach + 1)[:, None] * np.isfinite(around)
    return np.asarray(np.nan_to_num(quantiles(around, weights, (share,))[0]))
