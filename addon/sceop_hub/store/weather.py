"""Weather in the books: what was last told of each hour before it was over, and whose word counts."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby

from ..domain.weather import Hour, agreed, hour_of

OWN = 0
"""The source that is the coordinator's own Home Assistant; it is believed before others."""

SOON_HOURS = 12
"""Who knows nothing of these knows no weather, whatever he knows of the day after."""

LASTS_S = 12 * 3600
"""A member's word is as good as a newer one's for so long."""

_FIELDS = "hour, temperature_c, cloud, wind_ms"


def put(connection: sqlite3.Connection, source: int, now: datetime, hours: Iterable[Hour]) -> int:
    """Keep what a source tells of hours that are not over; return how many."""
    made, running = int(now.timestamp()), hour_of(now)
    rows = [(hour.hour, source, made, hour.temperature_c, hour.cloud, hour.wind_ms) for hour in hours]
    rows = [row for row in rows if row[0] >= running]
    connection.executemany("INSERT OR REPLACE INTO weather VALUES (?, ?, ?, ?, ?, ?)", rows)
    return len(rows)


def known(connection: sqlite3.Connection, first: int, end: int, at: datetime) -> list[Hour]:
    """Return what was known of hours at an instant, as its sources agree on each.

    A word counts beside the newest for some hours: who fell silent foresaw from too far.
    """
    rows = connection.execute(
        f"SELECT source = ?, made, {_FIELDS} FROM weather WHERE hour >= ? AND hour < ? AND made <= ?"  # noqa: S608 - our own column names
        " ORDER BY hour, made DESC",
        (OWN, first, end, int(at.timestamp())),
    )
    found = (_agreed(list(told)) for _, told in groupby(rows, key=lambda row: row[2]))
    return [hour for hour in found if hour is not None]


def _agreed(told: Sequence[tuple[int, int, int, float | None, float | None, float | None]]) -> Hour | None:
    """Return what several say of one hour, the newest first."""
    _, newest, *_ = told[0]
    counts = [(own, Hour(hour, *said)) for own, made, hour, *said in told if own or newest - made <= LASTS_S]
    own = next((hour for own, hour in counts if own), None)
    return agreed(own, [hour for own, hour in counts if not own])


def expects(connection: sqlite3.Connection, now: datetime) -> bool:
    """Tell whether anything is known of the hours to come."""
    soon = hour_of(now) + 1
    found = connection.execute("SELECT 1 FROM weather WHERE hour >= ? AND hour < ? LIMIT 1", (soon, soon + SOON_HOURS))
    return found.fetchone() is not None


def let_go(connection: sqlite3.Connection, before: int) -> None:
    """Let go of hours before one: their slots are gone too."""
    connection.execute("DELETE FROM weather WHERE hour < ?", (before,))


def of_household(connection: sqlite3.Connection, household: int, after: int, most: int) -> list[tuple[Hour, datetime]]:
    """Return the hours after one that a household told, each with the instant at which it last did."""
    rows = connection.execute(
        f"SELECT made, {_FIELDS} FROM weather WHERE source = ? AND hour > ? ORDER BY hour LIMIT ?",  # noqa: S608 - our own column names
        (household, after, most),
    )
    return [(Hour(*said), datetime.fromtimestamp(made, UTC)) for made, *said in rows]


def trust(connection: sqlite3.Connection, household: int, *, on: bool) -> bool:
    """Believe a household's weather, or no longer, nor what it told before; tell whether that is new."""
    if on:
        done = connection.execute("INSERT OR IGNORE INTO trusted_weather VALUES (?)", (household,))
    else:
        done = connection.execute("DELETE FROM trusted_weather WHERE household = ?", (household,))
        connection.execute("DELETE FROM weather WHERE source = ?", (household,))
    return bool(done.rowcount)


def trusts(connection: sqlite3.Connection, household: int) -> bool:
    """Tell whether a household's weather is believed."""
    row = connection.execute("SELECT 1 FROM trusted_weather WHERE household = ?", (household,)).fetchone()
    return row is not None
