"""Channels in the books: what a household ever sent."""

import sqlite3


def names(connection: sqlite3.Connection, household: int) -> frozenset[str]:
    """Return the names of a household's channels."""
    rows = connection.execute("SELECT name FROM channel WHERE household = ?", (household,))
    return frozenset(name for (name,) in rows)
