"""The coordinator's messages in the books."""

import sqlite3
from datetime import UTC, datetime

from ..domain.notices import Notice


def add(connection: sqlite3.Connection, at: datetime, who: str, title: str, text: str) -> Notice:
    """Keep a message; return it with the number by which households know it again.

    It counts seconds, so that a hub that was restored gives no number twice: nobody would hear that message.
    """
    made = connection.execute(
        """INSERT INTO notice (id, at, who, title, text)
        VALUES (max(:at, (SELECT coalesce(max(id), 0) + 1 FROM notice)), :at, :who, :title, :text) RETURNING id""",
        {"at": int(at.timestamp()), "who": who, "title": title, "text": text},
    ).fetchone()
    return Notice(int(made[0]), at.replace(microsecond=0), who, title, text)


def recent(connection: sqlite3.Connection, since: datetime, most: int = 20) -> list[Notice]:
    """Return the messages of a time, the newest first."""
    rows = connection.execute(
        "SELECT id, at, who, title, text FROM notice WHERE at >= ? ORDER BY id DESC LIMIT ?",
        (int(since.timestamp()), most),
    )
    return [Notice(id_, datetime.fromtimestamp(at, UTC), who, title, text) for id_, at, who, title, text in rows]
