"""What was refused of each household lately, in memory: an alert for the coordinator follows from it."""

from collections import deque
from collections.abc import Iterator
from datetime import datetime

from .domain.watch import RefusedReadings

MOST_OF_ONE = 5
"""Enough for the rule; so nobody fills the memory, or pushes another's out of it."""

NO_FAULT = frozenset({"waiting", "paused", "storage", "internal", "busy"})
"""Refusals that nobody has to look into for the household's sake."""


class Refusals:
    """The last refusals of each household."""

    def __init__(self) -> None:
        self._lately: dict[str, deque[RefusedReadings]] = {}

    def note(self, public_id: str, problem: str, at: datetime) -> None:
        """Remember a refusal."""
        if problem not in NO_FAULT:
            lately = self._lately.setdefault(public_id, deque(maxlen=MOST_OF_ONE))
            lately.append(RefusedReadings(public_id, problem, at))

    def forget(self, public_id: str) -> None:
        """Forget a household."""
        self._lately.pop(public_id, None)

    def __iter__(self) -> Iterator[RefusedReadings]:
        """Give all that is remembered."""
        for lately in list(self._lately.values()):
            yield from lately
