"""The past of a home: slots that its things still remember, from before anyone listened."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from ..core.slots import Span
from ..sources import Slots

type Past = Callable[[Span], Awaitable[Slots]]
"""Whoever remembers the site's slots, by channel; raises SourceError while it can not tell."""

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Told:
    """How far the telling of the past has come, and its end, where the slots begin that the home itself closes."""

    until: datetime
    end: datetime

    def to_json(self) -> dict[str, str]:
        """Return the form in which the outbox keeps it."""
        return {"until": self.until.isoformat(), "end": self.end.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, str]) -> Self:
        """Read it back."""
        return cls(datetime.fromisoformat(kept["until"]), datetime.fromisoformat(kept["end"]))


async def next_week(past: Past, told: Told) -> tuple[Slots, Told]:
    """Return the slots that follow, and how far they reach."""
    until = min(told.until + WEEK, told.end)
    return await past(Span(told.until, until)), replace(told, until=until)
