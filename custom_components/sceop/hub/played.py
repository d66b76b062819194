"""What a hub says of the game, as typed values: how this home stands, the challenges, the board and the rewards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from .errors import NotAHub
from .invited import IDENT, ident, instant, number

MOST = 10**12
"""Points, homes and figures; whoever counts further has gone wrong."""
MOST_ROWS = 10_000
MOST_CHALLENGES, MOST_REWARDS, MOST_CHEERS, MOST_BADGES = 200, 200, 200, 200
LONGEST_NAME, LONGEST_TEXT = 200, 2_000

_WRONG = (AttributeError, KeyError, OverflowError, TypeError, ValueError)


class Course(StrEnum):
    """How a challenge stands."""

    PLANNED = "planned"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Level:
    """How far the whole community came."""

    number: int
    points: int
    next: int | None
    title: str | None


@dataclass(frozen=True, slots=True)
class Badge:
    """Something to be proud of; which one it is, is a word that this house may know."""

    id: str
    earned: datetime | None


@dataclass(frozen=True, slots=True)
class Cheer:
    """Good news, as facts."""

    id: str
    at: datetime
    kind: str
    facts: Mapping[str, str | int | float | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """How this home stands; a rank only where its data are complete enough, else why not."""

    points: int
    rank: int | None
    of: int | None
    streak: int
    badges: tuple[Badge, ...]
    level: Level | None
    balance: int
    why_not: str | None
    cheers: tuple[Cheer, ...]


@dataclass(frozen=True, slots=True)
class Challenge:
    """Something that homes try together for some days."""

    id: str
    kind: str
    title: str
    text: str
    start: datetime
    end: datetime
    state: Course
    scope: str
    goal: float
    unit: str
    progress: float | None
    joined: bool
    mine: float | None

    @property
    def percent(self) -> int | None:
        """How far it is, of the goal; None where nobody can say yet."""
        if self.progress is None or self.goal <= 0:
            return None
        return round(min(max(100 * self.progress / self.goal, 0.0), 999.0))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the board."""

    rank: int
    name: str
    points: int
    badges: tuple[str, ...] = ()
    me: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """Who leads, of those who want to be seen; groups of this community, and other communities."""

    made: str | None
    since: str | None
    rows: tuple[Row, ...]
    groups: tuple[Row, ...]
    league: tuple[Row, ...]
    unranked: int
    why_not: str | None


@dataclass(frozen=True, slots=True)
class Reward:
    """What points can be redeemed for."""

    id: str
    kind: str
    title: str
    text: str
    cost: int
    left: int | None
    start: str | None
    end: str | None


def read_standing(answer: Mapping[str, Any], now: datetime) -> Standing:
    """Read how this home stands."""
    try:
        rank, of, level, why_not = (answer.get(name) for name in ("rank", "of", "level", "why_not"))
        return Standing(
            points=_whole(answer["points"]),
            rank=None if rank is None or why_not is not None else _count(rank),
            of=None if of is None else _count(of),
            streak=_count(answer["streak"]),
            badges=tuple(_badge(each) for each in _some(answer["badges"], MOST_BADGES)),
            level=None if level is None else _level(level),
            balance=_whole(answer["balance"]),
            why_not=None if why_not is None else _line(why_not),
            cheers=tuple(_cheer(each, now) for each in _some(answer["cheers"], MOST_CHEERS)),
        )
    except _WRONG as error:
        raise NotAHub("What the hub says of this home's points makes no sense.") from error


def read_challenges(answer: Mapping[str, Any]) -> tuple[Challenge, ...]:
    """Read the challenges, in order of their ends."""
    try:
        told = [_challenge(each) for each in _some(answer["challenges"], MOST_CHALLENGES)]
    except _WRONG as error:
        raise NotAHub("What the hub says of challenges makes no sense.") from error
    return tuple(sorted(told, key=lambda each: (each.end, each.id)))


def read_board(answer: Mapping[str, Any]) -> Board:
    """Read the board."""
    try:
        rows, groups, league = (
            tuple(_row(each) for each in _some(answer.get(name) or [], MOST_ROWS))
            for name in ("rows", "groups", "league")
        )
        made, since, why_not = (
            None if (told := answer.get(name)) is None else _line(told) for name in ("made", "since", "why_not")
        )
        return Board(made, since, rows, groups, league, _count(answer.get("unranked", 0)), why_not)
    except _WRONG as error:
        raise NotAHub("The hub's board makes no sense.") from error


