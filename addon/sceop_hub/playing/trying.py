"""How far challenges have come: circles by what was published of them, a home by its own readings, for itself alone."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from ..core.slots import to_number
from ..domain.game.challenge import Challenge
from ..domain.game.progress import Progress, before, elapsed, progress
from ..domain.publication import COMMUNITY
from ..store import challenges, teams

MOST_REMEMBERED = 5000
"""Figures that are kept for the quarter of an hour in which they hold."""


@dataclass(slots=True)
class Trying:
    """What challenges have come to, reckoned once a quarter of an hour however often it is asked for."""

    _slot: int = 0
    _known: dict[tuple[str, datetime, int], Progress] = field(default_factory=dict)

    def circle(
        self, books: sqlite3.Connection, zone: ZoneInfo, challenge: Challenge, circle: int, now: datetime
    ) -> Progress:
        """Return how far a circle has come."""
        return self._of(challenge, circle, now, lambda: circle_progress(books, zone, challenge, circle, now))

    def own(
        self, books: sqlite3.Connection, zone: ZoneInfo, challenge: Challenge, household: int, now: datetime
    ) -> Progress:
        """Return how far one home has come, which is for that home alone."""
        return self._of(challenge, -household, now, lambda: own_progress(books, zone, challenge, household, now))

    def _of(self, challenge: Challenge, whose: int, now: datetime, reckon: Callable[[], Progress]) -> Progress:
        slot = to_number(now)
        if slot != self._slot or len(self._known) > MOST_REMEMBERED:
            self._slot, self._known = slot, {}
        known, key = self._known, (challenge.id, challenge.end, whose)
        if (found := known.get(key)) is None:  # kept with its own slot: another thread may begin the next
            found = known[key] = reckon()
        return found


def circle_progress(
    books: sqlite3.Connection, zone: ZoneInfo, challenge: Challenge, circle: int, end: datetime
) -> Progress:
    """Return how far a challenge has come in a circle up to an instant, from what was published of it."""
    past, now = before(challenge, zone), elapsed(challenge, end)
    use = challenges.published_use(books, circle, min(past[0], now[0]), max(past[1], now[1]))
    return progress(challenge.kind, challenge.hours, use, now, past, zone)


def circles_of(books: sqlite3.Connection, challenge: Challenge) -> list[int]:
    """Return the circles that try a challenge together; none where each home tries for itself."""
    if challenge.scope == "home":
        return []
    return [COMMUNITY] if challenge.scope == "community" else [team.id for team in teams.all_(books)]


def circles_progress(
    books: sqlite3.Connection, zone: ZoneInfo, challenge: Challenge, end: datetime
) -> dict[int, Progress]:
    """Return how far a challenge has come in all circles that try it."""
    return {circle: circle_progress(books, zone, challenge, circle, end) for circle in circles_of(books, challenge)}


def own_progress(
    books: sqlite3.Connection, zone: ZoneInfo, challenge: Challenge, household: int, end: datetime
) -> Progress:
    """Return how far one home has come by its own readings."""
    past, now = before(challenge, zone), elapsed(challenge, end)
    use = challenges.own_use(books, household, min(past[0], now[0]), max(past[1], now[1]))
    return progress(challenge.kind, challenge.hours, use, now, past, zone, one_home=True)


def circle_of(challenge: Challenge, team: int | None) -> int | None:
    """Return the circle in which a home tries a challenge."""
    return {"home": None, "group": team, "community": COMMUNITY}[challenge.scope]


def wins(challenge: Challenge, own: Progress, circles: Mapping[int, Progress], team: int | None) -> bool:
    """Tell whether a home that joined has won: with its own use, or with its circle and no worse than before."""
    if challenge.scope == "home":
        return own.reaches(challenge.goal)
    circle = circle_of(challenge, team)
    together = None if circle is None else circles.get(circle)
    return together is not None and together.reaches(challenge.goal) and own.value is not None and own.value > 0
