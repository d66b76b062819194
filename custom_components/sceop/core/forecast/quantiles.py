"""Weighted quantiles: what half of the like days stayed below, however far the others went."""

from collections.abc import Sequence

import numpy as np

from .series import Floats


def quantiles(values: Floats, weights: Floats, shares: Sequence[float]) -> Floats:
    """Return the quantiles of each column, a row for each share; NaN where a column knows nothing.

    Between two values it goes straight from the middle of the one's weight to the middle of the other's.
    """
    if not len(values):
        return np.full((len(shares), values.shape[1]), np.nan)
    known = np.isfinite(values) & (weights > 0)
    some = known.any(0)
    highest = np.where(known, values, -np.inf).max(0, initial=-np.inf)
    # What counts for nothing goes where it changes nothing: above the highest, and as high.
    values = np.where(known, values, np.where(some, highest, 0))
    weights = np.where(known, weights, 0)
    order = np.argsort(np.where(known, values, np.inf), axis=0)
    values, weights = np.take_along_axis(values, order, 0), np.take_along_axis(weights, order, 0)
    sums = np.cumsum(weights, 0)
    middles = (sums - weights / 2) / np.where(some, sums[-1], 1)
    found = np.empty((len(shares), values.shape[1]))
    for row, share in enumerate(shares):
        above = np.clip((middles < share).sum(0), 0, len(values) - 1)[None]
        below = np.maximum(above - 1, 0)
        (low, high), (under, over) = (
            (np.take_along_axis(each, below, 0)[0], np.take_along_axis(each, above, 0)[0]) for each in (values, middles)
        )
        way = np.clip((share - under) / np.maximum(over - under, 1e-12), 0, 1)
        found[row] = np.where(some, low + way * (high - low), np.nan)
    return found


def middle(values: Floats, weights: Floats) -> float:
    """Return the weighted median of all values; NaN where nothing counts."""
    return float(quantiles(values.reshape(-1, 1), weights.reshape(-1, 1), (0.5,))[0, 0])
