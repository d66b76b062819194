"""Readings: what the hub takes from a household, and the sentence with which it refuses the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..core.blocks import Block
from ..core.channels import FLOWS, is_channel
from ..core.slots import SLOT, SLOT_SECONDS, slot_of
from ..core.wire import CLOCK_TOLERANCE, MOST_BLOCKS, MOST_SLOTS, MOST_WH, OLDEST
from .refusal import Refusal


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch: slots that are new or corrected, and slots that the books held already."""

    stored: int
    unchanged: int


def check(blocks: Sequence[Block], now: datetime) -> None:
    """Refuse the whole batch for its first fault, so that a household never wonders which half was kept."""
    if len(blocks) > MOST_BLOCKS:
        raise Refusal("too-large", f"A request holds at most {MOST_BLOCKS} blocks; this one has {len(blocks)}.")
    for number, block in enumerate(blocks):
        _check_shape(block, f"Block {number} ({block.channel[:60]!r})")
        _check_time(block, now)


def _check_shape(block: Block, which: str) -> None:
    if not is_channel(block.channel):
        raise Refusal("invalid", f"{which}: a channel is one of {', '.join(FLOWS)}, load.<name> or light.<zone>.")
    if slot_of(block.start) != block.start:
        raise Refusal("invalid", f"{which}: the start must be a full quarter of an hour, not {block.start}.")
    if not 1 <= len(block.wh) <= MOST_SLOTS:
        raise Refusal("invalid", f"{which}: a block holds 1 to {MOST_SLOTS} slots; this one has {len(block.wh)}.")
    for offset, wh in enumerate(block.wh):
        if wh is not None and not 0 <= wh <= MOST_WH:
            raise Refusal(
                "invalid", f"{which}: slot {offset} says {wh} Wh; a slot of {SLOT_SECONDS} s holds 0 to {MOST_WH} Wh."
            )


def _check_time(block: Block, now: datetime) -> None:
    end = block.start + SLOT * len(block.wh)
    if end > now + CLOCK_TOLERANCE:
        raise Refusal(
            "clock",
            f"A slot ends at {end:%Y-%m-%d %H:%M} UTC, but the hub's clock says {now:%Y-%m-%d %H:%M:%S} UTC. Set the"
            " clocks of both machines by the network, and send it again.",
        )
    if block.start < now - OLDEST:
        raise Refusal("too-old", f"The hub takes slots of the last {OLDEST.days} days; {block.start} is older.")
