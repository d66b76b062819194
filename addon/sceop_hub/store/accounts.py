"""Local accounts in the books, and the sessions in which they are signed in."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..domain.refusal import Refusal
from ..secrets import digest, new_token

IDLE = timedelta(days=7)
LONGEST = timedelta(days=30)
RENEWED_AFTER = timedelta(hours=12)
FORMER_LIFE = timedelta(minutes=1)
"""How long a session's token before works: requests that were on their way when it changed."""
SEEN_EVERY = timedelta(minutes=5)
LONGEST_BROWSER = 120


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in with a name and a password."""

    id: int
    name: str
    role: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A browser in which somebody is signed in."""

    id: int
    account: Account
    browser: str
    made_at: datetime
    renewed_at: datetime
    seen_at: datetime

    def wants_renewal(self, now: datetime) -> bool:
        """Tell whether its token is old enough to be changed."""
        return abs(now - self.renewed_at) >= RENEWED_AFTER

    def wants_note(self, now: datetime) -> bool:
        """Tell whether it is time to write down that it was seen."""
        return abs(now - self.seen_at) >= SEEN_EVERY


_ACCOUNT = "account.id, account.name, account.role, account.created_at"
_SESSION = f"session.id, session.browser, session.made_at, session.renewed_at, session.seen_at, {_ACCOUNT}"
_OPEN = "session.made_at > :oldest AND session.seen_at > :idle"


def any_(connection: sqlite3.Connection) -> bool:
    """Tell whether anybody has an account."""
    return connection.execute("SELECT 1 FROM account LIMIT 1").fetchone() is not None


def all_(connection: sqlite3.Connection) -> list[Account]:
    """Return every account."""
    rows = connection.execute(f"SELECT {_ACCOUNT} FROM account ORDER BY name")  # noqa: S608 - only our own column names
    return [_account(row) for row in rows]


def add(connection: sqlite3.Connection, name: str, password: str, role: str, now: datetime) -> int:
    """Make an account; `password` is its Argon2id digest."""
    if connection.execute("SELECT 1 FROM account WHERE name = ?", (name,)).fetchone() is not None:
        raise Refusal("invalid", "There is an account “{name}” already. Choose another name.", name=name)
    (id_,) = connection.execute(
        "INSERT INTO account (name, password, role, created_at) VALUES (?, ?, ?, ?) RETURNING id",
        (name, password, role, int(now.timestamp())),
    ).fetchone()
    return int(id_)


def add_first(connection: sqlite3.Connection, name: str, password: str, now: datetime) -> int:
    """Make the first account, an owner's; there is one first."""
    if any_(connection):
        raise Refusal("forbidden", "The hub has its first account already. Sign in, or ask an owner for an account.")
    return add(connection, name, password, "owner", now)


def password_of(connection: sqlite3.Connection, name: str) -> tuple[int, str] | None:
    """Return an account's id and the digest of its password."""
    row = connection.execute("SELECT id, password FROM account WHERE name = ?", (name,)).fetchone()
    return None if row is None else (int(row[0]), str(row[1]))


def set_password(connection: sqlite3.Connection, account: int, password: str, *, but: int | None = None) -> None:
    """Change a password, and end all sessions but the one in which it was changed."""
    connection.execute("UPDATE account SET password = ? WHERE id = ?", (password, account))
    connection.execute("DELETE FROM session WHERE account = ? AND id IS NOT ?", (account, but))


def improve_password(connection: sqlite3.Connection, account: int, was: str, password: str) -> None:
    """Keep the same password in a stronger digest."""
    connection.execute("UPDATE account SET password = ? WHERE id = ? AND password = ?", (password, account, was))


def set_role(connection: sqlite3.Connection, account: int, role: str, *, only_way: bool) -> None:
    """Give an account another role; where accounts are the only way to own the hub, the last owner stays one."""
    connection.execute("UPDATE account SET role = ? WHERE id = ?", (role, account))
    _keep_an_owner(connection, only_way=only_way)


def delete(connection: sqlite3.Connection, account: int, *, only_way: bool) -> None:
    """Take an account away with its sessions; where accounts are the only way to own the hub, the last owner stays."""
    if not connection.execute("DELETE FROM account WHERE id = ?", (account,)).rowcount:
        raise Refusal("not-found", "There is no such account any more. Load the page again.")
    _keep_an_owner(connection, only_way=only_way)


