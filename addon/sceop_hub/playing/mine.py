"""What the game tells one home of itself, and of the board as everybody sees it."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..domain.game.challenge import Challenge
from ..domain.game.cheers import KEPT_FOR, Told
from ..domain.game.league import Card, LeaguePlace, table as league_table
from ..domain.game.levels import Level
from ..domain.game.progress import Progress
from ..domain.game.standing import WhyNot
from ..domain.game.streaks import Streak
from ..hub import Hub
from ..store import challenges, game, league
from ..words import speaker
from .trying import circle_of

SHOWN_FOR_DAYS = 60
"""After its end a challenge is still told, with what it came to."""

HIGHEST_TITLE = 10
"""Levels that have a title of their own; those beyond share the last."""


@dataclass(frozen=True, slots=True)
class Mine:
    """The game as one home knows it."""

    points: int
    rank: int | None
    of: int
    streak: Streak
    badges: tuple[tuple[str, datetime], ...]
    level: Level | None
    level_title: str | None
    balance: int
    why_not: WhyNot | None
    cheers: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """A challenge as one home knows it; `mine` is by its own readings."""

    challenge: Challenge
    joined: bool
    together: Progress
    mine: Progress


def mine(books: sqlite3.Connection, hub: Hub, household: int) -> Mine:
    """Return the game as one home knows it."""
    table = hub.table
    player = None if table is None else table.players.get(household)
    level = None if table is None else table.level
    badges = game.badges_of(books, household)
    return Mine(
        points=0 if player is None else player.points,
        rank=None if table is None else table.rank(household),
        of=0 if table is None else len(table.places),
        streak=Streak() if table is None else table.streaks.get(household, Streak()),
        badges=tuple(badges.items()),
        level=level,
        level_title=None if level is None else level_title(hub, level),
        balance=max(game.balance(books, household), 0),
        why_not="new" if player is None else player.why_not,
        cheers=tuple(game.cheers(books, household, hub.clock() - KEPT_FOR)),
    )


def level_title(hub: Hub, level: Level) -> str:
    """Return what a level is called, in the community's language."""
    return speaker(hub.profile.language)(f"game.level.{min(level.number, HIGHEST_TITLE)}")


def tried(books: sqlite3.Connection, hub: Hub, household: int, team: int | None) -> list[Tried]:
    """Return the challenges that are told of, as one home knows them, the latest first."""
    now, zone = hub.clock(), hub.profile.zone
    joined = challenges.joined_by(books, household)
    found = []
    for challenge in told(challenges.all_(books), now):
        own = hub.trying.own(books, zone, challenge, household, now)
        circle = circle_of(challenge, team)
        together = own if challenge.scope == "home" else NO_TEAM
        if circle is not None:
            together = hub.trying.circle(books, zone, challenge, circle, now)
        found.append(Tried(challenge, challenge.id in joined, together, own))
    return found


NO_TEAM = Progress(None, "no_team")


def told(known: Sequence[Challenge], now: datetime) -> list[Challenge]:
    """Return the challenges that are told of: to come, running, and over lately."""
    return [one for one in known if (now - (one.cancelled or one.end)).days < SHOWN_FOR_DAYS]


def own_card(books: sqlite3.Connection, hub: Hub) -> Card:
    """Return what this hub tells the league, or would tell."""
    made = hub.clock().replace(microsecond=0)
    return Card(hub.id, hub.profile.name, made, league.own_scores(books))


def league_places(books: sqlite3.Connection, hub: Hub) -> tuple[LeaguePlace, ...]:
    """Return how the hubs compare, this one among them if it tells of itself."""
    others = [one.card for one in league.known(books)]
    if not others:
        return ()
    mine_too = [own_card(books, hub)] if league.is_open(books) else []
    return league_table([*mine_too, *others], hub.id, f"{hub.day():%Y-%m}")
