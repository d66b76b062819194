"""What pages show of the leaderboard: who chose to stand on it, teams, and how hubs compare."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ..domain.game.league import LeaguePlace
from ..domain.game.levels import Level
from ..domain.game.standing import WhyNot
from ..hub import Hub
from ..store import game, league
from ..store.league import Known
from .mine import league_places, level_title


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A home that chose to stand on the board."""

    household: int
    rank: int
    name: str
    points: int
    badges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team of which enough homes are ranked, by the mean of their points."""

    team: int
    rank: int
    name: str
    points: int
    homes: int


@dataclass(frozen=True, slots=True)
class Board:
    """The board as everybody sees it. `unnamed` homes are ranked and chose no name; `why_not` counts the others."""

    made: datetime | None
    since: datetime | None
    rows: tuple[BoardRow, ...]
    unnamed: int
    why_not: Mapping[WhyNot, int]
    teams: tuple[TeamRow, ...]
    league: tuple[LeaguePlace, ...]
    level: Level | None
    level_title: str | None


@dataclass(frozen=True, slots=True)
class LeaderboardPage:
    """The board, whether this hub tells the league of itself, for how many months, and which hubs it knows there."""

    board: Board
    league_open: bool
    months_told: int
    hubs: tuple[Known, ...]
    fewest: int


def board(books: sqlite3.Connection, hub: Hub) -> Board:
    """Return the board as everybody sees it."""
    table = hub.table
    places = league_places(books, hub)
    if table is None:
        return Board(None, None, (), 0, {}, (), places, None, None)
    badges = game.badges(books)
    rows = tuple(
        BoardRow(
            place.player.household,
            place.rank,
            place.player.name or "",
            place.player.points,
            tuple(badges.get(place.player.household, {})),
        )
        for place in table.named
    )
    return Board(
        made=table.made,
        since=table.since,
        rows=rows,
        unnamed=len(table.places) - len(rows),
        why_not=Counter(one.why_not for one in table.players.values() if one.why_not is not None),
        teams=tuple(
            TeamRow(one.team, one.rank, table.team_names[one.team], one.points, one.homes) for one in table.teams
        ),
        league=places,
        level=table.level,
        level_title=None if table.level is None else level_title(hub, table.level),
    )


async def leaderboard_page(hub: Hub) -> LeaderboardPage:
    """Return what the coordinators' page of the leaderboard shows."""

    def look(books: sqlite3.Connection) -> LeaderboardPage:
        return LeaderboardPage(
            board=board(books, hub),
            league_open=league.is_open(books),
            months_told=len(league.own_scores(books)),
            hubs=tuple(league.known(books)),
            fewest=hub.profile.fewest_homes,
        )

    return await hub.store.read(look)
