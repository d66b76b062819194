"""The queue of what the hub has not acknowledged yet: plain values, so that all its changes are easy to prove."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import groupby
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


def with_slots(
    queue: Queue, channel: str, slots: Iterable[ClosedSlot], revision: Callable[[datetime], int] = lambda _slot: 0
) -> Queue:
    """Append slots; one that follows its channel's latest block lengthens it, so that a long silence stays small."""
    waiting = list(queue)
    for block in _revised(channel, slots, revision):
        index = next((i for i in reversed(range(len(waiting))) if waiting[i].channel == channel), None)
        if index is not None and _continues(waiting[index], block):
            waiting[index] = replace(waiting[index], wh=waiting[index].wh + block.wh)
        else:
            waiting.append(block)
    return tuple(waiting)


def _revised(channel: str, slots: Iterable[ClosedSlot], revision: Callable[[datetime], int]) -> Iterator[Block]:
    for rev, run in groupby(slots, key=lambda slot: revision(slot.start)):
        yield from (replace(block, rev=rev) for block in blocks(channel, run))


def _continues(last: Block, block: Block) -> bool:
    return (
        end(last) == block.start
        and (last.quality, last.rev) == (block.quality, block.rev)
        and len(last.wh) + len(block.wh) <= MOST_SLOTS
    )


def without(queue: Queue, done: Iterable[Block]) -> tuple[Queue, int]:
    """Take away the slots of blocks that were acknowledged or given up; return what is left and how many went.

    What joined since they were sent stays. What was sent stood in front, so the search ends early: a queue of a hundred
    thousand blocks is emptied in as many looks, not in their square.
    """
    sought = list(done)
    missing = wanted = count(sought)
    kept: list[Block] = []
    for number, block in enumerate(queue):
        if not missing:
            kept.extend(queue[number:])
            break
        left = _cut(block, sought)
        missing -= len(block.wh) - count(left)
        kept.extend(left)
    return tuple(kept), wanted - missing


def _cut(block: Block, done: Iterable[Block]) -> list[Block]:
    """Return what is left of a block."""
    left, over = [block], end(block)
    for each in done:
        same = (block.channel, block.quality, block.rev) == (each.channel, each.quality, each.rev)
        if same and each.start < over and block.start < end(each):
            left = [rest for piece in left for rest in (part(piece, end=each.start), part(piece, start=end(each)))]
    return [piece for piece in left if piece.wh]


def within(queue: Queue, oldest: datetime, now: datetime) -> Queue:
    """Return the queue without slots from before `oldest`, or from the future that a wrong clock had shown."""
    inside = (
        block if oldest <= block.start and end(block) <= now else part(block, start=oldest, end=now) for block in queue
    )
    return tuple(block for block in inside if block.wh)


def part(block: Block, *, start: datetime | None = None, end: datetime | None = None) -> Block:
    """Return the slots of a block that begin in this time; perhaps none."""
    first = 0 if start is None else min(max(-((block.start - start) // SLOT), 0), len(block.wh))
    last = len(block.wh) if end is None else min(max(-((block.start - end) // SLOT), 0), len(block.wh))
    return replace(block, start=block.start + first * SLOT, wh=block.wh[first:last])


def halves(block: Block) -> tuple[Block, Block]:
    """Cut a block of two slots or more in the middle."""
    middle = block.start + len(block.wh) // 2 * SLOT
    return part(block, end=middle), part(block, start=middle)


def count(queue: Iterable[Block]) -> int:
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
