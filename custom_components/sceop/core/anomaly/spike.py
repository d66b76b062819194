"""Spikes: a meter showed more than can have flowed, and soon less again.

What stays up is no spike but a load; so a spike is told of once it is over.
"""

import numpy as np

from ..forecast.series import Floats
from .anomaly import Kind
from .flow import HOUR, Bools, Flow, highest_before
from .sighting import Sighting, Spell, beyond, sighting

PHYSICAL_W = 60_000.0
"""More than three phases of 80 A carry: no home has a larger connection. For who has no usual yet."""

LEAST_W = 15_000.0
"""Below this a spike can be a new charger for a car, beside what else runs."""

TIMES = 3.0
"""A spike is so many times the most that there was in four weeks: levels are relative, a member may be a factory."""

TIMES_ORDINARY = 20.0
"""And of who has no usual yet so many times what it has most of the time."""

LONGEST = 2 * HOUR


def spikes(of: Flow) -> tuple[list[Sighting], Bools]:
    """Find spikes, and where values are not to be believed: there, and in what may yet turn out to be one."""
    bars = _bars(of)
    over = of.watts > bars
    doubted = np.zeros(len(of), bool)
    found: list[Sighting] = []
    for begin, end in runs(over):
        if (end - begin) * of.step > LONGEST:
            continue
        doubted[begin:end] = True
        if end < len(of):
            most = float(of.watts[begin:end].max())
            found.append(
                sighting(Kind.SPIKE, of, Spell(begin, end, end), most, beyond(most, float(bars[begin])), hours_a_day=0)
            )
    return found, doubted


def _bars(of: Flow) -> Floats:
    usual = highest_before(of, of.watts, 12 * HOUR)[of.rows, of.at.step]
    ordinary = float(np.nanmedian(of.watts)) if (~np.isnan(of.watts)).any() else 0.0
    new = max(PHYSICAL_W, TIMES_ORDINARY * ordinary)
    return np.where(np.isnan(usual), new, np.maximum(LEAST_W, TIMES * usual))


def runs(where: Bools) -> list[tuple[int, int]]:
    """Return the first step and the step after the last of each run of steps."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], where, [False]])))
    return [(int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
