"""Forgetting in the books: what names a household goes at once, its slots in bites."""

import sqlite3
from datetime import datetime
from hashlib import sha256

from ..secrets import digest, new_id, new_token
from . import audit, events, figures, game, lake, plan, weather

MOST_AT_ONCE = 5000
"""Slots in one bite: others wait for it, so it takes some milliseconds."""


def mark_of(public_id: str) -> str:
    """Return what is kept of a forgotten household, outside all backups: enough to know it again, not to find it."""
    return sha256(public_id.encode()).hexdigest()


def begin(connection: sqlite3.Connection, household: int, public_id: str, now: datetime) -> None:
    """Take everything from a household that tells who it was, and let nobody in with its token any more.

    The empty row stays, so that no later household is taken for it.
    """
    connection.execute("PRAGMA secure_delete = ON")
    audit.forget(connection, f"household:{public_id}")
    figures.forget(connection, household)
    game.forget(connection, household)
    plan.forget(connection, household)
    events.forget(connection, household)
    weather.trust(connection, household, on=False)
    lake.forget(connection, public_id, now)
    connection.execute(
        """
        UPDATE household
        SET public_id = ?, name = '', time_zone = '', client = '', request = ?, token_hash = ?, site_hash = NULL,
            former_hash = NULL, nickname = NULL, nickname_key = NULL, team = NULL, invite = NULL,
            shown = 0, joined_at = 0, forgotten = 1, last_seen = NULL, state = 'removed', token_used = 1
        WHERE id = ?
        """,
        (new_id(), new_id(), digest(new_token()), household),
    )
    connection.execute(
        "INSERT INTO forgetting (household, since) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (household, int(now.timestamp())),
    )


def waiting(connection: sqlite3.Connection) -> list[int]:
    """Return the households of which something is still there, or there again: a last request was on its way."""
    rows = connection.execute(
        "SELECT household FROM forgetting"
        " UNION SELECT household FROM channel JOIN household ON household.id = household WHERE forgotten"
    )
    return [household for (household,) in rows]


def known(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """Return every household that is not being forgotten, with its public id."""
    rows = connection.execute(
        "SELECT id, public_id FROM household WHERE id NOT IN (SELECT household FROM forgetting) AND NOT forgotten"
    )
    return [(int(id_), str(public_id)) for id_, public_id in rows]


def begin_again(connection: sqlite3.Connection, household: int, public_id: str, now: datetime) -> None:
    """Forget a household that a restored backup brought back."""
    begin(connection, household, public_id, now)
    audit.note(connection, now, "hub", "household.forget", "household:forgotten", why="restored")


def bite(connection: sqlite3.Connection, household: int) -> bool:
    """Take away some of what a household sent; tell whether nothing is left."""
    connection.execute("PRAGMA secure_delete = ON")
    row = connection.execute("SELECT id FROM channel WHERE household = ? LIMIT 1", (household,)).fetchone()
    if row is None:
        connection.execute("DELETE FROM forgetting WHERE household = ?", (household,))
        connection.execute("PRAGMA secure_delete = OFF")
        return True
    (channel,) = row
    for table, key in (("history", "slot"), ("hour", "hour"), ("day", "day"), ("month", "month")):
        some = f"SELECT {key} FROM {table} WHERE channel = :channel LIMIT :most"  # noqa: S608 - names from the line above
        done = connection.execute(
            f"DELETE FROM {table} WHERE channel = :channel AND {key} IN ({some})",  # noqa: S608 - as above
            {"channel": channel, "most": MOST_AT_ONCE},
        )
        if done.rowcount:
            return False
    connection.execute("DELETE FROM fresh WHERE channel = ?", (channel,))
    connection.execute("DELETE FROM stale WHERE channel = ?", (channel,))
    connection.execute("DELETE FROM channel WHERE id = ?", (channel,))
    return False
