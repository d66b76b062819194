"""Totals: what the rest of a day comes to, learned from what the same hours came to on days like it.

The middle of a sum is not the sum of the middles: a kettle is unlikely in each quarter hour, and certain by evening.
Nor are its edges the sums of the edges, for the hours of a day do not all go wrong the same way.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from .clock import Numbers, cells, days_of
from .quantiles import middle, quantiles
from .rows import LIKENESS, kinds
from .series import Floats, Series
from .surroundings import Place

_DAYS, _FEWEST_DAYS = 56, 7
_HALF_LIFE = 10.0
_SHARES = (0.08, 0.5, 0.92)
"""Of a few weeks the edges lie nearer than those of all days to come, so they are taken a little further out."""
_KNOWN = 0.9
"""The share of a day's hours that must be known; the rest is taken to be like them."""
_MISSES, _MISSES_HALF_LIFE, _TRUST, _FARTHEST = 10, 5.0, 0.6, 3.0
"""How many days tell by how much the newest outrun the usual, and how far they are believed. Chosen on real homes."""


@dataclass(frozen=True, slots=True)
class Total:
    """Wh of some hours: of five times, four lie between `low` and `high`, and half below `mid`."""

    low: float
    mid: float
    high: float


def total(past: Series, place: Place, start: datetime, end: datetime) -> Total | None:
    """Return what comes between two instants of one local day to come; None where too few days are known."""
    count = (end - start) // past.step
    at = cells(start, count, past.step, place.zone)
    hours = np.unique(at.step)
    days = days_of(past, place.zone)
    today = past.end.astimezone(place.zone).date().toordinal()
    first = max(days.first.toordinal(), today - _DAYS)
    known = days.wh[first - days.first.toordinal() : max(today - days.first.toordinal(), 0), hours]
    share = np.isfinite(known).mean(1) if len(known) else np.empty(0)
    usable = share >= _KNOWN
    if usable.sum() < _FEWEST_DAYS:
        return None
    sums = np.nansum(known[usable], 1) / share[usable] * count / len(hours)
    day = np.flatnonzero(usable) + first
    kind = kinds(np.append(day, at.day[0]), place)
    level = _level(sums, day, kind[:-1])
    low, mid, high = level * _usual(sums, day, kind[:-1], int(at.day[0]), int(kind[-1]))
    return Total(float(low), float(mid), float(high))


def _usual(sums: Floats, day: Numbers, kind: Numbers, wanted: int, wanted_kind: int) -> Floats:
    """Return the quantiles of days like one, newer ones first."""
    weights = 0.5 ** ((wanted - day) / _HALF_LIFE) * LIKENESS[kind, wanted_kind]
    return quantiles(sums[:, None], weights[:, None], _SHARES)[:, 0]


def _level(sums: Floats, day: Numbers, kind: Numbers) -> float:
    """Return by how much the newest days outran what the days before them told."""
    newest = range(max(len(sums) - _MISSES, 2), len(sums))
    said = np.array([_usual(sums[:at], day[:at], kind[:at], int(day[at]), int(kind[at]))[1] for at in newest])
    weights = 0.5 ** ((day[-1] - day[newest.start :]) / _MISSES_HALF_LIFE)
    some = said > 0
    ratio = middle((sums[newest.start :] / np.where(some, said, 1))[some], weights[some])
    return float(np.clip(ratio, 1 / _FARTHEST, _FARTHEST) ** _TRUST) if np.isfinite(ratio) else 1.0
