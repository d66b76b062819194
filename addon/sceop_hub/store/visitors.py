"""Home Assistant's users in the books, and the programs of third parties: who came, and what an owner gave them."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..domain.refusal import Refusal
from ..secrets import digest

SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class IngressUser:
    """A user of Home Assistant's; the role is what an owner gave, or None."""

    id: str
    name: str
    role: str | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Program:
    """A program of somebody else's, with what it may do."""

    id: int
    name: str
    scopes: frozenset[str]
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


def ingress_user(connection: sqlite3.Connection, user: str) -> IngressUser | None:
    """Return a user who came before."""
    row = connection.execute("SELECT id, name, role, seen_at FROM ingress_user WHERE id = ?", (user,)).fetchone()
    return None if row is None else _user(row)


def ingress_users(connection: sqlite3.Connection) -> list[IngressUser]:
    """Return every user who ever came."""
    rows = connection.execute("SELECT id, name, role, seen_at FROM ingress_user ORDER BY name COLLATE NOCASE")
    return [_user(row) for row in rows]


def note_visit(connection: sqlite3.Connection, user: str, name: str, now: datetime) -> None:
    """Write down that a user came, under the name of today."""
    connection.execute(
        "INSERT INTO ingress_user (id, name, seen_at) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at",
        (user, name, int(now.timestamp())),
    )


def give_role(connection: sqlite3.Connection, user: str, role: str | None) -> None:
    """Give a user a role, or take it away."""
    if not connection.execute("UPDATE ingress_user SET role = ? WHERE id = ?", (role, user)).rowcount:
        raise Refusal("not-found", "The hub has not seen this user. They must open its page once.")


def add_program(connection: sqlite3.Connection, name: str, token: str, scopes: Iterable[str], now: datetime) -> int:
    """Keep a program's token, as a digest only, and return the program's id."""
    (id_,) = connection.execute(
        "INSERT INTO api_token (name, token_hash, scopes, created_at) VALUES (?, ?, ?, ?) RETURNING id",
        (name, digest(token), " ".join(sorted(scopes)), int(now.timestamp())),
    ).fetchone()
    return int(id_)


def program_of(connection: sqlite3.Connection, token: str) -> Program | None:
    """Return the program that holds this token."""
    row = connection.execute(
        "SELECT id, name, scopes, created_at, used_at, revoked_at FROM api_token"
        " WHERE token_hash = ? AND revoked_at IS NULL",
        (digest(token),),
    ).fetchone()
    return None if row is None else _program(row)


def programs(connection: sqlite3.Connection) -> list[Program]:
    """Return every program that ever had a token."""
    rows = connection.execute(
        "SELECT id, name, scopes, created_at, used_at, revoked_at FROM api_token ORDER BY revoked_at NOT NULL, id DESC"
    )
    return [_program(row) for row in rows]


def note_program(connection: sqlite3.Connection, program: int, now: datetime) -> None:
    """Write down that a program used its token."""
    connection.execute("UPDATE api_token SET used_at = ? WHERE id = ?", (int(now.timestamp()), program))


def revoke_program(connection: sqlite3.Connection, program: int, now: datetime) -> None:
    """End a program's token."""
    done = connection.execute(
        "UPDATE api_token SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ?", (int(now.timestamp()), program)
    )
    if not done.rowcount:
        raise Refusal("not-found", "There is no such token. Load the page again.")


def _user(row: tuple[str, str, str | None, int]) -> IngressUser:
    id_, name, role, seen_at = row
    return IngressUser(id_, name, role, _instant(seen_at))


def _program(row: tuple[int, str, str, int, int | None, int | None]) -> Program:
    id_, name, scopes, created_at, used_at, revoked_at = row
    return Program(
        id_,
        name,
        frozenset(scopes.split()),
        _instant(created_at),
        None if used_at is None else _instant(used_at),
        None if revoked_at is None else _instant(revoked_at),
    )


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
