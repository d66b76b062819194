"""An understanding: what a file comes to in slots, ready to be told in a dry run and to be kept."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from ..core.blocks import Block
from ..core.channels import GRID_EXPORT, GRID_IMPORT
from ..core.meter import Quality
from ..core.slots import from_number, to_number
from ..core.wire import MOST_SLOTS
from ..domain.intervals import SlotEnergy, to_slots
from .found import Faults, Flow, Found, Point, intervals_of
from .hints import refused
from .vocabulary import NET


class Slot(NamedTuple):
    """One slot as a file has it."""

    number: int
    wh: int
    quality: Quality
    rev: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """The slots of one channel of one household, in order; None where the file does not name the household."""

    household: str | None
    channel: str
    slots: tuple[Slot, ...]

    def blocks(self) -> Iterator[Block]:
        """Return the slots as blocks, which is how the books take them."""
        runs = groupby(enumerate(self.slots), lambda item: (item[1].number - item[0], item[1].quality, item[1].rev))
        for (_, quality, rev), run in runs:
            slots = [slot for _, slot in run]
            for first in range(0, len(slots), MOST_SLOTS):
                part = slots[first : first + MOST_SLOTS]
                start = from_number(part[0].number)
                yield Block(self.channel, start, tuple(slot.wh for slot in part), quality, rev)


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that was understood of a file."""

    found: Found
    series: tuple[Series, ...]
    steps: Mapping[str, int] = field(default_factory=dict)

    @property
    def households(self) -> tuple[str, ...]:
        """The households that the file names."""
        return tuple(dict.fromkeys(series.household for series in self.series if series.household is not None))

    def slots(self) -> int:
        """Count the slots of all series."""
        return sum(len(series.slots) for series in self.series)


def settle(found: Found, now: datetime) -> Understanding:
    """Cut what was found into slots; what lies in the future is left out."""
    series, steps = [], {}
    for flow in _both_ways(found.flows):
        slots = tuple(_slots(flow, found.faults, to_number(now)))
        if slots:
            series.append(Series(flow.household, flow.channel, slots))
            steps[flow.channel] = flow.points[0].seconds
    if not series:
        first = found.faults.rows[0] if found.faults.rows else None
        if first is None:
            raise refused("Nothing of it makes a whole quarter of an hour.")
        raise refused(
            "Nothing of it makes a whole quarter of an hour. Row {line} is the first that was left out.",
            line=first.line,
        )
    estimated = sum(slot.quality == "estimated" for each in series for slot in each.slots)
    if estimated:
        found.note("estimated", slots=estimated)
    return Understanding(found, tuple(series), steps)


def _slots(flow: Flow, faults: Faults, end: int) -> Iterator[Slot]:
    cut: Iterable[SlotEnergy] = to_slots(intervals_of(flow, faults))
    lines = {point.start // 900: point.line for point in flow.points}
    for slot in cut:
        if slot.number >= end:
            faults.add(lines.get(slot.number, 0), "future", at=from_number(slot.number).strftime("%Y-%m-%d %H:%M UTC"))
        else:
            yield Slot(slot.number, slot.wh, "imported" if slot.exact else "estimated")


def _both_ways(flows: Iterable[Flow]) -> Iterator[Flow]:
    """Take a column apart that has import above zero and export below."""
    for flow in flows:
        if flow.channel != NET:
            yield flow
            continue
        if flow.counter:
            raise refused("A counter of import less export does not tell what was imported: import the two registers.")
        for channel, sign in ((GRID_IMPORT, 1), (GRID_EXPORT, -1)):
            yield Flow(flow.household, channel, [_one_way(point, sign) for point in flow.points])


def _one_way(point: Point, sign: int) -> Point:
    return point._replace(nj=max(sign * point.nj, 0))
