"""Unusual: for hours there was far more than ever at such hours, or less than what never goes away.

Who is away uses less than usual, and that is no anomaly; but the refrigerator stays. So far less means less than half
of the least that there was for as long at any hour of the last four weeks, nights and days away among them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from ..forecast.series import Floats
from ..forecast.surroundings import Place
from .anomaly import Cause, Kind
from .flow import HOUR, Flow, highest_before, mean
from .sighting import Sighting, Spell, beyond, joined, sighting
from .stuck import usual


@dataclass(frozen=True, slots=True)
class Scale:
    """Over how long power is taken together, and how many times what it came to before it has to be."""

    span: timedelta
    times: float
    margin_w: float


MORE = (Scale(6 * HOUR, 1.7, 1200), Scale(24 * HOUR, 1.5, 600))
LESS = (Scale(12 * HOUR, 0.5, 40),)
"""Chosen on the homes that benchmarks/anomaly.py does not report on."""

NEAR = 3 * HOUR
PAUSE = 48 * HOUR


def unusual(of: Flow, place: Place) -> list[Sighting]:
    """Find hours far above what there ever was at such hours, and hours below what never goes away."""
    workaday = (spell for scale in MORE for spell in _more(of, scale) if not _on_holiday(of, spell, place))
    more = joined(workaday, of.steps(PAUSE))
    less = joined((spell for scale in LESS for spell in _less(of, scale)), of.steps(PAUSE))
    return [*(_told(of, spell, Cause.MORE) for spell in more), *(_told(of, spell, Cause.LESS) for spell in less)]


def _on_holiday(of: Flow, spell: Spell, place: Place) -> bool:
    """Tell whether it was seen on a holiday, or began on one: then people cook, and have guests."""
    days = (of.instant(index).astimezone(place.zone).date() for index in (spell.begin, spell.seen))
    return any(place.is_holiday(day) for day in days)


def _more(of: Flow, scale: Scale) -> Iterator[Spell]:
    count = of.steps(scale.span)
    level = mean(of.watts, count)
    high = highest_before(of, level, NEAR)
    yield from _spells(of, level, np.maximum(high * scale.times, high + scale.margin_w), high, count)


def _less(of: Flow, scale: Scale) -> Iterator[Spell]:
    count = of.steps(scale.span)
    level = mean(of.watts, count)
    low = -highest_before(of, -level, 12 * HOUR)
    bars = np.minimum(low * scale.times, low - scale.margin_w)
    yield from _spells(of, -level, -bars, -low, count)


def _spells(of: Flow, level: Floats, bars: Floats, normal: Floats, count: int) -> Iterator[Spell]:
    """Return spells from where a level exceeds the bars up to where it is within what is normal again."""
    over = np.flatnonzero(level > bars[of.rows, of.at.step])
    after = 0
    while (place := np.searchsorted(over, after)) < len(over):
        seen = int(over[place])
        on = level[seen:] > normal[of.rows[seen]][of.at.step[seen:]]
        stops = np.flatnonzero(~on & ~np.isnan(level[seen:]))
        after = seen + int(stops[0]) if len(stops) else len(of)
        last = seen + int(np.flatnonzero(on[: after - seen])[-1])
        yield Spell(max(seen - count + 1, 0), last + 1, seen)


def _told(of: Flow, spell: Spell, cause: Cause) -> Sighting:
    steps = slice(spell.begin, spell.end)
    normal = usual(of, int(of.rows[spell.seen]))[of.at.step[steps]]
    there = ~np.isnan(of.watts[steps])
    was, should = float(of.watts[steps][there].mean()), float(normal[there].mean())
    sureness = beyond(was, should * MORE[0].times) if cause is Cause.MORE else beyond(should, max(was, 1.0) * 2)
    return sighting(Kind.UNUSUAL, of, spell, was - should, sureness, cause=cause)
