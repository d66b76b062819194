"""The game on the wire: challenges, the board, what a home earned, and what it gets for that."""

import sqlite3
from datetime import datetime
from typing import Annotated, Literal

from aiohttp import web
from msgspec import UNSET, Meta, Struct, UnsetType

from ..auth.tokens import HOUSEHOLD
from ..domain.game.challenge import Kind, Scope, State, Unit, check_joining
from ..domain.game.cheers import Kind as CheerKind
from ..domain.game.progress import WhyNone
from ..domain.game.rewards import RewardKind, State as RedemptionState
from ..domain.game.standing import WhyNot
from ..domain.names import nickname
from ..domain.refusal import Refusal
from ..hub import HUB, Hub
from ..jobs.game import GAME
from ..playing import leagues, rewarding
from ..playing.boards import Board, board
from ..playing.mine import Mine, Tried, mine, tried
from ..store import audit, challenges, game, members, rewards
from ..store.rewards import Redemption
from .wire import Secret, decode, reply, write

routes = web.RouteTableDef()


class ChallengeTold(Struct, frozen=True):
    """A challenge as one home knows it, in percent of what was usual before it was announced, or in percentage points.

    `progress` is of those who try it together; `mine` is by this home's own readings, and told to nobody else. Where
    nothing can be said it is null, and `why` and `why_mine` say what is missing.
    """

    id: str
    kind: Kind
    title: str
    text: str
    start: datetime
    end: datetime
    state: State
    scope: Scope
    goal: int
    unit: Unit
    points: int
    hours: tuple[int, int] | None
    progress: float | None
    why: WhyNone | None
    joined: bool
    mine: float | None
    why_mine: WhyNone | None


class ChallengesAnswer(Struct, frozen=True):
    """The challenges to come, those that run, and those of the last 60 days; the latest first."""

    challenges: tuple[ChallengeTold, ...]


class BoardRow(Struct, frozen=True):
    """A home that chose to stand on the board. Equals share a rank."""

    rank: int
    name: str
    points: int
    badges: tuple[str, ...]
    me: bool


class GroupRow(Struct, frozen=True):
    """A team of enough ranked homes, by the mean of their points."""

    rank: int
    name: str
    points: int
    homes: int
    mine: bool


class LeagueRow(Struct, frozen=True):
    """A hub in a month, by the points of a hundred of its homes; how many it has is told as a band."""

    rank: int
    name: str
    score: int
    homes: str
    month: str
    mine: bool


class LeaderboardAnswer(Struct, frozen=True):
    """The board. `unranked` homes are not ranked because too little is known of them, `unnamed` are and chose no name.

    `why_not` is why this household is not among the rows: a reason not to be ranked, or `not_on_board`.
    """

    made: datetime | None
    since: datetime | None
    rows: tuple[BoardRow, ...]
    groups: tuple[GroupRow, ...]
    league: tuple[LeagueRow, ...]
    unranked: int
    unnamed: int
    why_not: WhyNot | Literal["not_on_board"] | None


class BadgeTold(Struct, frozen=True):
    """A badge, and when it was earned."""

    id: str
    earned: datetime


class LevelTold(Struct, frozen=True):
    """The level of the whole community: its points, and those at which the next level begins."""

    number: int
    points: int
    next: int
    title: str


class CheerTold(Struct, frozen=True):
    """Good news as facts; the household finds the words."""

    id: int
    at: datetime
    kind: CheerKind
    facts: dict[str, str | int | float]


class GameAnswer(Struct, frozen=True):
    """The game as this home knows it. `level` is null while there are fewer homes than a sum may have.

    `points` are those of the running year, `balance` is what there is to spend of all years. `streak` counts weeks.
    """

    points: int
    rank: int | None
    of: int
    streak: int
    best_streak: int
    badges: tuple[BadgeTold, ...]
    level: LevelTold | None
    balance: int
    why_not: WhyNot | None
    cheers: tuple[CheerTold, ...]


class GameMessage(GameAnswer, frozen=True, tag="game"):
    """The same on the live line, at most once a minute, when it changed."""


class RewardTold(Struct, frozen=True):
    """What points buy; `left` of it are there, and `open` says that it can be had now."""

    id: str
    kind: RewardKind
    title: str
    text: str
    cost: int
    left: int
    start: datetime
    end: datetime | None
    open: bool


