"""Readings: what the hub takes from a household, and the sentence with which it refuses the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..core.blocks import Block
from ..core.channels import FLOWS, is_channel
from ..core.slots import SLOT, SLOT_SECONDS, slot_of
from ..core.wire import CLOCK_TOLERANCE, MOST_BLOCKS, MOST_WH, OLDEST
from .refusal import Refusal

_WORTH_REPEATING = 10**12


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch: slots that are new or corrected, and slots that the books held already."""

    stored: int
    unchanged: int


def check(blocks: Sequence[Block], now: datetime) -> None:
    """Refuse the whole batch for its first fault, so that a household never wonders which half was kept."""
    if len(blocks) > MOST_BLOCKS:
        raise Refusal("too-large", f"A request holds at most {MOST_BLOCKS} blocks; this one has {len(blocks)}.")
    oldest, latest = now - OLDEST, now + CLOCK_TOLERANCE
    for number, block in enumerate(blocks):
        if not is_channel(block.channel) or slot_of(block.start) != block.start or not _in_bounds(block.wh):
            raise _misshapen(block, _which(number, block))
        if not oldest <= block.start <= now or block.start + SLOT * len(block.wh) > latest:
            raise _out_of_time(block, _which(number, block), now)


def _which(number: int, block: Block) -> str:
    return f"Block {number} ({block.channel[:60]!r})"


def _in_bounds(wh: Sequence[int | None]) -> bool:
    known = [value for value in wh if value is not None]
    return not known or (min(known) >= 0 and max(known) <= MOST_WH)


def _misshapen(block: Block, which: str) -> Refusal:
    if not is_channel(block.channel):
        return Refusal("invalid", f"{which}: a channel is one of {', '.join(FLOWS)}, load.<name> or light.<zone>.")
    if slot_of(block.start) != block.start:
        return Refusal("invalid", f"{which}: the start must be a full quarter of an hour, not {block.start}.")
    offset, wh = next((at, wh) for at, wh in enumerate(block.wh) if wh is not None and not 0 <= wh <= MOST_WH)
    said = f"{wh} Wh" if abs(wh) < _WORTH_REPEATING else "a number without end"
    return Refusal(
        "invalid", f"{which}: slot {offset} says {said}; a slot of {SLOT_SECONDS} s holds 0 to {MOST_WH} Wh."
    )


def _out_of_time(block: Block, which: str, now: datetime) -> Refusal:
    if block.start < now - OLDEST:
        return Refusal("too-old", f"{which}: slots may be {OLDEST.days} days old; {block.start} is older.")
    return Refusal(
        "clock",
        f"{which}: its {len(block.wh)} slots from {block.start:%Y-%m-%d %H:%M} UTC end in the future, for the hub's"
        f" clock says {now:%Y-%m-%d %H:%M:%S} UTC. Set the clocks of both machines by the network and try again.",
    )
