"""Weather in the books: what was last told of each hour on each day before it was over, and whose word counts."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from ..core.slots import local_midnight
from ..domain.weather import Hour, hour_of

OWN = 0
"""The source that is the coordinator's own Home Assistant; it is believed before others."""

SOON_HOURS = 12
"""Who knows nothing of these knows no weather, whatever he knows of the day after."""


def put(connection: sqlite3.Connection, source: int, made: datetime, hours: Iterable[Hour], zone: ZoneInfo) -> int:
    """Keep what a source told at an instant of hours that were not over by then; return how many these are.

    It takes the place of what was told earlier on the same day of the community's, and of nothing that was told later.
    """
    said, running = int(made.timestamp()), hour_of(made)
    today = int(local_midnight(made.astimezone(zone).date(), zone).timestamp())
    rows = [(hour.hour, source, said, hour.temperature_c, hour.cloud, hour.wind_ms) for hour in hours]
    rows = [row for row in rows if row[0] >= running]
    connection.executemany(
        "DELETE FROM weather WHERE hour = ? AND source = ? AND made >= ? AND made <= ?",
        [(hour, source, today, said) for hour, *_ in rows],
    )
    connection.executemany("INSERT INTO weather VALUES (?, ?, ?, ?, ?, ?)", rows)
    return len(rows)


def known(connection: sqlite3.Connection, first: int, end: int, at: datetime) -> list[Hour]:
    """Return what was known of hours at an instant, each from its best source."""
    rows = connection.execute(
        # SQLite gives the other columns of the row that has the greatest `made`.
        "SELECT hour, temperature_c, cloud, wind_ms, MAX(made) AS newest FROM weather"
        " WHERE hour >= ? AND hour < ? AND made <= ? GROUP BY hour, source ORDER BY hour, source <> ?, newest DESC",
        (first, end, int(at.timestamp()), OWN),
    )
    best: dict[int, Hour] = {}
    for hour, *values, _ in rows:
        best.setdefault(hour, Hour(hour, *values))
    return list(best.values())


def words(connection: sqlite3.Connection, first: int, end: int) -> list[tuple[int, Hour]]:
    """Return all that counted at some instant, with when it was said: of each hour the newest of a time was known then.

    Once the coordinator's own Home Assistant has told of an hour, nobody else is listened to.
    """
    rows = connection.execute(
        "SELECT hour, made, temperature_c, cloud, wind_ms FROM weather AS word WHERE hour >= ? AND hour < ?"
        " AND (source = ?"
        " OR NOT EXISTS (SELECT 1 FROM weather WHERE hour = word.hour AND source = ? AND made <= word.made))"
        " ORDER BY hour, made, source DESC",
        (first, end, OWN, OWN),
    )
    return [(made, Hour(hour, *values)) for hour, made, *values in rows]


def expects(connection: sqlite3.Connection, now: datetime) -> bool:
    """Tell whether anything is known of the hours to come."""
    soon = hour_of(now) + 1
    found = connection.execute("SELECT 1 FROM weather WHERE hour >= ? AND hour < ? LIMIT 1", (soon, soon + SOON_HOURS))
    return found.fetchone() is not None


def let_go(connection: sqlite3.Connection, before: int) -> None:
    """Let go of hours before one: their slots are gone too."""
    connection.execute("DELETE FROM weather WHERE hour < ?", (before,))


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