class RedemptionTold(Struct, frozen=True):
    """A reward that this household paid for: asked for, handed over, or given back with its points."""

    id: int
    reward: str
    cost: int
    state: RedemptionState
    at: datetime
    closed: datetime | None


class RewardsAnswer(Struct, frozen=True):
    """What there is to spend, what it buys, and what was bought."""

    balance: int
    rewards: tuple[RewardTold, ...]
    redeemed: tuple[RedemptionTold, ...]


class RedeemRequest(Struct, frozen=True):
    """`request` names the attempt: sent again after a lost answer it buys nothing twice."""

    request: Annotated[Secret, Meta(min_length=16, max_length=64)]


class Redeemed(Struct, frozen=True):
    """What was bought, and what is left to spend."""

    redemption: RedemptionTold
    balance: int


class BoardRequest(Struct, frozen=True):
    """Whether to stand on the board, with which nickname; without one the nickname stays as it is."""

    on: bool
    name: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET


class BoardAnswer(Struct, frozen=True):
    """Whether this household stands on the board, and under which name."""

    on: bool
    name: str | None


@routes.get("/api/v1/challenges")
async def get_challenges(request: web.Request) -> web.Response:
    """Tell a household the challenges, with how far it has come itself."""
    hub, household = request.app[HUB], request[HOUSEHOLD]
    found = await hub.store.read(lambda books: tried(books, hub, household.id, household.team))
    return reply(ChallengesAnswer(tuple(_challenge(one, hub.clock()) for one in found)))


@routes.post("/api/v1/challenges/{challenge}/join")
async def join_challenge(request: web.Request) -> web.Response:
    """Let a home take part; joining again changes nothing."""
    return await _take_part(request, on=True)


@routes.delete("/api/v1/challenges/{challenge}/join")
async def leave_challenge(request: web.Request) -> web.Response:
    """Let a home leave; what it won stays."""
    return await _take_part(request, on=False)


async def _take_part(request: web.Request, *, on: bool) -> web.Response:
    hub, household, id_ = request.app[HUB], request[HOUSEHOLD], request.match_info["challenge"]
    if household.kind != "home":
        raise Refusal("forbidden", "Challenges are for homes. Offices and common parts stand beside the game.")

    def keep(books: sqlite3.Connection) -> None:
        found, now = challenges.find(books, id_), hub.clock()
        if on:
            check_joining(found, now)
            challenges.join(books, id_, household.id, now)
        else:
            challenges.leave(books, id_, household.id)

    await hub.store.write(keep)
    found = await hub.store.read(lambda books: tried(books, hub, household.id, household.team))
    mine_ = next((one for one in found if one.challenge.id == id_), None)
    if mine_ is None:
        raise Refusal("not-found", "There is no such challenge any more. Load the list again.")
    return reply(_challenge(mine_, hub.clock()))


@routes.get("/api/v1/leaderboard")
async def get_leaderboard(request: web.Request) -> web.Response:
    """Tell the board as everybody sees it, and which row is this household's own."""
    hub, household = request.app[HUB], request[HOUSEHOLD]
    found = await hub.store.read(lambda books: board(books, hub))
    return reply(_leaderboard(hub, found, household.id, household.team))


@routes.get("/api/v1/game")
async def get_game(request: web.Request) -> web.Response:
    """Tell a home what it earned."""
    hub, household = request.app[HUB], request[HOUSEHOLD]
    return reply(_game(await hub.store.read(lambda books: mine(books, hub, household.id)), GameAnswer))


@routes.get("/api/v1/rewards")
async def get_rewards(request: web.Request) -> web.Response:
    """Tell a household what its points buy, and what it bought."""
    hub, household = request.app[HUB], request[HOUSEHOLD]

    def look(books: sqlite3.Connection) -> RewardsAnswer:
        now = hub.clock()
        done = rewards.redemptions(books, household.id)
        offered = [one for one in rewards.all_(books) if one.end is None or now < one.end]
        return RewardsAnswer(
            max(game.balance(books, household.id), 0),
            tuple(
                RewardTold(
                    one.id,
                    one.kind,
                    one.title,
                    one.text,
                    one.cost,
                    one.left,
                    one.start,
                    one.end,
                    one.open(now) and one.left > 0,
                )
                for one in offered
            ),
            tuple(map(_redemption, done)),
        )

    return reply(await hub.store.read(look))


