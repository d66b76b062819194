"""Offsets: how the clocks of a zone stood over a span of slots, so that many slots are cut into days at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..core.slots import SLOT, from_number, local_midnight, to_number

EPOCH_DAY = date(1970, 1, 1).toordinal()
SLOTS_A_DAY = 96
"""Of a day in UTC, which has no clock changes; people's days are cut by their zone."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Slots from `first` up to but not including `end` in which the clocks stood so many slots ahead of UTC."""

    first: int
    end: int
    ahead: int


def stretches(first: int, end: int, zone: ZoneInfo) -> Iterator[Stretch]:
    """Cut a span of slots where the clocks of the zone change."""
    start, ahead = first, _ahead(first, zone)
    for edge in range(first + SLOTS_A_DAY, end + SLOTS_A_DAY, SLOTS_A_DAY):
        last = min(edge, end)
        if _ahead(last - 1, zone) == ahead:
            continue
        for slot in range(max(last - SLOTS_A_DAY, start), last):
            if (now := _ahead(slot, zone)) != ahead:
                if slot > start:
                    yield Stretch(start, slot, ahead)
                start, ahead = slot, now
    yield Stretch(start, end, ahead)


def day_of(slot: int, zone: ZoneInfo) -> int:
    """Return the ordinal of the local day that a slot lies in."""
    return from_number(slot).astimezone(zone).toordinal()


def first_slot(day: int, zone: ZoneInfo) -> int:
    """Return the first slot of a local day, given as its ordinal."""
    return to_number(local_midnight(date.fromordinal(day), zone))


def month_of(day: int) -> int:
    """Return the number of the month that a day lies in, given as its ordinal."""
    found = date.fromordinal(day)
    return found.year * 12 + found.month - 1


def first_day(month: int) -> int:
    """Return the ordinal of a month's first day."""
    return date(month // 12, month % 12 + 1, 1).toordinal()


@lru_cache(4096)
def _ahead(slot: int, zone: ZoneInfo) -> int:
    offset = from_number(slot).astimezone(zone).utcoffset()
    assert offset is not None
    return offset // SLOT
