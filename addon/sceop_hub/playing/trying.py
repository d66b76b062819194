"""How far challenges have come: circles by what was published of them, a home by its own readings, for itself alone."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from ..domain.game.challenge import Challenge
from ..domain.game.progress import Progress, before, elapsed, progress
from ..domain.publication import COMMUNITY
from ..hub import Hub
from ..store import challenges, teams


def circles_progress(books: sqlite3.Connection, hub: Hub, challenge: Challenge, end: datetime) -> dict[int, Progress]:
    """Return how far a challenge has come in the circles that take part, from what was published of them."""
    if challenge.scope == "home":
        return {}
    circles = [COMMUNITY] if challenge.scope == "community" else [team.id for team in teams.all_(books)]
    zone = hub.profile.zone
    past, now = before(challenge, zone), elapsed(challenge, end)
    first, last = min(past[0], now[0]), max(past[1], now[1])
    return {
        circle: progress(
            challenge.kind, challenge.hours, challenges.published_use(books, circle, first, last), now, past, zone
        )
        for circle in circles
    }


def own_progress(books: sqlite3.Connection, hub: Hub, challenge: Challenge, household: int, end: datetime) -> Progress:
    """Return how far one home has come by its own readings, which is for that home alone."""
    zone = hub.profile.zone
    past, now = before(challenge, zone), elapsed(challenge, end)
    use = challenges.own_use(books, household, min(past[0], now[0]), max(past[1], now[1]))
    return progress(challenge.kind, challenge.hours, use, now, past, zone, one_home=True)


def wins(challenge: Challenge, own: Progress, circles: Mapping[int, Progress], team: int | None) -> bool:
    """Tell whether a home that joined has won: with its own use, or with its circle and no worse than before."""
    if challenge.scope == "home":
        return own.reaches(challenge.goal)
    circle = circles.get(COMMUNITY if challenge.scope == "community" else team or -1)
    return circle is not None and circle.reaches(challenge.goal) and own.value is not None and own.value > 0