def open_session(connection: sqlite3.Connection, account: int, browser: str, now: datetime) -> str:
    """Sign somebody in; return the token that the browser keeps."""
    token, at = new_token(), int(now.timestamp())
    connection.execute("DELETE FROM session WHERE made_at <= :oldest OR seen_at <= :idle", _limits(now))
    connection.execute(
        "INSERT INTO session (token_hash, account, browser, made_at, renewed_at, seen_at) VALUES (?, ?, ?, ?, ?, ?)",
        (digest(token), account, browser[:LONGEST_BROWSER], at, at, at),
    )
    return token


def session_of(connection: sqlite3.Connection, token: str, now: datetime) -> Session | None:
    """Return the session that a browser shows a token of, while it lasts."""
    row = connection.execute(
        f"SELECT {_SESSION} FROM session JOIN account ON account.id = session.account"  # noqa: S608 - as above
        f" WHERE {_OPEN} AND (token_hash = :digest OR (former_hash = :digest AND renewed_at > :former))",
        {**_limits(now), "digest": digest(token), "former": int((now - FORMER_LIFE).timestamp())},
    ).fetchone()
    return None if row is None else _session(row)


def was_stolen(connection: sqlite3.Connection, token: str) -> Session | None:
    """Return the session whose token before this is: two browsers hold it, or one lost an answer. No one can tell."""
    row = connection.execute(
        f"SELECT {_SESSION} FROM session JOIN account ON account.id = session.account"  # noqa: S608 - as above
        " WHERE former_hash = ?",
        (digest(token),),
    ).fetchone()
    return None if row is None else _session(row)


def renew_session(connection: sqlite3.Connection, session: int, held: str, now: datetime) -> str | None:
    """Change a session's token; None where another request was faster."""
    token, at = new_token(), int(now.timestamp())
    done = connection.execute(
        "UPDATE session SET token_hash = ?, former_hash = token_hash, renewed_at = ?, seen_at = ?"
        " WHERE id = ? AND token_hash = ?",
        (digest(token), at, at, session, digest(held)),
    )
    return token if done.rowcount else None


def note_seen(connection: sqlite3.Connection, session: int, now: datetime) -> None:
    """Write down that a session was used."""
    connection.execute("UPDATE session SET seen_at = ? WHERE id = ?", (int(now.timestamp()), session))


def sessions_of(connection: sqlite3.Connection, account: int, now: datetime) -> list[Session]:
    """Return an account's open sessions, the latest first."""
    rows = connection.execute(
        f"SELECT {_SESSION} FROM session JOIN account ON account.id = session.account"  # noqa: S608 - as above
        f" WHERE {_OPEN} AND account = :account ORDER BY session.seen_at DESC, session.id DESC",
        {**_limits(now), "account": account},
    )
    return [_session(row) for row in rows]


def end_session(connection: sqlite3.Connection, session: int, account: int) -> None:
    """Sign a browser out."""
    connection.execute("DELETE FROM session WHERE id = ? AND account = ?", (session, account))


def end_all_sessions(connection: sqlite3.Connection) -> None:
    """Let everybody sign in anew: sessions of a restored database may have ended since it was written."""
    connection.execute("DELETE FROM session")


def _keep_an_owner(connection: sqlite3.Connection, *, only_way: bool) -> None:
    if only_way and not connection.execute("SELECT 1 FROM account WHERE role = 'owner'").fetchone():
        raise Refusal("invalid", "The last owner stays one. Make another account an owner first.")


def _limits(now: datetime) -> dict[str, int]:
    return {"oldest": int((now - LONGEST).timestamp()), "idle": int((now - IDLE).timestamp())}


def _account(row: tuple[int, str, str, int]) -> Account:
    id_, name, role, created_at = row
    return Account(id_, name, role, _instant(created_at))


def _session(row: tuple[int, str, int, int, int, int, str, str, int]) -> Session:
    id_, browser, made_at, renewed_at, seen_at = row[:5]
    return Session(id_, _account(row[5:]), browser, _instant(made_at), _instant(renewed_at), _instant(seen_at))


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
