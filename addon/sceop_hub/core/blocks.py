"""Blocks: runs of slots of one channel, the form in which readings travel to the hub."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched

from .meter import ClosedSlot, Quality
from .slots import SLOT, SLOT_SECONDS
from .wire import MOST_SLOTS


@dataclass(frozen=True, slots=True)
class Block:
    """Energy of consecutive slots; None where a slot is missing, which says nothing about it."""

    channel: str
    start: datetime
    wh: tuple[int | None, ...]
    quality: Quality = "measured"
    rev: int = 0

    def to_json(self) -> dict[str, object]:
        """Return the block as version 1 of the wire writes it."""
        return {
            "channel": self.channel,
            "start": wire_time(self.start),
            "step": SLOT_SECONDS,
            "rev": self.rev,
            "quality": self.quality,
            "wh": list(self.wh),
        }


def wire_time(instant: datetime) -> str:
    """Write an instant as the wire does: UTC, with a Z."""
    return instant.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def blocks(channel: str, slots: Iterable[ClosedSlot]) -> Iterator[Block]:
    """Pack slots, in order of time, into the fewest blocks: one for each run without a gap and of one quality."""
    run: list[ClosedSlot] = []
    for slot in slots:
        if run and (slot.start != run[-1].start + SLOT or slot.quality != run[-1].quality):
            yield from _pack(channel, run)
            run = []
        run.append(slot)
    yield from _pack(channel, run)


def _pack(channel: str, run: list[ClosedSlot]) -> Iterator[Block]:
    for part in batched(run, MOST_SLOTS, strict=False):
        yield Block(channel, part[0].start, tuple(slot.wh for slot in part), part[0].quality)
