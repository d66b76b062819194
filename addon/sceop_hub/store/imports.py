"""Imports in the books: for whom a file is, and how far it has come."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ..domain.refusal import Refusal


class Member(NamedTuple):
    """A household for whom a file may be."""

    id: int
    public_id: str
    name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Reached:
    """How far an import has come: bites that are on disk, of how many; and the household that was made for it."""

    household: int | None
    done: int
    bites: int


def find(connection: sqlite3.Connection, said: str) -> Member:
    """Return the household with this id or name, or say why there is none."""
    rows = connection.execute(
        "SELECT id, public_id, name, time_zone FROM household"
        " WHERE state <> 'removed' AND (public_id = ?1 OR name = ?1) ORDER BY public_id = ?1 DESC LIMIT 3",
        (said,),
    ).fetchall()
    found = [Member(*row) for row in rows]
    if not found:
        raise Refusal(
            "import",
            "This hub has no household “{said}”: name it as its page does, by its id or its whole name.",
            said=said[:60],
        )
    if len(found) > 1 and found[0].public_id != said:
        raise Refusal("import", "Several households are called “{said}”: name the one by its id.", said=said[:60])
    return found[0]


def by_id(connection: sqlite3.Connection, household: int) -> Member | None:
    """Return a household that still takes part."""
    row = connection.execute(
        "SELECT id, public_id, name, time_zone FROM household WHERE id = ? AND state <> 'removed'", (household,)
    ).fetchone()
    return None if row is None else Member(*row)


def speaks_for_itself(connection: sqlite3.Connection, household: int) -> bool:
    """Tell whether a household joined with an invite, and sends its readings itself."""
    row = connection.execute("SELECT 1 FROM household WHERE id = ? AND invite IS NOT NULL", (household,)).fetchone()
    return row is not None


def reached(connection: sqlite3.Connection, digest: bytes) -> Reached | None:
    """Return how far the import of a file has come, if it ever began."""
    row = connection.execute(
        "SELECT household, done, bites FROM import_progress WHERE digest = ?", (digest,)
    ).fetchone()
    return None if row is None else Reached(*row)


def reach(connection: sqlite3.Connection, digest: bytes, now: Reached, at: datetime) -> None:
    """Note how far an import has come, in the transaction of its bite."""
    connection.execute(
        "INSERT INTO import_progress (digest, household, done, bites, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (digest) DO UPDATE SET household = excluded.household, done = excluded.done,"
        " bites = excluded.bites, at = excluded.at",
        (digest, now.household, now.done, now.bites, int(at.timestamp())),
    )
