"""Stuck: something runs on and on, at hours in which nothing ever ran on.

However a home lives, what runs comes and goes; so the least power of some hours says little about its people and much
about what was left on. It is held against the most that this least came to on any day of the last four weeks, at about
that time: who heats every night, or bakes every Sunday, is not told of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from ..forecast.series import Floats
from .anomaly import Kind
from .flow import BACK, HOUR, Flow, grid, highest_before, least, level_before
from .sighting import Sighting, Spell, beyond, joined, sighting


@dataclass(frozen=True, slots=True)
class Scale:
    """How long something has to run, and by how many W it has to exceed what ever ran on for so long."""

    span: timedelta
    margin_w: float


SCALES = (
    Scale(3 * HOUR, 1000),
    Scale(5 * HOUR, 340),
    Scale(10 * HOUR, 220),
    Scale(16 * HOUR, 180),
    Scale(24 * HOUR, 110),
)
"""The shorter, the more it must be; chosen on the homes that benchmarks/anomaly.py does not report on."""

UP_TO_W = 1000.0
"""The margins are those of a site that uses so much on the mean, or less; of a larger one they grow with it."""

ON_W = 10.0
"""A load that takes less is off."""

NEAR = 3 * HOUR
PAUSE = 24 * HOUR
"""What stops for less goes on: in the evening others run so high that it can not be seen."""


def stuck(of: Flow, *, any_time: bool = False) -> list[Sighting]:
    """Find what runs on though nothing ever did; of a single load at any time of the day."""
    near, most_w = (12 * HOUR, _running(of) / 2) if any_time else (NEAR, float("inf"))
    spells = joined((spell for scale in SCALES for spell in _spells(of, scale, near, most_w)), of.steps(PAUSE))
    return [_told(of, spell) for spell in spells]


def _running(of: Flow) -> float:
    """Return what a load takes when it runs."""
    on = of.watts[of.watts > ON_W]
    return float(np.median(on)) if len(on) else 2 * ON_W


def _spells(of: Flow, scale: Scale, near: timedelta, most_w: float) -> Iterator[Spell]:
    count, margin_w = of.steps(scale.span), min(scale.margin_w, most_w)
    low = least(of.watts, count)
    bars = highest_before(of, low, near)
    margins = margin_w * np.fmax(level_before(of) / UP_TO_W, 1.0)
    over = np.flatnonzero(low > bars[of.rows, of.at.step] + margins[of.rows])
    after = 0
    while (place := np.searchsorted(over, after)) < len(over):
        seen = int(over[place])
        # The day's bars hold for as long as it lasts: else what was told of would be tomorrow's normal.
        on = low[seen:] > bars[of.rows[seen]][of.at.step[seen:]] + margins[of.rows[seen]] / 2
        stops = np.flatnonzero(~on & ~np.isnan(low[seen:]))
        after = seen + int(stops[0]) if len(stops) else len(of)
        last = seen + int(np.flatnonzero(on[: after - seen])[-1])
        yield Spell(max(seen - count + 1, 0), last + 1, seen)


def _told(of: Flow, spell: Spell) -> Sighting:
    steps = slice(spell.begin, spell.end)
    more = of.watts[steps] - usual(of, int(of.rows[spell.seen]))[of.at.step[steps]]
    # The median: who cooks meanwhile would be counted as well.
    power = max(float(np.nanmedian(more)), 0.0)
    lasted = (spell.end - spell.begin) * of.step
    bar = next((scale.margin_w for scale in reversed(SCALES) if scale.span <= lasted), SCALES[0].margin_w)
    return sighting(Kind.STUCK, of, spell, power, beyond(power, bar))


def usual(of: Flow, row: int) -> Floats:
    """Return what a day's steps usually have, after the days before it."""
    before = grid(of, of.watts)[max(row - BACK, 0) : row]
    known = ~np.isnan(before).all(0)
    typical = np.full(of.a_day, np.nan)
    typical[known] = np.nanmedian(before[:, known], axis=0)
    return np.where(np.isnan(typical), np.nanmedian(typical) if known.any() else 0.0, typical)
