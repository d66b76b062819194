"""Rewards in the books: what there is, and the ledger of who earned and redeemed what.

One thread writes, so two purchases of the last piece come one after the other; and the stock's own rule keeps it from
falling below nothing whoever asks.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..domain.game.rewards import Reward, State, check_purchase
from ..domain.refusal import Refusal
from . import game

_FIELDS = "id, kind, title, text, cost, stock, left_, start, end"
_REDEEMED = "redemption.id, reward, household, redemption.cost, state, at, closed"


@dataclass(frozen=True, slots=True)
class Redemption:
    """A reward that a home paid for; nobody, where it was forgotten since."""

    id: int
    reward: str
    household: int | None
    cost: int
    state: State
    at: datetime
    closed: datetime | None


def save(connection: sqlite3.Connection, reward: Reward) -> None:
    """Keep a reward as it is now."""
    connection.execute(
        f"INSERT INTO reward ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"  # noqa: S608 - our own column names
        " kind = excluded.kind, title = excluded.title, text = excluded.text, cost = excluded.cost,"
        " stock = excluded.stock, left_ = excluded.left_, start = excluded.start, end = excluded.end",
        (
            reward.id,
            reward.kind,
            reward.title,
            reward.text,
            reward.cost,
            reward.stock,
            reward.left,
            int(reward.start.timestamp()),
            None if reward.end is None else int(reward.end.timestamp()),
        ),
    )


def all_(connection: sqlite3.Connection) -> list[Reward]:
    """Return every reward, the cheapest first."""
    rows = connection.execute(f"SELECT {_FIELDS} FROM reward ORDER BY cost, title, id")  # noqa: S608 - as above
    return [_reward(row) for row in rows]


def find(connection: sqlite3.Connection, id_: str) -> Reward:
    """Return a reward, or refuse."""
    row = connection.execute(f"SELECT {_FIELDS} FROM reward WHERE id = ?", (id_,)).fetchone()  # noqa: S608 - as above
    if row is None:
        raise Refusal("not-found", "There is no such reward any more. Load the list again.")
    return _reward(row)


def remove(connection: sqlite3.Connection, id_: str) -> None:
    """Take a reward away that nobody ever asked for."""
    find(connection, id_)
    if connection.execute("SELECT 1 FROM redemption WHERE reward = ?", (id_,)).fetchone() is not None:
        raise Refusal("invalid", "Somebody has this reward already, so it stays in the books. Let it end instead.")
    connection.execute("DELETE FROM reward WHERE id = ?", (id_,))


def redeem(connection: sqlite3.Connection, id_: str, household: int, request: str, now: datetime) -> Redemption:
    """Give a reward for points, once for each request; asked again with the same request it tells what was given."""
    known = connection.execute(
        f"SELECT {_REDEEMED} FROM redemption WHERE household = ? AND request = ?",  # noqa: S608 - as above
        (household, request),
    ).fetchone()
    if known is not None:
        if known[1] != id_:
            raise Refusal("invalid", "This request was for another reward. Name each attempt by a request of its own.")
        return _redemption(known)
    reward = find(connection, id_)
    check_purchase(reward, game.balance(connection, household), now)
    connection.execute("UPDATE reward SET left_ = left_ - 1 WHERE id = ?", (id_,))
    row = connection.execute(
        "INSERT INTO redemption (reward, household, request, cost, state, at) VALUES (?, ?, ?, ?, 'asked', ?)"  # noqa: S608 - as above
        f" RETURNING {_REDEEMED}",
        (id_, household, request, reward.cost, int(now.timestamp())),
    ).fetchone()
    return _redemption(row)


def close(connection: sqlite3.Connection, redemption: int, now: datetime, *, handed: bool) -> Redemption:
    """Note that a reward was handed over, or give the points back and the piece into the stock."""
    row = connection.execute(
        f"UPDATE redemption SET state = ?, closed = ? WHERE id = ? AND state = 'asked' RETURNING {_REDEEMED}",  # noqa: S608 - as above
        ("handed" if handed else "returned", int(now.timestamp()), redemption),
    ).fetchone()
    if row is None:
        raise Refusal("not-found", "This reward was handed over or given back already. Load the page again.")
    done = _redemption(row)
    if not handed:
        connection.execute("UPDATE reward SET left_ = MIN(left_ + 1, stock) WHERE id = ?", (done.reward,))
    return done


def redemptions(connection: sqlite3.Connection, household: int | None = None) -> list[Redemption]:
    """Return who earned and redeemed what, the latest first; of one household or of all."""
    rows = connection.execute(
        f"SELECT {_REDEEMED} FROM redemption WHERE ? IS NULL OR household = ? ORDER BY at DESC, id DESC",  # noqa: S608 - as above
        (household, household),
    )
    return [_redemption(row) for row in rows]


def waiting(connection: sqlite3.Connection) -> int:
    """Return how many rewards are to be handed over."""
    (count,) = connection.execute("SELECT COUNT(*) FROM redemption WHERE state = 'asked'").fetchone()
    return int(count)


def names(connection: sqlite3.Connection) -> dict[int, tuple[str, str]]:
    """Return the public id of each household that redeemed anything, with the name that it has with its coordinator."""
    rows = connection.execute(
        "SELECT DISTINCT household.id, public_id, COALESCE(nickname, name) FROM household"
        " JOIN redemption ON redemption.household = household.id"
    )
    return {id_: (public_id, name) for id_, public_id, name in rows}


def _reward(row: tuple[Any, ...]) -> Reward:
    id_, kind, title, text, cost, stock, left, start, end = row
    until = None if end is None else _instant(end)
    return Reward(id_, kind, title, text, cost, stock, left, _instant(start), until)


def _redemption(row: tuple[Any, ...]) -> Redemption:
    id_, reward, household, cost, state, at, closed = row
    done = None if closed is None else _instant(closed)
    return Redemption(id_, reward, household, cost, state, _instant(at), done)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
