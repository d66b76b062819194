"""Night cycling: something large heats again and again while everybody sleeps.

A water heater that holds its heat comes on once or twice a night. One that comes on every hour warms a leaking tap, a
pump that never rests, or the cellar.
"""

from datetime import timedelta

import numpy as np

from .anomaly import Kind
from .flow import BACK, HOUR, Flow, grid
from .sighting import Sighting, Spell, joined, sighting

NIGHT_ENDS = 5 * HOUR
EDGE_W = 700.0
"""A heater of 2 kW that is on for ten minutes is 700 W of half an hour, and more of a quarter."""

CYCLES = 4
"""In one night."""

USUAL_CYCLES = 1.5
NIGHT_KNOWN = 0.9
NIGHTS = 3
"""In a row: a party ends."""

FEWEST_BEFORE = 10
PAUSE_DAYS = 7
COARSEST = timedelta(minutes=30)


def night_cycling(of: Flow) -> list[Sighting]:
    """Find nights in a row in which large power came and went again and again, where it usually does not."""
    if of.step > COARSEST or len(of) < of.a_day:
        return []
    nights = grid(of, of.watts)[:, : NIGHT_ENDS // of.step]
    rises = np.diff(nights, axis=1) >= EDGE_W
    known = (~np.isnan(nights)).mean(1) >= NIGHT_KNOWN
    known[-1] &= of.at.step[-1] >= nights.shape[1] - 1
    # A rise counts only after a fall: what grows in two steps came on once.
    falls = np.diff(nights, axis=1) <= -EDGE_W
    count = np.where(known, np.minimum(rises.sum(1), falls.sum(1) + 1), np.nan)
    spells = []
    for row in range(FEWEST_BEFORE + NIGHTS, len(count)):
        lately = count[row - NIGHTS + 1 : row + 1]
        before = count[max(row - NIGHTS + 1 - BACK, 0) : row - NIGHTS + 1]
        before = before[~np.isnan(before)]
        if (lately >= CYCLES).all() and len(before) >= FEWEST_BEFORE and before.mean() <= USUAL_CYCLES:
            spells.append(Spell(row - NIGHTS + 1, row + 1, row))
    return [_told(of, spell, nights.shape[1]) for spell in joined(spells, PAUSE_DAYS)]


def _told(of: Flow, rows: Spell, steps: int) -> Sighting:
    nights = grid(of, of.watts)[:, :steps]
    before = nights[max(rows.begin - BACK, 0) : rows.begin]
    more = max(float(np.nanmean(nights[rows.begin : rows.end]) - np.nanmean(before)), 0.0)
    first, last = np.searchsorted(of.rows, [rows.begin, rows.end - 1])
    spell = Spell(
        int(first),
        min(int(last) + steps, len(of)),
        min(int(np.searchsorted(of.rows, rows.seen)) + steps, len(of)) - 1,
    )
    return sighting(Kind.NIGHT_CYCLING, of, spell, more, 0.6, hours_a_day=NIGHT_ENDS / HOUR)
