"""One home's consumption in the days to come, learned from its own past alone; in milliseconds, on a small computer.

A single home is mostly chance: what pays is the median of the days that are like the one to come, newer ones first.
Then the whole is moved by how the last days missed, since a home whose heating rises from week to week outruns every
median of its past.
"""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from .band import Band, Model
from .clock import DAY
from .lasting import ROWS as LASTING_ROWS, Told, carried
from .plain import days_of, plain
from .quantiles import middle
from .rows import rows
from .series import Floats, Series
from .surroundings import Place, Weather
from .usual import SHARES, Usual, usual
from .warmth import demand

_ROWS = 56
"""Older days tell of another season."""
_FEWEST_DAYS = 3
"""Before, there is no usual day; only yesterday."""
_LEARNING_DAYS = 14
"""From here on it is known how days follow their eves, and how forecasts missed."""
_COARSEST = timedelta(hours=2)
_MISSES = 10
_MISSES_HALF_LIFE = 5.0
_TRUST = 0.8
"""How much of the way the level follows the misses of the last days. Chosen, as all here, on real homes."""
_FARTHEST = 3.0
_STRICTNESS = 3.0
_WORTH = 0.95
"""Days of another kind are left out where that took a twentieth off the misses."""


def consumption(past: Series, place: Place, weather: Weather | None, steps: int) -> Band:
    """Return what a home will consume in the steps that follow its past."""
    days = days_of(past)
    if days < _FEWEST_DAYS or not steps or DAY % past.step or past.step > _COARSEST:
        return plain(past, steps)
    known = rows(Series(past.start, np.maximum(past.wh, 0), past.step), place, steps, at_most=_ROWS)
    ahead = int(known.coming_row.max()) + 1
    asked = usual(known, place, past.step, demand(known, past, weather, ahead), ahead)
    learning = days >= _LEARNING_DAYS
    asked, level = _checked(asked) if learning else (asked, 1.0)
    coming = [asked.after(len(known.wh), row, shares=SHARES, by_eve=learning) for row in range(ahead)]
    low, mid, high = (level * known.spread(np.stack([row[share] for row in coming])) for share in range(3))
    band = Band(past.end, past.step, low, mid, high, Model.LEARNED if learning else Model.WEEK, min(days, float(_ROWS)))
    told = Told(level * _told_before(asked, by_eve=learning), level * coming[0])
    return carried(_without_holes(band, past), past, told, place.zone)


def _told_before(asked: Usual, *, by_eve: bool) -> Floats:
    """Return what would have been said of the last rows, each from what was known before it, end to end."""
    count = len(asked.rows.wh)
    first = max(count - LASTING_ROWS, 1)
    return np.concatenate([asked.after(row, 0, shares=SHARES, by_eve=by_eve) for row in range(first, count)], axis=1)


def _checked(asked: Usual) -> tuple[Usual, float]:
    """Return what would have met the last days best, and by how much they outran it."""
    strict = replace(asked, strictness=_STRICTNESS)
    (error, level), (strict_error, strict_level) = _misses(asked), _misses(strict)
    return (strict, strict_level) if strict_error < _WORTH * error else (asked, level)


def _misses(asked: Usual) -> tuple[float, float]:
    """Return how far the last days came from what would have been said of them, and what to multiply it by."""
    count = len(asked.rows.wh)
    said, came, weights = [np.empty(0)], [np.empty(0)], [np.empty(0)]
    for row in range(max(count - _MISSES, 2), count):
        (mid,) = asked.after(row, 0, shares=(0.5,), by_eve=True)
        compared = np.isfinite(mid) & np.isfinite(asked.rows.wh[row])
        said.append(mid[compared])
        came.append(asked.rows.wh[row][compared])
        weights.append(np.full(int(compared.sum()), 0.5 ** ((count - 1 - row) / _MISSES_HALF_LIFE)))
    all_said, all_came = np.concatenate(said), np.concatenate(came)
    some = all_said > 0
    ratio = middle(all_came[some] / all_said[some], all_said[some] * np.concatenate(weights)[some])
    level = float(np.clip(ratio, 1 / _FARTHEST, _FARTHEST) ** _TRUST) if np.isfinite(ratio) else 1.0
    return float(np.abs(all_came - all_said).sum()), level


def _without_holes(band: Band, past: Series) -> Band:
    """Say of a time of day that was never seen what is said where nothing is learned."""
    holes = ~np.isfinite(band.mid)
    if not holes.any():
        return band
    simple = plain(past, len(band.mid))
    low, mid, high = (
        np.where(holes, plainly, learned)
        for plainly, learned in ((simple.low, band.low), (simple.mid, band.mid), (simple.high, band.high))
    )
    return Band(band.start, band.step, low, mid, high, band.model, band.days)