def read_rewards(answer: Mapping[str, Any]) -> tuple[Reward, ...]:
    """Read the rewards."""
    try:
        return tuple(_reward(each) for each in _some(answer["rewards"], MOST_REWARDS))
    except _WRONG as error:
        raise NotAHub("What the hub says of rewards makes no sense.") from error


def _challenge(told: Mapping[str, Any]) -> Challenge:
    progress, mine = told.get("progress"), told.get("mine")
    challenge = Challenge(
        id=ident(told["id"]),
        kind=_line(told["kind"]),
        title=_line(told["title"]),
        text=str(told.get("text") or "")[:LONGEST_TEXT],
        start=_day(told["start"]),
        end=_day(told["end"]),
        state=Course(told["state"]),
        scope=_line(told["scope"]),
        goal=number(told["goal"], MOST),
        unit=_line(told["unit"]),
        progress=None if progress is None else number(progress, MOST),
        joined=told["joined"] is True,
        mine=None if mine is None else number(mine, MOST),
    )
    if challenge.start >= challenge.end:
        raise ValueError("a challenge ends after it starts")
    return challenge


def _day(told: str) -> datetime:
    """Read an instant of a challenge, which may last a quarter of a year; one without a time zone says nothing."""
    at = datetime.fromisoformat(told)
    if at.tzinfo is None or not 2000 <= at.year <= 2999:  # noqa: PLR2004 - whoever counts otherwise has another calendar
        raise ValueError(f"no instant: {told}")
    return at.astimezone(UTC)


def _level(told: Mapping[str, Any]) -> Level:
    title, points_to_next = told.get("title"), told.get("next")
    return Level(
        _count(told["number"]),
        _whole(told["points"]),
        None if points_to_next is None else _whole(points_to_next),
        None if title is None else _line(title),
    )


def _badge(told: Mapping[str, Any]) -> Badge:
    earned = told.get("earned")
    return Badge(_name(told["id"]), None if earned is None else _day(earned))


def _cheer(told: Mapping[str, Any], now: datetime) -> Cheer:
    facts = {
        _line(name): value if value is None else _line(value) if isinstance(value, str) else number(value, MOST)
        for name, value in told["facts"].items()
    }
    return Cheer(_name(str(told["id"])), instant(told["at"], now), _name(told["kind"]), facts)


def _row(told: Mapping[str, Any]) -> Row:
    badges = tuple(_name(each) for each in _some(told.get("badges") or [], MOST_BADGES))
    return Row(
        _count(told["rank"]),
        _line(told["name"]),
        round(number(told.get("points", told.get("score")), MOST)),
        badges,
        told.get("me") is True or told.get("mine") is True,
    )


def _reward(told: Mapping[str, Any]) -> Reward:
    left = told.get("left")
    start, end = (None if (at := told.get(edge)) is None else _day(at).isoformat() for edge in ("start", "end"))
    return Reward(
        id=ident(told["id"]),
        kind=_line(told.get("kind") or "other"),
        title=_line(told["title"]),
        text=str(told.get("text") or "")[:LONGEST_TEXT],
        cost=_count(told["cost"]),
        left=None if left is None else _count(left),
        start=start,
        end=end,
    )


def _some(told: object, most: int) -> list[Any]:
    if not isinstance(told, list):
        raise TypeError(f"no list: {told!r:.60}")
    if len(told) > most:
        raise ValueError("nobody reads so many")
    return told


def _whole(told: object) -> int:
    return round(number(told, MOST))


def _count(told: object) -> int:
    if (count := _whole(told)) < 0:
        raise ValueError(f"no count: {told}")
    return count


def _line(told: object) -> str:
    """Read a word or a name as one short line."""
    if not isinstance(told, str):
        raise TypeError(f"no words: {told!r:.60}")
    return " ".join(told.split())[:LONGEST_NAME]


def _name(told: object) -> str:
    """Read a word of the wire's, which looks up words of ours."""
    if not (isinstance(told, str) and IDENT.fullmatch(told.replace("_", "0"))):
        raise ValueError(f"no word: {told!r:.60}")
    return told
