"""Scores: how well a forecast met the truth. Where either is unknown, a step counts for nothing.

All are without a unit, so that a community compares with a home; where there is no truth to compare with, they are NaN.
"""

import numpy as np

from .series import Floats


def nmae(predicted: Floats, truth: Floats) -> float:
    """Return the mean absolute error against the mean of the truth."""
    predicted, truth = _known(predicted, truth)
    return _share(np.abs(predicted - truth), truth)


def nrmse(predicted: Floats, truth: Floats) -> float:
    """Return the root of the mean squared error against the mean of the truth's size: net load may come to zero."""
    predicted, truth = _known(predicted, truth)
    if not truth.size or not np.abs(truth).sum():
        return np.nan
    return float(np.sqrt(np.square(predicted - truth).mean()) / np.abs(truth).mean())


def peak_error(predicted: Floats, truth: Floats) -> float:
    """Return the mean absolute error of the days' maxima, one value a day, against the mean of the true ones."""
    return nmae(predicted, truth)


def peak_hit(predicted: Floats, truth: Floats, steps_an_hour: int) -> float:
    """Return the share of days, a row each, whose maximum came within an hour of the step that was named for it.

    A day that reaches its maximum twice was met if either was.
    """
    met = [
        bool(np.min(np.abs(np.flatnonzero(day == day.max()) - step)) <= steps_an_hour)
        for step, day in zip(predicted, truth, strict=True)
        if np.isfinite(step) and not np.isnan(day).any()
    ]
    return float(np.mean(met)) if met else np.nan


def coverage(low: Floats, high: Floats, truth: Floats) -> float:
    """Return the share of steps that came between the two."""
    known = np.isfinite(low) & np.isfinite(high) & np.isfinite(truth)
    if not known.any():
        return np.nan
    return float(((truth >= low) & (truth <= high))[known].mean())


def pinball(predicted: Floats, truth: Floats, quantile: float) -> float:
    """Return the loss that a quantile is judged by, against the mean of the truth."""
    predicted, truth = _known(predicted, truth)
    short = truth - predicted
    return _share(np.maximum(quantile * short, (quantile - 1) * short), truth)


def _known(predicted: Floats, truth: Floats) -> tuple[Floats, Floats]:
    known = np.isfinite(predicted) & np.isfinite(truth)
    return predicted[known], truth[known]


def _share(errors: Floats, truth: Floats) -> float:
    """Return errors against the size of what they are errors of."""
    size = np.abs(truth).sum()
    return float(errors.sum() / size) if size else np.nan
