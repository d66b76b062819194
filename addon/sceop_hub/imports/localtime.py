"""Local time: the clock that a file shows becomes instants, also in the nights in which it was put back or forward.

The hour that passes twice is told apart by the order of the rows: the first 02:15 is the earlier one, unless it follows
the second 02:00. Rows of the hour that was left out belong to no instant.
"""

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_MINUTE = 60


class Clock:
    """The clock of one zone, read backwards; it remembers what it found, for a file asks for the same hours again."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[int, tuple[int, ...]] = {}

    def instants(self, wall: int) -> tuple[int, ...]:
        """Return the instants at which the clock shows this: mostly one, two in autumn's hour, none in spring's."""
        minute, second = divmod(wall, _MINUTE)
        offsets = self._known.get(minute)
        if offsets is None:
            offsets = self._known[minute] = self._offsets(minute * _MINUTE)
        return tuple(minute * _MINUTE - offset + second for offset in offsets)

    def _offsets(self, wall: int) -> tuple[int, ...]:
        shown = datetime.fromtimestamp(wall, UTC).replace(tzinfo=None)
        found: list[int] = []
        for fold in (0, 1):
            local = shown.replace(tzinfo=self._zone, fold=fold)
            offset = local.utcoffset()
            there_and_back = local.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None)
            if offset is not None and there_and_back == shown and (seconds := int(offset.total_seconds())) not in found:
                found.append(seconds)
        return tuple(found)


def in_order(walls: Iterable[int], clock: Clock, before: int) -> list[int | None]:
    """Return the instants of a series of rows in their order, oldest first, each `before` seconds ahead of its label.

    A label that names an interval's end is taken back on the clock, and where that leads to no free instant, in time.
    None stands where nothing is left: the hour does not exist.
    """
    found: list[int | None] = []
    taken: set[int] = set()
    last = -math.inf
    for wall in walls:
        possible = clock.instants(wall - before)
        if before:
            possible += tuple(instant - before for instant in clock.instants(wall))
        free = [instant for instant in possible if instant not in taken]
        later = (instant for instant in free if instant > last)
        chosen = next(later, next(iter(free or possible), None))
        if chosen is not None:
            taken.add(chosen)
            last = chosen
        found.append(chosen)
    return found
