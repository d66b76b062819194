"""The past of a home: slots that its source still remembers, from before anyone listened."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from ..core.meter import ClosedSlot, Meter, advance, begin
from ..core.slots import SLOT, Span
from ..sources import Reading, Source

type Slots = dict[str, list[ClosedSlot]]

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Told:
    """How far the telling of the past has come, and its end, where the slots begin that the home itself closes."""

    until: datetime
    end: datetime

    def to_json(self) -> dict[str, str]:
        """Return the form in which the outbox keeps it."""
        return {"until": self.until.isoformat(), "end": self.end.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, str]) -> Self:
        """Read it back."""
        return cls(datetime.fromisoformat(kept["until"]), datetime.fromisoformat(kept["end"]))


async def next_week(source: Source, told: Told) -> tuple[Sequence[Reading], Told]:
    """Return readings at the edges of the slots that follow, and how far they reach."""
    until = min(told.until + WEEK, told.end)
    return await source.recall([*Span(told.until, until), until]), replace(told, until=until)


def imported(readings: Sequence[Reading]) -> Slots:
    """Return the slots between readings at their edges."""
    slots: Slots = defaultdict(list)
    meters: dict[str, Meter] = {}
    for reading in readings:
        for channel, counter_mwh in reading.counters_mwh.items():
            if counter_mwh is None:
                meters.pop(channel, None)
                continue
            if channel not in meters:
                meters[channel] = begin(reading.at, counter_mwh)
                continue
            step = reading.at - meters[channel].at
            meters[channel], closed = advance(meters[channel], reading.at, counter_mwh)
            slots[channel].extend(replace(slot, quality="imported") for slot in closed if step == SLOT)
    return dict(slots)
