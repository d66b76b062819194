"""The game as responses: challenges, board and rewards; and what a person does in it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from homeassistant.util.json import JsonObjectType

from ..coordinator import SceopConfigEntry
from ..hub.client import HubClient
from ..hub.errors import HubError
from ..hub.events import SilenceError
from ..hub.played import Challenge, Row
from .events import said_no, silence, together_of


async def board_of(entry: SceopConfigEntry) -> JsonObjectType:
    """Return who leads, of those who want to be seen."""
    board = await _ask(entry, lambda client: client.leaderboard())
    return {
        "site": entry.title,
        "made": board.made,
        "since": board.since,
        "rows": [_row(each) for each in board.rows],
        "groups": [_row(each) for each in board.groups],
        "league": [_row(each) for each in board.league],
        "unranked": board.unranked,
        "why_not": board.why_not,
    }


async def challenges_of(entry: SceopConfigEntry) -> JsonObjectType:
    """Return the challenges, and how far each is."""
    challenges = await _ask(entry, lambda client: client.challenges())
    return {"site": entry.title, "challenges": [challenge_told(each) for each in challenges]}


async def rewards_of(entry: SceopConfigEntry) -> JsonObjectType:
    """Return what points can be redeemed for, and how many there are."""
    rewards = await _ask(entry, lambda client: client.rewards())
    standing = together_of(entry).game.standing
    return {
        "site": entry.title,
        "balance": None if standing is None else standing.balance,
        "rewards": [asdict(each) for each in rewards],
    }


async def take_challenge(entry: SceopConfigEntry, data: Mapping[str, Any]) -> None:
    """Take part in a challenge, or not any more."""
    game = together_of(entry).game
    await _do(entry, game.take_challenge(data["challenge"], joins=not data["leave"]))


async def redeem(entry: SceopConfigEntry, data: Mapping[str, Any]) -> JsonObjectType:
    """Redeem a reward, once; what the hub says of it comes back."""
    answer = await _do(entry, together_of(entry).game.redeem(data["reward"]))
    return {"site": entry.title, "reward": data["reward"], "answer": answer}


async def _ask[T](entry: SceopConfigEntry, question: Callable[[HubClient], Awaitable[T]]) -> T:
    return await _do(entry, together_of(entry).ask_hub(question))


async def _do[T](entry: SceopConfigEntry, work: Awaitable[T]) -> T:
    try:
        return await work
    except SilenceError as error:
        raise silence(entry) from error
    except HubError as error:
        raise said_no(entry, error) from error


def _row(row: Row) -> JsonObjectType:
    return {"rank": row.rank, "name": row.name, "points": row.points, "badges": [*row.badges], "me": row.me}


def challenge_told(challenge: Challenge) -> JsonObjectType:
    """Return a challenge, and how far it is."""
    told = asdict(challenge)
    return told | {
        "start": challenge.start.isoformat(),
        "end": challenge.end.isoformat(),
        "state": challenge.state.value,
        "percent": challenge.percent,
    }
