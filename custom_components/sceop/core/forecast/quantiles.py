"""Weighted quantiles: what half of the like days stayed below, however far the others went."""

from collections.abc import Sequence

import numpy as np

from .series import Floats

_LEAST = 1e-12


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
    columns = np.arange(values.shape[1])
    # Flat indices: along an axis, numpy takes several times as long.
    order = np.argsort(np.where(known, values, np.inf), axis=0) * len(columns) + columns
    values, sums = values.ravel()[order], np.cumsum(weights.ravel()[order], 0)
    middles = (sums - weights.ravel()[order] / 2) / np.where(some, sums[-1], 1)
    found = np.empty((len(shares), len(columns)))
    for row, share in enumerate(shares):
        above = np.clip((middles < share).sum(0), 0, len(values) - 1)
        below = np.maximum(above - 1, 0)
        low, high, under, over = (each[at, columns] for each in (values, middles) for at in (below, above))
        way = np.clip((share - under) / np.maximum(over - under, _LEAST), 0, 1)
        found[row] = np.where(some, low + way * (high - low), np.nan)
    return found


def middle(values: Floats, weights: Floats) -> float:
    """Return the weighted median of all values; NaN where nothing counts."""
    return float(quantiles(values.reshape(-1, 1), weights.reshape(-1, 1), (0.5,))[0, 0])
