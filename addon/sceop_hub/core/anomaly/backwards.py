"""Backwards: a meter counted down, or what meters say together can not be.

A counter never falls. And a home never uses less than nothing: where import, export and production say so for hours,
one of them is turned round, or measures something else.
"""

import numpy as np

from ..channels import CONSUMPTION
from .anomaly import Cause, Kind
from .flow import HOUR, Bools, Flow, mean
from .sighting import Sighting, Spell, joined, sighting
from .spike import runs

ROUNDING_WH = 2
"""Slots are differences of rounded counters."""

BALANCE_W = 100.0
BALANCED_OVER = 4 * HOUR
"""Meters are not read in the same second: for a while a balance may well lie below nothing."""

PAUSE = 24 * HOUR


def backwards(of: Flow) -> tuple[list[Sighting], Bools]:
    """Find where a flow was negative, and so where values are not to be believed."""
    below = of.watts * (of.step / HOUR) < -ROUNDING_WH
    if of.channel == CONSUMPTION:
        count = of.steps(BALANCED_OVER)
        level = mean(of.watts, count)
        spells = [Spell(max(begin - count + 1, 0), end, begin) for begin, end in runs(level < -BALANCE_W)]
        cause = Cause.BALANCE
    else:
        spells = [Spell(begin, end, begin) for begin, end in runs(below)]
        cause = Cause.COUNTER
    together = joined(spells, of.steps(PAUSE))
    return [_told(of, spell, cause) for spell in together], below


def _told(of: Flow, spell: Spell, cause: Cause) -> Sighting:
    watts = of.watts[spell.begin : spell.end]
    low = float(np.mean(watts[watts < 0]))
    return sighting(Kind.BACKWARDS, of, spell, low, 0.95 if cause is Cause.COUNTER else 0.8, hours_a_day=0, cause=cause)
