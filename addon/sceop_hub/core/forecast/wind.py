"""A wind plant in the days to come: what it gave in winds like those foretold, else what followed power like this.

Its power curve is not asked for: at each speed, the steps of the past at about that speed say what comes.
"""

import numpy as np

from .clock import DAY
from .quantiles import quantiles
from .series import Floats, Series
from .sky import wind
from .surroundings import Weather

_HALF_LIFE_DAYS = 40.0
_LIKE_MS = 0.7
"""How far apart two speeds are that tell half as much of each other."""
_KNOTS_MS = 0.5
_FARTHEST_MS = 40.0
_FEWEST = 48
"""So many hours must be known with their wind."""
_CHECKED = 0.75
"""The part of the past from which the rest is foretold, to see whether wind tells anything."""
_WORTH = 0.95
_LIKE_SHARE = 0.1
_SHARES = (0.1, 0.5, 0.9)


def blown(past: Series, weather: Weather | None, steps: int) -> Floats:
    """Return P10, P50 and P90 of the steps to come, in Wh."""
    followed = _followed(past, steps)
    if weather is None:
        return followed
    count = len(past)
    speed = wind(weather, past.start, count + steps, past.step)
    then, now = speed[:count], speed[count:]
    if not np.isfinite(now).any() or not _pays(past, then):
        return followed
    known = np.isfinite(then) & np.isfinite(past.wh)
    by_wind = _by_wind(past.wh[known], then[known], _recent(past)[known], now)
    return np.where(np.isfinite(by_wind), by_wind, followed)


def _by_wind(wh: Floats, then: Floats, weights: Floats, now: Floats) -> Floats:
    """Return quantiles at each speed, from the steps of about that speed; NaN where it is unknown."""
    told = np.isfinite(now)
    speeds = np.clip(np.where(told, now, 0), 0, _FARTHEST_MS)
    knots: Floats = np.arange(0, float(speeds.max()) + 2 * _KNOTS_MS, _KNOTS_MS, dtype=np.float64)
    # Beyond the strongest wind that was known, what it gave there.
    at: Floats = np.clip(knots, then.min(), then.max())
    near = np.exp2(-np.square((then[:, None] - at) / _LIKE_MS)) + 1e-9
    values = np.broadcast_to(wh[:, None], near.shape)
    curve = quantiles(values, near * weights[:, None], _SHARES)
    return np.where(told, np.stack([np.interp(speeds, knots, line) for line in curve]), np.nan)


def _followed(past: Series, steps: int) -> Floats:
    """Return quantiles of what came so many steps after power like the last, surer the sooner."""
    known = np.flatnonzero(np.isfinite(past.wh))
    wh, last = past.wh, past.wh[known[-1]]
    waited = len(wh) - 1 - int(known[-1])
    most = max(float(np.nanmax(wh)), 1.0)
    leads = np.unique(np.append(np.round(np.geomspace(1, max(steps, 1), 12)), 1).astype(int))
    recent = _recent(past)
    found = []
    for lead in leads + waited:
        before, after = wh[: len(wh) - lead], wh[lead:]
        like = np.exp(-np.square((before - last) / most / _LIKE_SHARE) / 2) + 0.01
        like = np.where(np.isfinite(before), like, 0.01) * recent[lead:]
        row = quantiles(after[:, None], like[:, None], _SHARES)[:, 0]
        found.append(row if np.isfinite(row).all() else np.nanquantile(wh, _SHARES))
    lines = np.stack(found, 1)
    return np.stack([np.interp(np.arange(1, steps + 1), leads, line) for line in lines])


def _recent(past: Series) -> Floats:
    """Return how much each step counts: a plant ages, and so do its neighbours' trees."""
    days = np.arange(len(past) - 1, -1, -1, dtype=np.float64) * (past.step / DAY)
    recent: Floats = np.power(0.5, days / _HALF_LIFE_DAYS)
    return recent


def _pays(past: Series, then: Floats) -> bool:
    """Tell whether the last part of the past would have been met better by its wind than by what is usual."""
    known = np.flatnonzero(np.isfinite(past.wh) & np.isfinite(then))
    if len(known) * past.step.total_seconds() < _FEWEST * 3600:
        return False
    cut = int(len(known) * _CHECKED)
    early, late = known[:cut], known[cut:]
    weights = np.ones(len(early))
    told = _by_wind(past.wh[early], then[early], weights, then[late])[1]
    truth = past.wh[late]
    usual = np.abs(truth - np.median(past.wh[early])).sum()
    return bool(np.abs(truth - told).sum() < _WORTH * usual)
