"""A meter: cumulative counter readings in, closed slots out, and not one Wh lost between them.

Each edge of a slot gets a counter value, rounded down to whole Wh; a slot is the difference of two edges. So remainders
carry over, and the slots between two readings add up to what the counter says. Between readings the counter is taken to
have moved evenly: over a few minutes that is measurement, over a longer silence it is an estimate and marked as one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from .slots import SLOT, slot_of

type Quality = Literal["measured", "estimated", "imported"]

LONGEST_MEASURED_STEP = timedelta(minutes=5)
"""A third of a slot: an edge that was interpolated over less moves little energy between neighbours."""


@dataclass(frozen=True, slots=True)
class ClosedSlot:
    """The energy of one slot that will not change by itself any more."""

    start: datetime
    wh: int
    quality: Quality


@dataclass(frozen=True, slots=True)
class Meter:
    """Where a counter stood last, and how much of the running slot lies behind.

    `edge_wh` is the counter at the start of the running slot, in whole Wh, or None where that moment was not seen: such
    a slot is never closed, it is a gap. `estimated` tells that the edge was interpolated over a long silence.
    """

    at: datetime
    counter_mwh: int
    edge_wh: int | None = None
    estimated: bool = False

    @property
    def counter_wh(self) -> int:
        """The counter in whole Wh, rounded down."""
        return self.counter_mwh // 1000

    @property
    def running_wh(self) -> int | None:
        """What the running slot holds so far."""
        return None if self.edge_wh is None else self.counter_wh - self.edge_wh


def begin(at: datetime, counter_mwh: int) -> Meter:
    """Start to follow a counter; the running slot counts only when it starts at this very moment."""
    return Meter(at, counter_mwh, edge_wh=counter_mwh // 1000 if slot_of(at) == at else None)


def advance(meter: Meter, at: datetime, counter_mwh: int) -> tuple[Meter, tuple[ClosedSlot, ...]]:
    """Take the next reading; return the meter after it and the slots that it closed.

    A reading from the past or a repeated one changes nothing. A counter that stands lower than before was replaced or
    reset: the running slot becomes a gap, because what flowed in it can not be known.
    """
    if at <= meter.at:
        return meter, ()
    if counter_mwh < meter.counter_mwh:
        return begin(at, counter_mwh), ()
    long_step = at - meter.at > LONGEST_MEASURED_STEP
    closed: list[ClosedSlot] = []
    start, edge_wh, estimated = slot_of(meter.at), meter.edge_wh, meter.estimated
    while (end := start + SLOT) <= at:
        end_wh = _counter_at(end, meter, at, counter_mwh) // 1000
        end_estimated = long_step and end != at
        if edge_wh is not None:
            quality: Quality = "estimated" if estimated or end_estimated else "measured"
            closed.append(ClosedSlot(start, end_wh - edge_wh, quality))
        start, edge_wh, estimated = end, end_wh, end_estimated
    return Meter(at, counter_mwh, edge_wh, estimated), tuple(closed)


def _counter_at(instant: datetime, before: Meter, at: datetime, counter_mwh: int) -> int:
    """Return the counter between two readings, as if it had moved evenly."""
    moved = counter_mwh - before.counter_mwh
    passed, whole = ((end - before.at) // timedelta(microseconds=1) for end in (instant, at))
    return before.counter_mwh + moved * passed // whole
