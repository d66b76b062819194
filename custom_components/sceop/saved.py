"""What a home saved in a month: the sum over its events, with the interval in which it lies nine times out of ten.

The errors of different evenings are independent of each other, so their halves of the intervals add in quadrature: one
evening proves next to nothing, and ten of them may.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from math import hypot
from zoneinfo import ZoneInfo

from .hub.invited import Answer, PeakEvent, Savings


@dataclass(frozen=True, slots=True)
class Saved:
    """A sum over events. It is called only where the whole interval lies on one side of zero."""

    low_wh: int
    mid_wh: int
    high_wh: int
    events: int
    """That are in it."""
    waiting: int
    """That this home took part in, and that are not worked out yet or could not be."""

    @property
    def called(self) -> bool:
        """Whether it says that anything was saved, or that more was used."""
        return self.events > 0 and (self.low_wh > 0 or self.high_wh < 0)


def saved_in_month(events: Iterable[PeakEvent], now: datetime, zone: ZoneInfo) -> Saved:
    """Add up the events of this month that this home took part in."""
    month = _month(now, zone)
    joined = [
        each for each in events if each.answer is Answer.YES and each.end <= now and _month(each.start, zone) == month
    ]
    known = [edges for each in joined if each.savings is not None and (edges := _edges(each.savings)) is not None]
    mid = sum(middle for _, middle, _ in known)
    below = hypot(*(middle - low for low, middle, _ in known))
    above = hypot(*(high - middle for _, middle, high in known))
    return Saved(round(mid - below), mid, round(mid + above), len(known), len(joined) - len(known))


def _edges(savings: Savings) -> tuple[int, int, int] | None:
    low, mid, high = savings.low_wh, savings.mid_wh, savings.high_wh
    return None if low is None or mid is None or high is None else (low, mid, high)


def _month(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date().replace(day=1)
