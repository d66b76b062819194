"""How much there is, for those who watch over the hub."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers that are quick to count, however long the history."""

    fresh: int = 0
    households: Mapping[str, float] = field(default_factory=dict)
    database_bytes: int = 0


def counts(connection: sqlite3.Connection) -> Counts:
    """Count them."""
    pages, page = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return Counts(
        fresh=connection.execute("SELECT COUNT(*) FROM fresh").fetchone()[0],
        households=dict(connection.execute("SELECT state, COUNT(*) FROM household GROUP BY state")),
        database_bytes=pages * page,
    )
