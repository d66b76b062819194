"""Intervals: what a foreign meter says of stretches of any length, turned into the slots in which we count.

The energy of all intervals is one counter that climbs evenly within each of them; a slot is the difference of that
counter at its two edges, each rounded down to a Wh. So a whole hour is split by largest remainder, minutes are summed,
and no Wh is lost or made on the way. A slot that the intervals do not cover from edge to edge stays a gap.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..core.slots import SLOT_SECONDS

NJ_IN_A_WH = 3_600 * 10**9
"""Nanojoules: watts times seconds and all units of energy are whole numbers of them, so that sums stay exact."""


class Interval(NamedTuple):
    """Energy from one second to another, counted since 1970; `estimated` is what the meter itself did not measure."""

    start: int
    seconds: int
    nj: int
    estimated: bool = False

    @property
    def end(self) -> int:
        """The second after the last."""
        return self.start + self.seconds


class SlotEnergy(NamedTuple):
    """What a slot comes to; `exact` where it needed no splitting."""

    number: int
    wh: int
    exact: bool


class OverlapError(Exception):
    """Two intervals claim the same time."""


def to_slots(intervals: Iterable[Interval]) -> Iterator[SlotEnergy]:
    """Return the slots that are wholly covered, in order; the intervals come in order and do not overlap."""
    counted, covered_to = 0, None
    number: int | None = None  # the open slot: everything is covered from its start on
    opened_wh, exact = 0, True
    for interval in intervals:
        if covered_to is not None and interval.start < covered_to:
            raise OverlapError(interval)
        if interval.start != covered_to:
            number = None
        if number is None and interval.start % SLOT_SECONDS == 0:
            number, opened_wh, exact = interval.start // SLOT_SECONDS, counted // NJ_IN_A_WH, True
        exact = exact and not interval.estimated
        for edge in _edges(interval):
            wh = (counted * interval.seconds + interval.nj * (edge - interval.start)) // (interval.seconds * NJ_IN_A_WH)
            whole = edge == interval.end
            if number is not None:
                yield SlotEnergy(number, wh - opened_wh, exact and whole)
            number, opened_wh, exact = edge // SLOT_SECONDS, wh, whole
        counted += interval.nj
        covered_to = interval.end


def _edges(interval: Interval) -> range:
    """Return the ends of slots that lie in an interval, its own end included."""
    return range((interval.start // SLOT_SECONDS + 1) * SLOT_SECONDS, interval.end + 1, SLOT_SECONDS)
