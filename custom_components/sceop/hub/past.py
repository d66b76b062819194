"""The past of a home: slots that its source still remembers, from before anyone listened."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..core.meter import ClosedSlot, Meter, advance, begin
from ..core.slots import SLOT, Span, slot_of
from ..sources import Reading, Source

type Slots = dict[str, list[ClosedSlot]]

WEEK = timedelta(days=7)


async def past_weeks(
    source: Source, since: datetime, until: datetime
) -> AsyncIterator[tuple[Sequence[Reading], datetime]]:
    """Yield readings at the edges of past slots by the week, and up to where they reach; the running slot is none."""
    start, last = slot_of(since), slot_of(until)
    while start < last:
        end = min(start + WEEK, last)
        yield await source.recall([*Span(start, end), end]), end
        start = end


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
