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
    for number, block in enumerate(blocks):
        which = f"Block {number} ({block.channel[:60]!r})"
        _check_shape(block, which)
        _check_time(block, which, now)


def _check_shape(block: Block, which: str) -> None:
    if not is_channel(block.channel):
        raise Refusal("invalid", f"{which}: a channel is one of {', '.join(FLOWS)}, load.<name> or light.<zone>.")
    if slot_of(block.start) != block.start:
        raise Refusal("invalid", f"{which}: the start must be a full quarter of an hour, not {block.start}.")
    known = [wh for wh in block.wh if wh is not None]
    if not known or (min(known) >= 0 and max(known) <= MOST_WH):
        return
    offset, wh = next((at, wh) for at, wh in enumerate(block.wh) if wh is not None and not 0 <= wh <= MOST_WH)
    said = f"{wh} Wh" if abs(wh) < _WORTH_REPEATING else "a number without end"
    raise Refusal("invalid", f"{which}: slot {offset} says {said}; a slot of {SLOT_SECONDS} s holds 0 to {MOST_WH} Wh.")


def _check_time(block: Block, which: str, now: datetime) -> None:
    if block.start < now - OLDEST:
        raise Refusal("too-old", f"{which}: slots may be {OLDEST.days} days old; {block.start} is older.")
    if block.start > now or block.start + SLOT * len(block.wh) > now + CLOCK_TOLERANCE:
        raise Refusal(
            "clock",
            f"{which}: its {len(block.wh)} slots from {block.start:%Y-%m-%d %H:%M} UTC end in the future, for the hub's"
            f" clock says {now:%Y-%m-%d %H:%M:%S} UTC. Set the clocks of both machines by the network and try again.",
        )