@routes.post("/api/v1/rewards/{reward}/redeem")
async def redeem(request: web.Request) -> web.Response:
    """Give a reward for points, once for each request; what is answered with 200 is in the books."""
    hub, household = request.app[HUB], request[HOUSEHOLD]
    asked = await decode(request, RedeemRequest)
    change = rewarding.redeem(hub, household, request.match_info["reward"], asked.request)
    done, balance = await hub.store.write(change)
    request.app[GAME].ask()
    return reply(Redeemed(_redemption(done), balance))


@routes.put("/api/v1/me/board")
async def put_board(request: web.Request) -> web.Response:
    """Let a home stand on the board with its nickname, or no longer."""
    hub, household = request.app[HUB], request[HOUSEHOLD]
    asked = await decode(request, BoardRequest)
    chosen = nickname(asked.name) if isinstance(asked.name, str) else None

    def keep(books: sqlite3.Connection) -> BoardAnswer:
        if chosen is not None:
            members.set_nickname(books, household.id, chosen)
        name = members.record(books, household.public_id).household.nickname
        if asked.on and name is None:
            raise Refusal("nickname-needed", "The board shows nicknames only. Choose one to stand on it.")
        if game.set_board(books, household.id, on=asked.on) or chosen is not None:
            who = f"household:{household.public_id}"
            audit.note(books, hub.clock(), who, "household.board", who, shown=asked.on)
        return BoardAnswer(asked.on, name)

    answer = await hub.store.write(keep)
    request.app[GAME].ask()
    return reply(answer)


@routes.get("/api/v1/league")
async def get_league(request: web.Request) -> web.Response:
    """Give this hub's card to whoever keeps a league, signed."""
    return web.Response(
        body=await leagues.card_file(request.app[HUB]), content_type="application/json", charset="utf-8"
    )


def game_message(books: sqlite3.Connection, hub: Hub, household: int) -> str:
    """Write what the live line tells a home of the game."""
    return write(_game(mine(books, hub, household), GameMessage))


def _game[T: GameAnswer](found: Mine, kind: type[T]) -> T:
    level = None
    if found.level is not None and found.level_title is not None:
        level = LevelTold(found.level.number, found.level.points, found.level.next, found.level_title)
    return kind(
        found.points,
        found.rank,
        found.of,
        found.streak.now,
        found.streak.best,
        tuple(BadgeTold(badge, at) for badge, at in found.badges),
        level,
        found.balance,
        found.why_not,
        tuple(CheerTold(one.id, one.at, one.kind, dict(one.facts)) for one in found.cheers),
    )


def _challenge(one: Tried, now: datetime) -> ChallengeTold:
    found = one.challenge
    return ChallengeTold(
        found.id,
        found.kind,
        found.title,
        found.text,
        found.start,
        found.end,
        found.state(now),
        found.scope,
        found.goal,
        found.unit,
        found.points,
        None if found.hours is None else (found.hours.start, found.hours.end),
        one.together.value,
        one.together.why,
        one.joined,
        one.mine.value,
        one.mine.why,
    )


def _leaderboard(hub: Hub, found: Board, household: int, team: int | None) -> LeaderboardAnswer:
    player = None if hub.table is None else hub.table.players.get(household)
    named = any(row.household == household for row in found.rows)
    return LeaderboardAnswer(
        found.made,
        found.since,
        tuple(BoardRow(row.rank, row.name, row.points, row.badges, row.household == household) for row in found.rows),
        tuple(GroupRow(row.rank, row.name, row.points, row.homes, row.team == team) for row in found.teams),
        tuple(LeagueRow(row.rank, row.name, row.score, row.homes, row.month, row.mine) for row in found.league),
        0 if hub.table is None else hub.table.unranked,
        found.unnamed,
        None if named else ("new" if player is None else player.why_not or "not_on_board"),
    )


def _redemption(one: Redemption) -> RedemptionTold:
    return RedemptionTold(one.id, one.reward, one.cost, one.state, one.at, one.closed)
