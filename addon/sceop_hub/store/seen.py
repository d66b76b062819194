"""When households were last heard, written down from time to time: hearing itself writes nothing."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime


def note(connection: sqlite3.Connection, heard: Mapping[int, datetime]) -> None:
    """Keep when each of these households was last heard."""
    connection.executemany(
        "UPDATE household SET last_seen = ? WHERE id = ?",
        [(int(at.timestamp()), household) for household, at in heard.items()],
    )
