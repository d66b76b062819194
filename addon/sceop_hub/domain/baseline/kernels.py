"""Kernels: five plain opinions on which days before tell what a day will be like, each a mean of days."""

import numpy as np

from ...core.forecast.rows import LIKENESS
from ...core.forecast.series import Floats
from .window import Window

REACH = 28
"""No day counts that lies further back; what is used can be read by a person."""
LIKE_HALF_LIFE, LATELY_HALF_LIFE = 14.0, 4.0
WEEK = 7

ALIKE = 0
"""The opinion by which the hours before the notice are usual or not."""
NAMES = ("days of the same kind", "the last days", "the last four weeks", "the day before", "the same weekday")


def kernels(window: Window) -> Floats:
    """Return opinions x days x the days before each: weights that sum to one, or to nothing where there are none."""
    days, kinds = window.days, window.kinds
    ago = days[:, None] - days[None]
    may = (ago >= window.lag) & (ago <= REACH)
    like = LIKENESS[kinds[:, None], kinds[None]] ** 2
    opinions = np.stack(
        [
            0.5 ** (ago / LIKE_HALF_LIFE) * like,
            0.5 ** (ago / LATELY_HALF_LIFE),
            0.5 ** (ago / REACH),
            (ago == window.lag).astype(float),
            0.5 ** (ago / LIKE_HALF_LIFE) * (ago % WEEK == 0),
        ]
    )
    opinions = np.where(may, opinions, 0)
    sums = opinions.sum(2, keepdims=True)
    return np.asarray(np.divide(opinions, sums, out=np.zeros_like(opinions), where=sums > 0))


def means(kernel: Floats, values: Floats) -> Floats:
    """Return homes x days of weighted means over the days of which something is known; NaN where too few of them are.

    At least half of the weight has to stand on known days.
    """
    known = np.isfinite(values)
    weight = known @ kernel.T
    some = weight >= 0.5  # noqa: PLR2004 - half
    sums = np.where(known, values, 0) @ kernel.T
    return np.asarray(np.divide(sums, weight, out=np.full(sums.shape, np.nan), where=some))
