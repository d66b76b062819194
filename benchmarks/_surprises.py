"""How often a community without a fault would be told a surprise: sums of real homes, looked at every hour.

What is expected of an hour is what was told at the midnight before it. A hub's own forecast is an hour old at most and
closer, so that it tells fewer. The rule's thresholds were not chosen on these days.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise

import numpy as np

from sceop_hub.core.forecast.series import Floats
from sceop_hub.core.slots import SLOT
from sceop_hub.domain.forecast.load import consumption
from sceop_hub.domain.surprise import SLOTS, Slot, surprise

from ._scotland import DAYS, SIZES, STEP, STEPS, homes, members, past, place

FIRST = 35
"""The day on which it begins: by then the forecast has learned."""
GROUPS = 2
MONTH_DAYS = 30
TWO_HOURS = SLOTS * SLOT // STEP
AN_HOUR = 2


def a_month() -> float:
    """Return how many surprises are told of a community in a month."""
    every = homes()
    drawn = members(len(every))
    sums = [every[rows].sum(axis=0) for size in SIZES for rows in drawn[size][:GROUPS]]
    with ProcessPoolExecutor() as pool:
        told = list(pool.map(_told, sums))
    print(f"Surprises of {len(sums)} sums of homes over {DAYS - FIRST} days: {sum(told)}")
    return sum(told) / len(sums) / (DAYS - FIRST) * MONTH_DAYS


def _told(days: Floats) -> int:
    """Count the alerts of one sum: what goes on for hours is one."""
    where, found = place(), [False]
    for day in range(FIRST, DAYS):
        came = days[day : day + 2].ravel()[: STEPS + TWO_HOURS - AN_HOUR]
        band = consumption(past(days, day), where, None, len(came))
        curves = came, band.low, band.mid, band.high
        spans = (slice(first, first + TWO_HOURS) for first in range(0, len(came) - TWO_HOURS + 1, AN_HOUR))
        found += [surprise(_slots([curve[span] for curve in curves])) is not None for span in spans]
    return sum(new and not before for before, new in pairwise(found))


def _slots(curves: Sequence[Floats]) -> list[Slot]:
    """Cut steps into slots, each of which has its share."""
    of_step = STEP // SLOT
    return [Slot(*wh) for wh in np.repeat(np.round(np.stack(curves, axis=1) / of_step), of_step, axis=0).astype(int)]
