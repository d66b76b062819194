"""Standby: what never goes away has grown.

The least mean power of an hour, a day, is what a home uses when nobody does anything. One evening with a long film does
not raise it; a refrigerator that no longer closes does, and stays.
"""

import numpy as np

from ..forecast.series import Floats
from .anomaly import Kind
from .flow import HOUR, KNOWN, Bools, Flow, grid, mean
from .sighting import Sighting, Spell, beyond, joined, sighting

LATELY = 8
"""Days that say what it is now; the least but one of them, for a guest is no standby."""

BEFORE = (13, 34)
"""Days ago between which lies what it was: a creeping that takes two weeks must not be its own measure."""

FEWEST_BEFORE = 12
HIGH = 0.75
"""Of the days before, so many lay lower than what now is held against."""

TIMES = 1.08
MARGIN_W = 12.0
"""What a person can find: a lamp, a charger that got warm."""

OVER_AT = 0.5
"""It is over once less than this share of the rise is left."""

PAUSE_DAYS = 21


def standby(of: Flow) -> list[Sighting]:
    """Find where the standby of the last days lies above that of the weeks before."""
    level = _levels(of)
    now, was, high = _compared(level)
    rises = (now > high * TIMES) & (now > was + MARGIN_W)
    days: list[Spell] = []
    after = 0
    while (place := np.searchsorted(over := np.flatnonzero(rises), after)) < len(over):
        seen = int(over[place])
        bar = was[seen] + OVER_AT * (now[seen] - was[seen])
        stops = np.flatnonzero(level[seen:] < bar)
        after = seen + max(int(stops[0]) if len(stops) else len(level) - seen, 1)
        days.append(Spell(seen - LATELY + 1, after, seen))
    return [_told(of, spell, level, was, high) for spell in joined(days, PAUSE_DAYS)]


def _levels(of: Flow) -> Floats:
    """Return the least hour of each local day; NaN while the day lasts, and where little of it is known."""
    days = grid(of, mean(of.watts, of.steps(HOUR)))
    known: Bools = (~np.isnan(days)).mean(1) >= KNOWN
    known[-1] &= of.at.step[-1] == of.a_day - 1
    level = np.full(len(days), np.nan)
    level[known] = np.nanmin(days[known], axis=1)
    return level


def _compared(level: Floats) -> tuple[Floats, Floats, Floats]:
    """Return for each day what standby is now, what it was, and how high it was at times."""
    nearest, farthest = BEFORE
    padded = np.concatenate([np.full(farthest, np.nan), level])
    windows = np.sort(
        np.lib.stride_tricks.sliding_window_view(padded, farthest + 1)[:, : farthest - nearest + 1], axis=1
    )
    lately = np.lib.stride_tricks.sliding_window_view(padded, LATELY)[-len(level) :]
    known = (~np.isnan(windows)).sum(1)
    at = np.arange(len(level))
    enough = (known >= FEWEST_BEFORE) & ~np.isnan(lately).any(1)
    # Sorted, what is unknown comes last.
    was, high = (windows[at, (np.maximum(known - 1, 0) * part).astype(np.int64)] for part in (0.5, HIGH))
    now, was, high = (np.where(enough, each, np.nan) for each in (np.sort(lately, axis=1)[:, 1], was, high))
    return now, was, high


def _told(of: Flow, days: Spell, level: Floats, was: Floats, high: Floats) -> Sighting:
    rows = of.rows
    spell = Spell(
        int(np.searchsorted(rows, days.begin)),
        int(np.searchsorted(rows, days.end)),
        int(np.searchsorted(rows, days.seen + 1)) - 1,
    )
    now = float(np.nanmedian(level[days.begin : days.end]))
    more = max(now - float(was[days.seen]), 0.0)
    return sighting(Kind.STANDBY, of, spell, more, beyond(now, float(high[days.seen])))
