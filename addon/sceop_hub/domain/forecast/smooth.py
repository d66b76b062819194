"""Smoothing along the day: what a few homes did at 18:00 they may as well do at 18:30."""

import numpy as np

from ...core.forecast.series import Floats


def boxed(wh: Floats, hours: float) -> Floats:
    """Return the mean over about so many hours around each step."""
    width = max(round(hours * wh.shape[-1] / 24), 1) // 2 * 2 + 1
    return _with(wh, np.full(width, 1 / width))


def pointed(wh: Floats, hours: float) -> Floats:
    """Return a mean whose weights fall to nothing at so many hours before and after."""
    reach = max(round(hours * wh.shape[-1] / 24), 1)
    weights = reach - np.abs(np.arange(1 - reach, reach))
    return _with(wh, weights / weights.sum())


def _with(wh: Floats, weights: Floats) -> Floats:
    """Return weighted sums of neighbours; beyond the edges of a day it is mirrored."""
    reach = len(weights) // 2
    if not reach:
        return wh
    padded = np.concatenate([wh[..., :reach][..., ::-1], wh, wh[..., -reach:][..., ::-1]], axis=-1)
    count = wh.shape[-1]
    return np.asarray(sum(weight * padded[..., at : at + count] for at, weight in enumerate(weights)))
