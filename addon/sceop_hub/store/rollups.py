"""Roll-ups: what each channel summed to by hour, day and month where the community lives, and over how many slots.

They are made of `history` alone, anew for each day that a mark names; so late data and corrections, in whatever order
they come, end in the same sums.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from ..domain.offsets import EPOCH_DAY, SLOTS_A_DAY, Stretch, day_of, first_day, first_slot, month_of, stretches
from . import retention

SLOTS_AT_ONCE = 4000
"""Counted in one bite, for which others wait: some milliseconds."""

DAYS_AT_ONCE = 35

_HOURS = """
INSERT INTO hour (channel, hour, wh, slots)
SELECT :channel, MAX(slot - (slot + :ahead) % 4, :first), SUM(wh), COUNT(*)
FROM history WHERE channel = :channel AND slot >= :first AND slot < :end GROUP BY 2
"""

_DAYS = f"""
INSERT INTO day (channel, day, wh, slots)
SELECT :channel, (hour + :ahead) / {SLOTS_A_DAY} + {EPOCH_DAY}, SUM(wh), SUM(slots)
FROM hour WHERE channel = :channel AND hour >= :first AND hour < :end GROUP BY 2
ON CONFLICT (channel, day) DO UPDATE SET wh = wh + excluded.wh, slots = slots + excluded.slots
"""  # noqa: S608 - put together from our own numbers

_MONTH = """
INSERT INTO month (channel, month, wh, slots)
SELECT channel, :month, SUM(wh), SUM(slots) FROM day WHERE channel = :channel AND day >= :first AND day < :end
GROUP BY channel
ON CONFLICT (channel, month) DO UPDATE SET wh = excluded.wh, slots = excluded.slots
"""


def refresh(connection: sqlite3.Connection, zone: ZoneInfo) -> bool:
    """Make a bite of the roll-ups that are due; tell whether there is more."""
    if _recut(connection, zone):
        return True
    gone, counted = retention.kept_from(connection), 0
    while counted < SLOTS_AT_ONCE:
        row = connection.execute("SELECT MIN(channel) FROM stale").fetchone()
        if row[0] is None:
            return False
        channel = int(row[0])
        marks = connection.execute(
            "SELECT utc_day FROM stale WHERE channel = ? ORDER BY utc_day LIMIT ?", (channel, DAYS_AT_ONCE)
        ).fetchall()
        for first, last in _runs(day for (day,) in marks):
            counted += _count(connection, channel, first, last, zone, gone)
        connection.execute("DELETE FROM stale WHERE channel = ? AND utc_day <= ?", (channel, marks[-1][0]))
    return True


def _recut(connection: sqlite3.Connection, zone: ZoneInfo) -> bool:
    """Begin a channel's roll-ups anew where they were cut in another zone; tell whether there was one."""
    connection.execute("UPDATE channel SET zone = ? WHERE zone IS NULL", (zone.key,))
    row = connection.execute("SELECT id FROM channel WHERE zone <> ? LIMIT 1", (zone.key,)).fetchone()
    if row is None:
        return False
    (channel,) = row
    day = _first_whole_day(retention.kept_from(connection), zone)
    month = month_of(day)
    connection.execute("DELETE FROM hour WHERE channel = ? AND hour >= ?", (channel, first_slot(day, zone)))
    connection.execute("DELETE FROM day WHERE channel = ? AND day >= ?", (channel, day))
    connection.execute("DELETE FROM month WHERE channel = ? AND month >= ?", (channel, month))
    _sum_month(connection, channel, month)
    connection.execute(
        "INSERT INTO stale SELECT DISTINCT channel, slot / ? FROM history WHERE channel = ? ON CONFLICT DO NOTHING",
        (SLOTS_A_DAY, channel),
    )
    connection.execute("UPDATE channel SET zone = ? WHERE id = ?", (zone.key, channel))
    return True


def _count(connection: sqlite3.Connection, channel: int, first: int, last: int, zone: ZoneInfo, gone: int) -> int:
    """Count the local days that a run of days in UTC touches; return how many slots were looked at."""
    days = (
        max(day_of(first * SLOTS_A_DAY, zone), _first_whole_day(gone, zone)),
        day_of((last + 1) * SLOTS_A_DAY - 1, zone),
    )
    if days[0] > days[1]:
        return 0
    edges = (first_slot(days[0], zone), first_slot(days[1] + 1, zone))
    connection.execute("DELETE FROM hour WHERE channel = ? AND hour >= ? AND hour < ?", (channel, *edges))
    connection.execute("DELETE FROM day WHERE channel = ? AND day BETWEEN ? AND ?", (channel, *days))
    for stretch in stretches(*edges, zone):
        _cut(connection, channel, stretch)
    for month in range(month_of(days[0]), month_of(days[1]) + 1):
        _sum_month(connection, channel, month)
    return edges[1] - edges[0]


def _cut(connection: sqlite3.Connection, channel: int, stretch: Stretch) -> None:
    of = {"channel": channel, "first": stretch.first, "end": stretch.end, "ahead": stretch.ahead}
    connection.execute(_HOURS, of)
    connection.execute(_DAYS, of)


def _sum_month(connection: sqlite3.Connection, channel: int, month: int) -> None:
    days = {"first": first_day(month), "end": first_day(month + 1)}
    connection.execute(_MONTH, {"channel": channel, "month": month, **days})


def _first_whole_day(gone: int, zone: ZoneInfo) -> int:
    """Return the first local day all of whose slots are kept."""
    day = day_of(gone, zone)
    return day if first_slot(day, zone) >= gone else day + 1


def _runs(days: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Bring days together that follow each other."""
    first = last = None
    for day in days:
        if last is not None and day > last + 1:
            assert first is not None
            yield first, last
            first = None
        first, last = day if first is None else first, day
    if first is not None and last is not None:
        yield first, last
