"""Challenges in the books: what was announced, who joined, and what it came to."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ..core.channels import consumption
from ..domain.game.challenge import Challenge, Hours
from ..domain.refusal import Refusal
from .readings import flows_of

_FIELDS = "id, kind, title, text, scope, goal, points, from_hour, to_hour, announced, start, ends, settled, cancelled"


def save(connection: sqlite3.Connection, challenge: Challenge) -> None:
    """Keep a challenge as it is now."""
    hours = challenge.hours
    connection.execute(
        f"INSERT INTO challenge ({_FIELDS}) VALUES ({', '.join(['?'] * 14)}) ON CONFLICT (id) DO UPDATE SET"  # noqa: S608 - our own column names
        " title = excluded.title, text = excluded.text, ends = excluded.ends, settled = excluded.settled,"
        " cancelled = excluded.cancelled",
        (
            challenge.id,
            challenge.kind,
            challenge.title,
            challenge.text,
            challenge.scope,
            challenge.goal,
            challenge.points,
            None if hours is None else hours.start,
            None if hours is None else hours.end,
            _seconds(challenge.announced),
            _seconds(challenge.start),
            json.dumps([_seconds(end) for end in challenge.ends]),
            challenge.settled,
            None if challenge.cancelled is None else _seconds(challenge.cancelled),
        ),
    )


def all_(connection: sqlite3.Connection) -> list[Challenge]:
    """Return every challenge, the latest first."""
    rows = connection.execute(f"SELECT {_FIELDS} FROM challenge ORDER BY start DESC, id")  # noqa: S608 - as above
    return [_challenge(row) for row in rows]


def find(connection: sqlite3.Connection, id_: str) -> Challenge:
    """Return a challenge, or refuse."""
    row = connection.execute(f"SELECT {_FIELDS} FROM challenge WHERE id = ?", (id_,)).fetchone()  # noqa: S608 - as above
    if row is None:
        raise Refusal("not-found", "There is no such challenge any more. Load the list again.")
    return _challenge(row)


def join(connection: sqlite3.Connection, id_: str, household: int, now: datetime) -> None:
    """Let a household take part; joining again changes nothing."""
    connection.execute(
        "INSERT INTO challenger VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (id_, household, _seconds(now))
    )


def leave(connection: sqlite3.Connection, id_: str, household: int) -> None:
    """Let a household leave a challenge."""
    connection.execute("DELETE FROM challenger WHERE challenge = ? AND household = ?", (id_, household))


def joined(connection: sqlite3.Connection, id_: str) -> frozenset[int]:
    """Return who takes part in a challenge and is still a member."""
    rows = connection.execute(
        "SELECT household FROM challenger JOIN household ON household.id = household"
        " WHERE challenge = ? AND state = 'active'",
        (id_,),
    )
    return frozenset(household for (household,) in rows)


def joined_by(connection: sqlite3.Connection, household: int) -> frozenset[str]:
    """Return the challenges in which a household takes part."""
    rows = connection.execute("SELECT challenge FROM challenger WHERE household = ?", (household,))
    return frozenset(challenge for (challenge,) in rows)


def keep_results(connection: sqlite3.Connection, id_: str, values: Mapping[int, float | None]) -> None:
    """Keep what a challenge came to in each circle."""
    connection.executemany(
        "INSERT OR REPLACE INTO challenge_result VALUES (?, ?, ?)",
        [(id_, circle, value) for circle, value in values.items()],
    )


def results(connection: sqlite3.Connection, id_: str) -> dict[int, float | None]:
    """Return what a challenge came to in each circle."""
    return dict(connection.execute("SELECT circle, value FROM challenge_result WHERE challenge = ?", (id_,)).fetchall())


def published_use(connection: sqlite3.Connection, circle: int, first: int, end: int) -> dict[int, float]:
    """Return what a home of a circle used on the mean, slot by slot, as far as it was published."""
    rows = connection.execute(
        "SELECT slot, CAST(consumption AS REAL) / homes FROM published"
        " WHERE circle = ? AND slot >= ? AND slot < ? AND consumption IS NOT NULL",
        (circle, first, end),
    )
    return dict(rows.fetchall())


def own_use(connection: sqlite3.Connection, household: int, first: int, end: int) -> dict[int, float]:
    """Return what one home used in each slot of which it told every flow that it has."""
    having = frozenset(flows_of(connection, household))
    slots: dict[int, dict[str, int]] = {}
    for slot, name, wh in connection.execute(
        "SELECT slot, name, wh FROM channel CROSS JOIN reading ON reading.channel = channel.id"
        " WHERE household = ? AND slot >= ? AND slot < ? AND name IN (SELECT value FROM json_each(?))",
        (household, first, end, json.dumps(sorted(having))),
    ):
        slots.setdefault(slot, {})[name] = wh
    used = {slot: consumption(told) for slot, told in slots.items() if told.keys() == having}
    return {slot: float(wh) for slot, wh in used.items() if wh is not None}


def _challenge(row: tuple[Any, ...]) -> Challenge:
    id_, kind, title, text, scope, goal, points, first, last, announced, start, ends, settled, cancelled = row
    return Challenge(
        id_,
        kind,
        title,
        text,
        scope,
        goal,
        points,
        None if first is None else Hours(first, last),
        _instant(announced),
        _instant(start),
        tuple(map(_instant, json.loads(ends))),
        settled,
        None if cancelled is None else _instant(cancelled),
    )


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
