"""Badges: a table of what a home may be proud of, each with its rule. What was earned stays."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """What a home did so far, counted. `proven` is the share of its usual use that it provably saved this year."""

    events_kept: int = 0
    best_streak: int = 0
    places_kept: int = 0
    challenges: int = 0
    proven: float = 0.0
    points: int = 0


@dataclass(frozen=True, slots=True)
class Badge:
    """Something to be proud of; its name and picture are words and icons of whoever shows it."""

    id: str
    earned: Callable[[Record], bool]


BADGES = (
    Badge("first_event", lambda home: home.events_kept >= 1),
    Badge("ten_events", lambda home: home.events_kept >= 10),  # noqa: PLR2004 - as it is called
    Badge("fifty_events", lambda home: home.events_kept >= 50),  # noqa: PLR2004 - as it is called
    Badge("streak_4", lambda home: home.best_streak >= 4),  # noqa: PLR2004 - as it is called
    Badge("streak_12", lambda home: home.best_streak >= 12),  # noqa: PLR2004 - as it is called
    Badge("streak_26", lambda home: home.best_streak >= 26),  # noqa: PLR2004 - as it is called
    Badge("planner", lambda home: home.places_kept >= 7),  # noqa: PLR2004 - a week of days
    Badge("master_planner", lambda home: home.places_kept >= 100),  # noqa: PLR2004 - days
    Badge("first_challenge", lambda home: home.challenges >= 1),
    Badge("five_challenges", lambda home: home.challenges >= 5),  # noqa: PLR2004 - as it is called
    Badge("proven", lambda home: home.proven > 0),
    Badge("hundred_points", lambda home: home.points >= 100),  # noqa: PLR2004 - as it is called
    Badge("thousand_points", lambda home: home.points >= 1000),  # noqa: PLR2004 - as it is called
)


def earned(record: Record) -> frozenset[str]:
    """Return the badges that a home has earned with what it did."""
    return frozenset(badge.id for badge in BADGES if badge.earned(record))
