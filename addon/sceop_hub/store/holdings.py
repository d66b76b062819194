"""What a database holds, counted: enough to tell which of two knows more."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ..core.slots import SLOT, from_number
from ..domain.saying import Saying, saying
from . import database


@dataclass(frozen=True, slots=True)
class Holdings:
    """A database in a few numbers. `newest` is the end of the last slot that any household sent."""

    hub: str | None
    community: str | None
    schema: int
    newest: datetime | None
    readings: int
    households: int
    changes: int
    """People's, in the audit log."""

    def beyond(self, other: Holdings) -> Iterator[Saying]:
        """Say what this one holds and the other does not."""
        if self.newest is not None and other.newest is None:
            yield saying("readings until {now} where the backup has none", now=_told(self.newest))
        elif self.newest is not None and other.newest is not None and self.newest > other.newest:
            now, then = _told(self.newest), _told(other.newest)
            yield saying("readings until {now} where the backup has readings until {then} only", now=now, then=then)
        elif self.readings > other.readings:
            yield saying("{n} readings more", n=self.readings - other.readings)
        if self.households > other.households:
            yield saying("more households ({n})", n=self.households - other.households)
        if self.changes > other.changes:
            yield saying("more entries in the audit log ({n})", n=self.changes - other.changes)


def holdings(connection: sqlite3.Connection) -> Holdings:
    """Count; a database of any older schema is understood."""
    tables = _tables(connection)

    def one(table: str, query: str) -> int | None:
        return connection.execute(query).fetchone()[0] if table in tables else None

    return Holdings(
        hub=_setting(connection, "hub_id") if "setting" in tables else None,
        community=_setting(connection, "name") if "setting" in tables else None,
        schema=database.schema(connection),
        newest=newest(connection),
        readings=one("reading", "SELECT COUNT(*) FROM reading") or 0,
        # Ids, not counts: who left and who was forgotten are no loss.
        households=one("household", "SELECT MAX(id) FROM household") or 0,
        changes=one("audit", "SELECT MAX(id) FROM audit") or 0,
    )


def newest(connection: sqlite3.Connection) -> datetime | None:
    """Return the end of the last slot that any household sent; quick, however long the history."""
    tables = _tables(connection)
    queries = {
        "fresh": "SELECT MAX(slot) FROM fresh",
        "history": "SELECT MAX((SELECT MAX(slot) FROM history WHERE channel = channel.id)) FROM channel",
    }
    known = [query for table, query in queries.items() if table in tables] or ["SELECT MAX(slot) FROM reading"]
    slots = [connection.execute(query).fetchone()[0] for query in known] if "reading" in tables else []
    last = max((slot for slot in slots if slot is not None), default=None)
    return None if last is None else from_number(last) + SLOT


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")}


def _setting(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(json.loads(row[0]))


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
