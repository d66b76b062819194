"""Members in the books: joining, being recognised, and what a coordinator decides about them."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..domain.members import Household, Kind, Newcomer, State
from ..domain.names import key
from ..domain.refusal import Refusal
from ..secrets import digest, new_id, new_token
from . import invites, plan, weather

_FIELDS = "id, public_id, name, kind, shown, state, nickname, team, agreed_fewest"

_JOIN = f"""
INSERT INTO household
    (public_id, name, kind, shown, time_zone, client, joined_at, invite, request, token_hash, site_hash, state)
VALUES
    (:public_id, :name, :kind, :shown, :time_zone, :client, :now, :invite, :request, :token_hash, :site_hash, :state)
ON CONFLICT (site_hash) DO UPDATE
SET name = excluded.name, time_zone = excluded.time_zone, client = excluded.client, invite = excluded.invite,
    request = excluded.request, token_hash = excluded.token_hash, token_used = 0, former_hash = NULL,
    state = CASE state WHEN 'removed' THEN excluded.state ELSE state END
RETURNING {_FIELDS}
"""  # noqa: S608 - only our own column names

_BY_TOKEN = f"""
SELECT {_FIELDS}, token_hash = :digest AND (NOT token_used OR former_hash IS NOT NULL)
FROM household
WHERE state <> 'removed' AND (token_hash = :digest OR former_hash = :digest)
"""  # noqa: S608 - only our own column names


@dataclass(frozen=True, slots=True)
class Welcome:
    """A household that just joined, with the token that is shown this once."""

    household: Household
    token: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who holds a token. `first_use` says that it was never used before, which is to be noted."""

    household: Household
    first_use: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A household with all that the hub knows about it."""

    household: Household
    time_zone: str
    client: str
    joined_at: datetime
    last_seen: datetime | None
    invite: int | None


def join(connection: sqlite3.Connection, code: str, who: Newcomer, now: datetime, state: State = "active") -> Welcome:
    """Let a newcomer in, once for each request: sent again after a lost answer it gets a fresh token.

    A household that joins again stays in the state in which it was, unless it was removed.
    """
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
            "state": state,
        },
    ).fetchone()
    return Welcome(_household(row), token)


def add_by_hand(
    connection: sqlite3.Connection, name: str, kind: Kind, time_zone: str, now: datetime, *, shown: bool = False
) -> Household:
    """Enter a household without Home Assistant, whose readings come from files; nobody holds a token for it."""
    row = connection.execute(
        "INSERT INTO household (public_id, name, kind, shown, time_zone, client, joined_at, request, token_hash)"  # noqa: S608 - only our own column names
        f" VALUES (?, ?, ?, ?, ?, '', ?, ?, ?) RETURNING {_FIELDS}",
        (
            new_id(),
            name,
            kind,
            shown and kind == "organisation",
            time_zone,
            int(now.timestamp()),
            new_id(),
            digest(new_token()),
        ),
    ).fetchone()
    return _household(row)


def by_token(connection: sqlite3.Connection, token: str) -> Recognised | None:
    """Return the household that holds this token, or was given another in its place that it has not used yet."""
    row = connection.execute(_BY_TOKEN, {"digest": digest(token)}).fetchone()
    return None if row is None else Recognised(_household(row), bool(row[-1]))


def note_use(connection: sqlite3.Connection, token: str) -> None:
    """Remember that the household holds its token: no request gets another, and the one before it ends."""
    connection.execute(
        "UPDATE household SET token_used = 1, former_hash = NULL WHERE token_hash = ?",
        (digest(token),),
    )


def renew_token(connection: sqlite3.Connection, household: int, held: str) -> str:
    """Give a household a fresh token; the one that it holds works until the fresh one is used.

    It has no other end: a household that lost its power before the fresh one was on its disk comes back days later with
    the old one. Asked again with that, it gives another.
    """
    token = new_token()
    connection.execute(
        "UPDATE household SET token_hash = ?, token_used = 0, former_hash = ? WHERE id = ?",
        (digest(token), digest(held), household),
    )
    return token


def revoke_token(connection: sqlite3.Connection, household: int) -> None:
    """End a household's tokens: it needs a new invite. Its places in the community's plan go with them."""
    plan.release(connection, household)
    connection.execute(
        "UPDATE household SET token_hash = ?, token_used = 1, former_hash = NULL WHERE id = ?",
        (digest(new_token()), household),
    )


def everyone(connection: sqlite3.Connection) -> list[Household]:
    """Return all members in any state; who was removed is none."""
    rows = connection.execute(
        f"SELECT {_FIELDS} FROM household WHERE state <> 'removed' ORDER BY id"  # noqa: S608 - only our own column names
    )
    return [_household(row) for row in rows]


def active(connection: sqlite3.Connection) -> list[Household]:
    """Return those who take part: who waits or is paused stands behind nothing and is named nowhere."""
    return [who for who in everyone(connection) if who.state == "active"]


def records(connection: sqlite3.Connection) -> list[Record]:
    """Return all members with what the hub knows about them."""
    rows = connection.execute(
        f"SELECT {_FIELDS}, time_zone, client, joined_at, last_seen, invite FROM household"  # noqa: S608 - as above
        " WHERE state <> 'removed' ORDER BY state = 'waiting' DESC, COALESCE(nickname, name) COLLATE NOCASE, id"
    )
    return [_record(row) for row in rows]


def record(connection: sqlite3.Connection, public_id: str) -> Record:
    """Return what the hub knows about one member."""
    row = connection.execute(
        f"SELECT {_FIELDS}, time_zone, client, joined_at, last_seen, invite FROM household"  # noqa: S608 - as above
        " WHERE public_id = ? AND state <> 'removed'",
        (public_id,),
    ).fetchone()
    if row is None:
        raise Refusal("not-found", "The hub knows no such household. It may have left in the meantime.")
    return _record(row)


def set_state(connection: sqlite3.Connection, household: int, state: State) -> None:
    """Approve, pause, resume or remove; who is removed holds no token and belongs to no team.

    Whoever does not take part has no place in the community's plan.
    """
    connection.execute("UPDATE household SET state = ? WHERE id = ?", (state, household))
    if state != "active":
        plan.release(connection, household)
    if state == "removed":
        revoke_token(connection, household)
        weather.trust(connection, household, on=False)
        connection.execute(
            "UPDATE household SET team = NULL, nickname = NULL, nickname_key = NULL WHERE id = ?", (household,)
        )


def set_team(connection: sqlite3.Connection, household: int, team: int | None) -> None:
    """Put a household into a team, or into none."""
    connection.execute("UPDATE household SET team = ? WHERE id = ?", (team, household))


def set_nickname(connection: sqlite3.Connection, household: int, nickname: str | None) -> None:
    """Give a household the nickname that it chose, unless another's looks the same."""
    chosen = None if nickname is None else key(nickname)
    taken = connection.execute(
        "SELECT 1 FROM household WHERE nickname_key = ? AND id <> ?", (chosen, household)
    ).fetchone()
    if taken is not None:
        raise Refusal("nickname-taken", "Another household has this nickname already. Choose another one.")
    connection.execute(
        "UPDATE household SET nickname = ?, nickname_key = ? WHERE id = ?", (nickname, chosen, household)
    )


def set_agreed(connection: sqlite3.Connection, household: int, fewest: int) -> None:
    """Keep the fewest homes behind a figure that a member agrees to."""
    connection.execute("UPDATE household SET agreed_fewest = ? WHERE id = ?", (fewest, household))


def set_shown(connection: sqlite3.Connection, household: int, *, shown: bool) -> None:
    """Keep an organisation's consent to be shown by name; a home never is."""
    connection.execute("UPDATE household SET shown = ? WHERE id = ? AND kind = 'organisation'", (shown, household))


def set_client(connection: sqlite3.Connection, household: int, client: str) -> None:
    """Keep which program speaks for a household."""
    connection.execute("UPDATE household SET client = ? WHERE id = ? AND client <> ?", (client, household, client))


def _household(row: tuple[Any, ...]) -> Household:
    id_, public_id, name, kind, shown, state, nickname, team, agreed = row[:9]
    return Household(id_, public_id, name, kind, bool(shown), state, nickname, team, agreed)


def _record(row: tuple[Any, ...]) -> Record:
    time_zone, client, joined_at, last_seen, invite = row[9:]
    seen = None if last_seen is None else _instant(last_seen)
    return Record(_household(row), time_zone, client, _instant(joined_at), seen, invite)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
