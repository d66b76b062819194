"""The coordinator's messages in the books."""

import sqlite3
from datetime import UTC, datetime

from ..domain.notices import Notice


def add(connection: sqlite3.Connection, at: datetime, who: str, title: str, text: str) -> Notice:
    """Keep a message; return it with the number by which households know it again."""
    made = connection.execute(
        "INSERT INTO notice (at, who, title, text) VALUES (?, ?, ?, ?) RETURNING id",
        (int(at.timestamp()), who, title, text),
    ).fetchone()
    return Notice(int(made[0]), at.replace(microsecond=0), who, title, text)


def recent(connection: sqlite3.Connection, since: datetime, most: int = 20) -> list[Notice]:
    """Return the messages of a time, the newest first."""
    rows = connection.execute(
        "SELECT id, at, who, title, text FROM notice WHERE at >= ? ORDER BY id DESC LIMIT ?",
        (int(since.timestamp()), most),
    )
    return [Notice(id_, datetime.fromtimestamp(at, UTC), who, title, text) for id_, at, who, title, text in rows]
