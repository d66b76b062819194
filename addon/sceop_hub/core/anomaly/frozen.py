"""Frozen: a meter shows the same again and again, or nothing at all where there was always something."""

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

import numpy as np

from .anomaly import Cause, Kind
from .flow import BACK, HOUR, Bools, Flow
from .sighting import Sighting, Spell, sighting

SAME = 6 * HOUR
"""Two steps in a row are alike by chance, and so are twelve, in one of a hundred homes in three months."""

COARSE_WH = 20
"""A step of less moves in so few counts that a sleeping house shows the same all night."""
SAME_IF_COARSE = 48 * HOUR

COUNT_WH = 1.0
"""What a counter holds back of what flowed until it is a whole Wh."""

NOTHING = 4 * HOUR
"""No power cut that a person does not know of lasts so long."""

TIMES = 2
"""A run is so many times as long as any in the weeks before: there are constant loads, and inverters at their limit."""


def frozen(of: Flow, *, zero_says: bool) -> tuple[list[Sighting], Bools]:
    """Find where a meter stood still, and so where values are not to be believed.

    `zero_says` tells that nothing means something: a home without a plant of its own always takes something.
    """
    found: list[Sighting] = []
    doubted = np.zeros(len(of), bool)
    before: dict[Cause, list[tuple[int, int]]] = {Cause.NOTHING: [], Cause.SAME: []}
    for begin, end in _constant(of):
        cause = Cause.NOTHING if of.watts[begin] == 0 else Cause.SAME
        lately = [last - first for first, last in before[cause] if begin - last < BACK * of.a_day]
        before[cause].append((begin, end))
        needed = max(of.steps(_least(of, begin, cause)), TIMES * max(lately, default=0) + 1)
        if begin == 0 or end - begin < needed or (cause is Cause.NOTHING and not zero_says):
            continue
        doubted[begin:end] = True
        sureness = 1 - 0.25 * needed / (end - begin)
        found.append(sighting(Kind.FROZEN, of, Spell(begin, end, begin + needed - 1), 0, sureness, cause=cause))
    return found, doubted


def _least(of: Flow, begin: int, cause: Cause) -> timedelta:
    if cause is Cause.NOTHING:
        return NOTHING
    return SAME if of.watts[begin] * (of.step / HOUR) >= COARSE_WH else SAME_IF_COARSE


def _constant(of: Flow) -> Iterator[tuple[int, int]]:
    """Return the runs of one power that are long enough to be told, or to keep longer ones from it."""
    wh = of.watts * (of.step / HOUR)
    shortest = max(of.steps(NOTHING / TIMES), 2)
    changes = np.flatnonzero(~(np.abs(np.diff(wh)) <= COUNT_WH)) + 1
    edges = [0, *changes.tolist(), len(of)]
    for begin, end in pairwise(edges):
        alike = wh[begin:end].tolist()
        done = 0
        while len(alike) - done >= shortest:
            lasted = _lasted(alike[done:])
            if lasted >= shortest:
                yield begin + done, begin + done + lasted
            done += lasted


def _lasted(wh: Sequence[float]) -> int:
    """Return for how many steps the power with which they begin lasted: of 50 W a counter makes 12, 13, 12, 13 Wh.

    There is one as long as some straight line stays within a count of the counter.
    """
    count = COUNT_WH if wh[0] >= COARSE_WH else 0.0
    least, most, total = -math.inf, math.inf, 0.0
    for steps, each in enumerate(wh, start=1):
        total += each
        least, most = max(least, (total - count) / steps), min(most, (total + count) / steps)
        if least > most:
            return steps - 1
    return len(wh)
