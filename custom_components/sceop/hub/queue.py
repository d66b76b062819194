"""The queue of what the hub has not acknowledged yet: plain values, so that all its changes are easy to prove."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..core.blocks import Block, blocks
from ..core.meter import ClosedSlot
from ..core.slots import SLOT
from ..core.wire import MOST_SLOTS

type Queue = tuple[Block, ...]
"""Oldest first by the time of their closing; no block is empty."""


def end(block: Block) -> datetime:
    """Return where a block's last slot ends."""
    return block.start + len(block.wh) * SLOT


def with_slots(queue: Queue, channel: str, slots: Iterable[ClosedSlot]) -> Queue:
    """Append slots; one that follows its channel's latest block lengthens it, so that a long silence stays small."""
    waiting = list(queue)
    for block in blocks(channel, slots):
        index = next((i for i in reversed(range(len(waiting))) if waiting[i].channel == channel), None)
        if index is not None and _continues(waiting[index], block):
            waiting[index] = replace(waiting[index], wh=waiting[index].wh + block.wh)
        else:
            waiting.append(block)
    return tuple(waiting)


def _continues(last: Block, block: Block) -> bool:
    return (
        end(last) == block.start
        and (last.quality, last.rev) == (block.quality, block.rev)
        and len(last.wh) + len(block.wh) <= MOST_SLOTS
    )


def without(queue: Queue, done: Block) -> Queue:
    """Take away the slots of a block that was acknowledged or given up; what joined since it was sent stays."""
    kept: list[Block] = []
    for block in queue:
        same = (block.channel, block.quality, block.rev) == (done.channel, done.quality, done.rev)
        kept.extend((part(block, end=done.start), part(block, start=end(done))) if same else (block,))
    return tuple(block for block in kept if block.wh)


def within(queue: Queue, oldest: datetime, now: datetime) -> Queue:
    """Return the queue without slots from before `oldest`, or from the future that a wrong clock had shown."""
    return tuple(block for block in (part(block, start=oldest, end=now) for block in queue) if block.wh)


def part(block: Block, *, start: datetime | None = None, end: datetime | None = None) -> Block:
    """Return the slots of a block that begin in this time; perhaps none."""
    first = 0 if start is None else min(max(-((block.start - start) // SLOT), 0), len(block.wh))
    last = len(block.wh) if end is None else min(max(-((block.start - end) // SLOT), 0), len(block.wh))
    return replace(block, start=block.start + first * SLOT, wh=block.wh[first:last])


def halves(block: Block) -> tuple[Block, Block]:
    """Cut a block of two slots or more in the middle."""
    middle = block.start + len(block.wh) // 2 * SLOT
    return part(block, end=middle), part(block, start=middle)


def count(queue: Queue) -> int:
    """Count the slots that wait."""
    return sum(len(block.wh) for block in queue)


def dump(queue: Queue) -> list[dict[str, object]]:
    """Return the form in which the queue survives a restart: the wire's own."""
    return [block.to_json() for block in queue]


def load(kept: Iterable[Mapping[str, Any]]) -> Queue:
    """Read it back."""
    return tuple(
        Block(
            block["channel"], datetime.fromisoformat(block["start"]), tuple(block["wh"]), block["quality"], block["rev"]
        )
        for block in kept
    )
