"""Cheers: good news for a home, as facts; whoever shows them finds the words. Bad news are none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

type Kind = Literal["badge", "streak", "level", "challenge", "reward", "proven"]

KEPT_FOR = timedelta(days=30)
"""For which a home is told; afterwards it is no news."""

STREAKS = frozenset({2, 4, 8, 12, 26, 52})
"""Weeks that are worth a cheer; each week one would be a nag."""

type Facts = Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Cheer:
    """Good news; `ref` makes it one that is told once."""

    household: int
    kind: Kind
    ref: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Told:
    """Good news as a home is told it."""

    id: int
    at: datetime
    kind: Kind
    facts: Facts
