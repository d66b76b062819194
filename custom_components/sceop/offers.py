"""Offers: which part of its window a home leaves to its community.

Every start in it costs this home about the same. So whoever pays by the hour loses nothing by taking part, and who pays
the same at all times leaves the whole window. Nothing of Home Assistant.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

import numpy as np

from .ahead import cost_of
from .core.plan.horizon import Horizon
from .core.plan.wants import Need, RunOnce
from .core.slots import SLOT

GIVEN_SHARE = 0.05
"""What a kWh may cost more, beside the usual price, for the community's sake: nobody pays for taking part."""
FARTHEST = timedelta(hours=48)
_SLOTS_AN_HOUR = 4
_NOTHING = 1e-9
"""What floats may be off by."""


def offered(want: RunOnce | Need, ahead: Horizon) -> RunOnce | Need | None:
    """Return a want with the window in which it costs little more than at best; None where it fits nowhere."""
    wh = want.wh if isinstance(want, RunOnce) else _at_full_power(want)
    last = min(want.ready_by, ahead.start + FARTHEST)
    starts = _starts(max(want.earliest, ahead.start), last - len(wh) * SLOT)
    if not starts:
        return None
    costs = [cost_of(ahead, start, wh) for start in starts]
    best = min(range(len(costs)), key=costs.__getitem__)
    usual = float(np.nanmean(np.abs(ahead.buy)))
    most = costs[best] + GIVEN_SHARE * usual * sum(wh) / 1000 + _NOTHING
    first = end = best
    while first > 0 and costs[first - 1] <= most:
        first -= 1
    while end + 1 < len(costs) and costs[end + 1] <= most:
        end += 1
    return replace(want, earliest=starts[first], ready_by=starts[end] + len(wh) * SLOT)


def _at_full_power(need: Need) -> tuple[int, ...]:
    each = max(need.max_w // _SLOTS_AN_HOUR, 1)
    slots = min(ceil(need.wh / each), FARTHEST // SLOT + 1)  # what takes longer fits nowhere
    return tuple(min(each, need.wh - slot * each) for slot in range(slots))


def _starts(first: datetime, last: datetime) -> list[datetime]:
    count = (last - first) // SLOT + 1
    return [first + number * SLOT for number in range(max(count, 0))]
