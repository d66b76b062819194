"""Weather in the books: what was last told of each hour on each day before it was over, and whose word counts."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from ..core.slots import local_midnight
from ..domain.weather import Hour, agreed, hour_of

OWN = 0
"""The source that is the coordinator's own Home Assistant; it is believed before others."""

SOON_HOURS = 12
"""Who knows nothing of these knows no weather, whatever he knows of the day after."""

LASTS_S = 12 * 3600
"""A member's word is as good as a newer one's for so long."""

type _Word = tuple[int, int, Hour]
"""Who said it, when, and what of an hour."""


def put(connection: sqlite3.Connection, source: int, made: datetime, hours: Iterable[Hour], zone: ZoneInfo) -> int:
    """Keep what a source told at an instant of hours that were not over by then; return how many these are.

    It takes the place of what was told earlier on the same day of the community's, and of nothing that was told later.
    Of an hour that is told in parts, the last counts.
    """
    said, running = int(made.timestamp()), hour_of(made)
    today = int(local_midnight(made.astimezone(zone).date(), zone).timestamp())
    last = {hour.hour: hour for hour in hours}
    rows = [(hour.hour, source, said, hour.temperature_c, hour.cloud, hour.wind_ms) for hour in last.values()]
    rows = [row for row in rows if row[0] >= running]
    connection.executemany(
        "DELETE FROM weather WHERE hour = ? AND source = ? AND made >= ? AND made <= ?",
        [(hour, source, today, said) for hour, *_ in rows],
    )
    connection.executemany("INSERT INTO weather VALUES (?, ?, ?, ?, ?, ?)", rows)
    return len(rows)


def known(connection: sqlite3.Connection, first: int, end: int, at: datetime) -> list[Hour]:
    """Return what was known of hours at an instant, as its sources agree on each."""
    latest = int(at.timestamp())
    said = ([word for word in told if word[1] <= latest] for told in _told(connection, first, end))
    return [_agreed(words) for words in said if words]


def words(connection: sqlite3.Connection, first: int, end: int) -> list[tuple[int, Hour]]:
    """Return each hour as its sources agreed on it, with the instants from which on they did.

    The newest of a time is what was known then.
    """
    return [
        (made, _agreed([word for word in told if word[1] <= made]))
        for told in _told(connection, first, end)
        for made in sorted({made for _, made, _ in told})
    ]


def _told(connection: sqlite3.Connection, first: int, end: int) -> Iterator[list[_Word]]:
    """Return what was said of each hour, in the order in which it was."""
    rows = connection.execute(
        "SELECT source, made, hour, temperature_c, cloud, wind_ms FROM weather WHERE hour >= ? AND hour < ?"
        " ORDER BY hour, made, source",
        (first, end),
    )
    for _, told in groupby(rows, key=lambda row: row[2]):
        yield [(source, made, Hour(*said)) for source, made, *said in told]


def _agreed(told: list[_Word]) -> Hour:
    """Return what several say of one hour, each by his last word.

    A member's counts beside the newest for some hours: who fell silent foresaw from too far.
    """
    newest = max(made for _, made, _ in told)
    last = {source: (made, hour) for source, made, hour in told}
    own = last.pop(OWN, None)
    others = [hour for made, hour in last.values() if newest - made <= LASTS_S]
    return agreed(own[1] if own is not None else None, others)


def expects(connection: sqlite3.Connection, now: datetime) -> bool:
    """Tell whether anything is known of the hours to come."""
    soon = hour_of(now) + 1
    found = connection.execute("SELECT 1 FROM weather WHERE hour >= ? AND hour < ? LIMIT 1", (soon, soon + SOON_HOURS))
    return found.fetchone() is not None


def let_go(connection: sqlite3.Connection, before: int) -> None:
    """Let go of hours before one: their slots are gone too."""
    connection.execute("DELETE FROM weather WHERE hour < ?", (before,))


def of_household(
    connection: sqlite3.Connection, household: int, after: tuple[int, int], most: int
) -> list[tuple[Hour, int]]:
    """Return what a household told of hours, each with the second in which it was said, after one such pair."""
    rows = connection.execute(
        "SELECT made, hour, temperature_c, cloud, wind_ms FROM weather WHERE source = ? AND (hour, made) > (?, ?)"
        " ORDER BY hour, made LIMIT ?",
        (household, *after, most),
    )
    return [(Hour(*said), made) for made, *said in rows]


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
