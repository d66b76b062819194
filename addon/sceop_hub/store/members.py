"""Members in the books: joining, and recognising who joined."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from ..auth.secrets import digest, new_id, new_token
from ..domain.members import Household, Newcomer
from ..domain.refusal import Refusal
from . import invites

_FIELDS = "id, public_id, name, kind, shown"

_JOIN = f"""
INSERT INTO household
    (public_id, name, kind, shown, time_zone, client, joined_at, invite, request, token_hash, site_hash)
VALUES
    (:public_id, :name, :kind, :shown, :time_zone, :client, :now, :invite, :request, :token_hash, :site_hash)
ON CONFLICT (site_hash) DO UPDATE
SET name = excluded.name, time_zone = excluded.time_zone, client = excluded.client, invite = excluded.invite,
    request = excluded.request, token_hash = excluded.token_hash, token_used = 0
RETURNING {_FIELDS}
"""  # noqa: S608 - only our own column names


@dataclass(frozen=True, slots=True)
class Welcome:
    """A household that just joined, with the token that is shown this once."""

    household: Household
    token: str


def join(connection: sqlite3.Connection, code: str, who: Newcomer, now: datetime) -> Welcome:
    """Let a newcomer in, once for each request: sent again after a lost answer it gets a fresh token."""
    token = new_token()
    known = connection.execute(
        f"SELECT {_FIELDS}, token_used FROM household WHERE request = ?",  # noqa: S608 - only our own column names
        (who.request,),
    ).fetchone()
    if known is not None:
        if known[-1]:
            raise Refusal(
                "invite-used", "This request to join was answered and its token is in use. Start joining anew."
            )
        connection.execute("UPDATE household SET token_hash = ? WHERE request = ?", (digest(token), who.request))
        return Welcome(_household(known), token)
    invite = invites.use(connection, code, now)
    row = connection.execute(
        _JOIN,
        {
            "public_id": new_id(),
            "name": who.name,
            "kind": who.kind,
            "shown": who.shown and who.kind == "organisation",
            "time_zone": who.time_zone,
            "client": who.client,
            "now": int(now.timestamp()),
            "invite": invite,
            "request": who.request,
            "token_hash": digest(token),
            "site_hash": None if who.site is None else digest(who.site),
        },
    ).fetchone()
    return Welcome(_household(row), token)


def mark_token_used(connection: sqlite3.Connection, household: int) -> None:
    """Remember that the household holds its token: from now on no request gets another."""
    connection.execute("UPDATE household SET token_used = 1 WHERE id = ? AND NOT token_used", (household,))


def by_token(connection: sqlite3.Connection, token: str) -> Household | None:
    """Return the household that holds this token."""
    row = connection.execute(
        f"SELECT {_FIELDS} FROM household WHERE token_hash = ?",  # noqa: S608 - only our own column names
        (digest(token),),
    ).fetchone()
    return None if row is None else _household(row)


def everyone(connection: sqlite3.Connection) -> list[Household]:
    """Return all members."""
    rows = connection.execute(f"SELECT {_FIELDS} FROM household ORDER BY id")  # noqa: S608 - only our own column names
    return [_household(row) for row in rows]


def _household(row: tuple[int, str, str, str, int, *tuple[object, ...]]) -> Household:
    id_, public_id, name, kind, shown = row[:5]
    return Household(id_, public_id, name, "home" if kind == "home" else "organisation", bool(shown))
