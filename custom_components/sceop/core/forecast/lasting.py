"""Lasting: what has run above its usual for some hours, or below it, will do so for some hours more.

Nobody can see the cause: a pump was left on, guests came, or everybody went away. But what has lasted long lasts
longer than what has just begun, so each edge of a band follows it for as long as its age tells. The numbers were chosen
on real homes, by forecasts of days not reported on.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from .band import Band
from .clock import DAY, Numbers, cells
from .quantiles import middle
from .series import Floats, Series

ROWS = 3
"""So many days back it is looked for what lasts."""
_LEAST, _LEAST_STEPS = timedelta(hours=1), 2
"""What is younger is a kettle."""
_SURE, _LIKELY, _POSSIBLE = 6.0, 3.0, 1 / 3
"""To be expected on the low edge, in the middle and on the high edge, it is so many times as old as it has to go on."""
_OLD = timedelta(hours=3)
"""What is older than one meal is likely to go on for its age, but for these hours."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Bands by the clock, a row each for low, mid and high."""

    before: Floats
    """What was to be told of the days up to now, each by what was known before it."""
    coming: Floats
    """What is told of the 24 hours from now on."""


def carried(band: Band, past: Series, told: Told, zone: ZoneInfo) -> Band:
    """Return a band with what lasts.

    An emptier home leaves the low edge where it is: that is an empty home's already.
    """
    above, below = _constant(past, told, zone)
    ahead = np.arange(1, len(band.mid) + 1)
    least = max(_LEAST // band.step, _LEAST_STEPS)
    likely = np.minimum(_LIKELY * ahead, ahead + _OLD // band.step)
    at_low, at_mid, at_high = (
        np.clip(np.ceil(age), least, above.shape[1]).astype(np.int64) - 1
        for age in (_SURE * ahead, likely, _POSSIBLE * ahead)
    )
    mid = np.maximum(band.mid + above[1, at_mid] + below[1, at_mid], 0)
    low = np.minimum(band.low + above[0, at_low], mid)
    high = np.maximum(band.high + above[2, at_high] + below[2, at_mid], mid)
    lasting = np.stack([low - band.low, mid - band.mid, high - band.high])
    return replace(band, low=low, mid=mid, high=high, lasting=lasting)


def _constant(past: Series, told: Told, zone: ZoneInfo) -> tuple[Floats, Floats]:
    """Return for each edge what is above, and what is below, in all of the newest one, two, three steps and so on.

    It is above what was told of it, so that work on a Friday is no surprise on the eve of a Saturday; less what the
    coming day has more of than the last one, so that nothing is said twice. A gap ends it, and so does the end of what
    is looked at.
    """
    wh, at = _newest(past, told.before.shape[1], zone)
    excess = np.append(wh - told.before[1, at], 0)
    excess = np.where(np.isfinite(excess), excess, 0)
    rise = told.coming - told.before[:, -told.coming.shape[1] :]
    more = np.array([[middle(edge, np.ones_like(edge))] for edge in rise])
    more = np.where(np.isfinite(more), more, 0)
    above = np.minimum.accumulate(excess) - np.maximum(more, 0)
    below = np.maximum.accumulate(excess) - np.minimum(more, 0)
    return np.maximum(above, 0), np.minimum(below, 0)


def _newest(past: Series, count: int, zone: ZoneInfo) -> tuple[Floats, Numbers]:
    """Return the newest steps, the newest first, and where each stands on the clock before now: at -1, -2 and so on."""
    count = min(count, len(past))
    at = cells(past.end - count * past.step, count + 1, past.step, zone)
    place = (at.day[:-1] - at.day[-1]) * (DAY // past.step) + at.step[:-1] - at.step[-1]
    inside = place >= -count
    return np.maximum(past.wh[-count:], 0)[inside][::-1], place[inside][::-1]
