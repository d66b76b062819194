"""Times of day that loads have to keep, and those that people keep by themselves. Nothing of Home Assistant."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
FEWEST_STARTS = 3
"""Below, a habit is a coincidence."""
_HABIT_SHARE = 0.5


def next_time(now: datetime, clock: time, zone: ZoneInfo, at_least: timedelta = timedelta(0)) -> datetime:
    """Return the next instant at which local clocks show a time, leaving at least so long until then.

    On a night that skips the time it is the instant at which the clocks of before would have shown it.
    """
    day = now.astimezone(zone).date()
    while (at := datetime.combine(day, clock, zone).astimezone(UTC)) <= now or at - now < at_least:
        day += _DAY
    return at


def usual_time(starts: Sequence[datetime], zone: ZoneInfo) -> time | None:
    """Return when people usually begin by hand: the middle of the hour around which half of their starts lie."""
    if len(starts) < FEWEST_STARTS:
        return None
    minutes = sorted(local.hour * 60 + local.minute for local in (each.astimezone(zone) for each in starts))
    hours = Counter(minute // 60 for minute in minutes)
    near = {hour: sum(hours[(hour + step) % 24] for step in (-1, 0, 1)) for hour in hours}
    best = max(near, key=lambda hour: (near[hour], hours[hour]))
    if near[best] < _HABIT_SHARE * len(starts):
        return None
    around = sorted((minute - best * 60 + 12 * 60) % (24 * 60) for minute in minutes)
    close = [minute for minute in around if 11 * 60 <= minute < 14 * 60]
    middle = (close[len(close) // 2] + best * 60 - 12 * 60) % (24 * 60)
    return time(middle // 60, middle % 60)
