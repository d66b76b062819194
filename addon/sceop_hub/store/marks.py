"""Marks: which days of the past changed since roll-ups and lake were made of them, kept in the change's transaction."""

import json
import sqlite3
from collections.abc import Collection


def mark(connection: sqlite3.Connection, changed: Collection[tuple[int, int]]) -> None:
    """Remember channels and the days in UTC on which their past changed."""
    if not changed:
        return
    connection.execute(
        "INSERT INTO stale (channel, utc_day) SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]')"
        " FROM json_each(?) WHERE TRUE ON CONFLICT DO NOTHING",
        (json.dumps(sorted(changed)),),
    )
    touch(connection, {day for _, day in changed})


def touch(connection: sqlite3.Connection, days: Collection[int]) -> None:
    """Remember days in UTC whose files in the lake are no longer what the books hold."""
    connection.executemany(
        "INSERT INTO unsealed (utc_day) VALUES (?) ON CONFLICT DO UPDATE SET touched = touched + 1",
        [(day,) for day in sorted(days)],
    )
