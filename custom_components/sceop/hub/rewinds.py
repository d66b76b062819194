"""Rewinds: the times that passed twice, for a clock was put back; a slot in them is a correction of the one before.

The hub keeps of each slot the highest revision. What it was told of a quarter hour that a wrong clock had made up must
not keep out what was really measured in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from ..core.slots import SLOT, slot_of
from ..core.wire import OLDEST


@dataclass(frozen=True, slots=True)
class Rewind:
    """Slots that had been shown when the clock was put back, up to but not including `end`."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, now: datetime, shown: datetime) -> Self:
        """Return the slots from the one that runs now to the one that ran then."""
        return cls(slot_of(now), slot_of(shown) + SLOT)

    def to_json(self) -> list[str]:
        """Return the form in which the outbox keeps it."""
        return [self.start.isoformat(), self.end.isoformat()]

    @classmethod
    def from_json(cls, kept: Sequence[str]) -> Self:
        """Read it back."""
        start, end = kept
        return cls(datetime.fromisoformat(start), datetime.fromisoformat(end))


type Rewinds = tuple[Rewind, ...]


def revision(rewinds: Iterable[Rewind], slot: datetime) -> int:
    """Return how often a slot had passed before."""
    return sum(each.start <= slot < each.end for each in rewinds)


def recent(rewinds: Iterable[Rewind], now: datetime) -> Rewinds:
    """Return those of which a slot can still be sent."""
    return tuple(each for each in rewinds if each.end > now - OLDEST)
