"""Plain forecasts: what is said where too little is known to learn from; never an exception, and a reason."""

import warnings
from datetime import timedelta

import numpy as np

from .band import Band, Model
from .series import Floats, Series

_DAY = timedelta(days=1)
_WEEK_DAYS = 7


def days_of(past: Series) -> float:
    """Return how many days of a past are known, gaps left out."""
    return float(np.isfinite(past.wh).sum() * past.step / _DAY)


def nothing(past: Series, steps: int) -> Band:
    """Return what follows of nothing."""
    unknown = np.full(steps, np.nan)
    return Band(past.end, past.step, unknown, unknown, unknown, Model.NOTHING, 0.0)


def plain(past: Series, steps: int) -> Band:
    """Say that the last known day comes again, within what the last week did at the same time of day."""
    known = np.isfinite(past.wh)
    if not known.any() or not steps:
        return nothing(past, steps)
    wh = np.where(known, np.maximum(past.wh, 0), np.nan)
    length = max(1, round(_DAY / past.step))
    week = _folded(wh, length)
    seen = np.isfinite(week)
    at = np.arange(steps) % length
    level = float(np.nanmean(wh[-length:])) if np.isfinite(wh[-length:]).any() else float(np.nanmean(wh))
    low, high = _edges(wh)
    if known.sum() < length:
        flat = np.full(steps, level)
        return Band(
            past.end, past.step, np.minimum(flat, low), flat, np.maximum(flat, high), Model.LEVEL, days_of(past)
        )
    newest = np.where(seen.any(0), week[np.argmax(seen, 0), np.arange(length)], level)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a time of day that no day of the week knows
        spread = np.nanquantile(week, [0.1, 0.9], axis=0)
    lower = np.where(np.isfinite(spread[0]), spread[0], low)
    upper = np.where(np.isfinite(spread[1]), spread[1], high)
    if seen.sum(0).min() < 3:  # noqa: PLR2004 - of one or two days no spread follows
        lower, upper = np.minimum(lower, low), np.maximum(upper, high)
    mid = newest[at]
    return Band(
        past.end,
        past.step,
        np.minimum(lower[at], mid),
        mid,
        np.maximum(upper[at], mid),
        Model.YESTERDAY,
        days_of(past),
    )


def _folded(wh: Floats, length: int) -> Floats:
    """Return the last week as days x steps that end now, the newest day first."""
    rows = min(_WEEK_DAYS, -(-len(wh) // length))
    tail = wh[-rows * length :]
    whole = np.concatenate([np.full(rows * length - len(tail), np.nan), tail])
    folded: Floats = whole.reshape(rows, length)[::-1]
    return folded


def _edges(wh: Floats) -> tuple[float, float]:
    """Return the edges between which four of five known steps lie, whatever the time."""
    low, high = np.nanquantile(wh, [0.1, 0.9])
    return float(low), float(high)
