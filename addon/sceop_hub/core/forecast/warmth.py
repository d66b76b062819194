"""Warmth: what the temperature asks of a home's day, where it was seen to ask anything."""

import numpy as np

from .rows import Rows
from .series import Floats, Series
from .sky import temperature
from .surroundings import Weather

_HEATING_BELOW_C = 15.0
_COOLING_ABOVE_C = 20.0
_FEWEST_ROWS = 14
_CHECKED_ROWS = 14
_WORTH = 0.95
"""It is used where it took a twentieth off the error of days that were not learned from."""
_ROUNDS = 12
_CLOSE = 0.02
"""A miss as small as this share of the mean is as good as none."""
_RIDGE = 1e-6
_LEAST_SHARE = 0.2
"""A home without any heating or cooling still uses so much of its mean."""


def demand(rows: Rows, past: Series, weather: Weather | None, ahead: int) -> Floats | None:
    """Return what each row of the past and of those to come asks for, in Wh; None where it pays not to know."""
    if weather is None:
        return None
    count, length = rows.wh.shape
    start = past.end - count * length * past.step
    degrees = temperature(weather, start, (count + ahead) * length, past.step).reshape(-1, length)
    known = np.isfinite(degrees)
    warm = np.where(known, degrees, 0).sum(1) / np.maximum(known.sum(1), 1)
    warm[known.sum(1) * 2 < length] = np.nan
    full = np.isfinite(rows.wh)
    energy = np.where(full, rows.wh, 0).sum(1) * length / np.maximum(full.sum(1), 1)
    energy[full.sum(1) * 2 < length] = np.nan
    usable = np.isfinite(energy) & np.isfinite(warm[:count])
    if usable.sum() < _FEWEST_ROWS or not np.isfinite(warm[count:]).any() or not energy[usable].any():
        return None
    asked = _asked(warm[:count][usable], energy[usable], warm)
    if not _pays(warm[:count], energy, usable):
        return None
    usual = float(np.median(asked[:count][usable]))
    return np.where(np.isfinite(asked), asked, usual)


def _asked(warm: Floats, energy: Floats, at: Floats) -> Floats:
    """Return what a day of each mean temperature asks for, fitted by least absolute errors."""
    features, scale = _features(warm), float(energy.mean())
    share = energy / scale
    weights = np.ones(len(warm))
    used = [0, 1, 2]
    factors = np.zeros(3)
    for _ in range(_ROUNDS):
        weighted = features[:, used] * weights[:, None]
        normal = features[:, used].T @ weighted + _RIDGE * np.eye(len(used))
        factors = np.zeros(3)
        factors[used] = np.linalg.solve(normal, weighted.T @ share)
        used = [0, *(index for index in used if index and factors[index] > 0)]
        factors[1:] = np.maximum(factors[1:], 0)
        weights = 1 / np.maximum(np.abs(share - features @ factors), _CLOSE)
    asked: Floats = scale * np.maximum(_features(at) @ factors, _LEAST_SHARE)
    return asked


def _features(warm: Floats) -> Floats:
    return np.stack(
        [np.ones(len(warm)), np.maximum(_HEATING_BELOW_C - warm, 0), np.maximum(warm - _COOLING_ABOVE_C, 0)], 1
    )


def _pays(warm: Floats, energy: Floats, usable: np.ndarray) -> bool:
    """Tell whether the last days would have been met better by the week before them, moved by what they asked."""
    moved = still = 0.0
    for row in np.flatnonzero(usable)[-_CHECKED_ROWS:]:
        before = np.flatnonzero(usable[:row])
        if len(before) < _FEWEST_ROWS // 2 or not energy[before].any():
            continue
        asked = _asked(warm[before], energy[before], np.append(warm[before], warm[row]))
        week = slice(-7, None)
        moved += abs(energy[row] - float(np.median(energy[before][week] * asked[-1] / asked[:-1][week])))
        still += abs(energy[row] - float(np.median(energy[before][week])))
    return moved < _WORTH * still
