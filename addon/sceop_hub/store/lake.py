"""What the lake is made of: slots, daily totals, members; and the marks that say what is to be made anew."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..domain.offsets import SLOTS_A_DAY
from .marks import touch

CHANNELS_AT_ONCE = 256
"""Read together; with a day of slots each, a few megabytes."""

_SLOTS = """
SELECT history.channel, slot, wh, quality, late, rev
FROM json_each(:channels) AS wanted
CROSS JOIN history ON history.channel = wanted.value AND slot >= :first AND slot < :end
UNION ALL
SELECT channel, slot, wh, quality, late, rev FROM fresh
WHERE slot >= :first AND slot < :end AND channel IN (SELECT value FROM json_each(:channels))
ORDER BY 1, 2
"""

_TOTALS = """
SELECT day.channel, day, wh, slots FROM json_each(:channels) AS wanted
CROSS JOIN day ON day.channel = wanted.value AND day >= :first AND day < :end
ORDER BY 1, 2
"""

type SlotRow = tuple[int, int, int, int, int, int]
"""Channel, slot, Wh, quality, quarter hours of delay, revision."""


class Name(NamedTuple):
    """A channel as the world outside knows it."""

    household: str
    kind: str
    channel: str


@dataclass(frozen=True, slots=True)
class Due:
    """A day in UTC that changed since its file was written, and how often."""

    utc_day: int
    touched: int


@contextmanager
def one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Read everything as it was at one moment, whatever is written meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


@contextmanager
def _at_once(connection: sqlite3.Connection) -> Iterator[None]:
    """Change several rows with one flush of the disk, in the caller's transaction if there is one."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def names(connection: sqlite3.Connection, household: str | None = None) -> dict[int, Name]:
    """Return every channel, without those of households that are being forgotten."""
    rows = connection.execute(
        "SELECT channel.id, public_id, kind, channel.name FROM channel JOIN household ON household.id = household"
        " WHERE NOT forgotten AND public_id = COALESCE(?, public_id) ORDER BY channel.id",
        (household,),
    )
    return {id_: Name(*row) for id_, *row in rows}


def forgotten(connection: sqlite3.Connection) -> int:
    """Return how many households were forgotten until now."""
    (count,) = connection.execute("SELECT COUNT(*) FROM household WHERE forgotten").fetchone()
    return int(count)


def slots(connection: sqlite3.Connection, channels: Collection[int], first: int, end: int) -> Iterator[list[SlotRow]]:
    """Return the slots of channels from `first` up to `end`, channel by channel, some channels at a time."""
    for some in batched(sorted(channels), CHANNELS_AT_ONCE, strict=False):
        rows = connection.execute(_SLOTS, {"channels": json.dumps(some), "first": first, "end": end}).fetchall()
        if rows:
            yield rows


def totals(
    connection: sqlite3.Connection, channels: Collection[int], first: int, end: int
) -> Iterator[list[tuple[int, int, int, int]]]:
    """Return channel, day, Wh and slots of local days, which are given by their ordinals."""
    for some in batched(sorted(channels), CHANNELS_AT_ONCE, strict=False):
        rows = connection.execute(_TOTALS, {"channels": json.dumps(some), "first": first, "end": end}).fetchall()
        if rows:
            yield rows


def members(connection: sqlite3.Connection) -> list[Mapping[str, object]]:
    """Return who takes or took part, without what they are called."""
    rows = connection.execute(
        "SELECT public_id, household.kind, state, time_zone, team.name, joined_at FROM household"
        " LEFT JOIN team ON team.id = household.team WHERE NOT forgotten ORDER BY household.id"
    )
    keys = ("household", "kind", "state", "time_zone", "team", "joined")
    return [dict(zip(keys, (*row, datetime.fromtimestamp(at, UTC).date()), strict=True)) for *row, at in rows]


def cut_in(connection: sqlite3.Connection) -> ZoneInfo | None:
    """Return the zone in which all roll-ups are cut; None while they are cut anew, or there are none."""
    zones = connection.execute("SELECT DISTINCT zone FROM channel WHERE zone IS NOT NULL LIMIT 2").fetchall()
    return ZoneInfo(zones[0][0]) if len(zones) == 1 else None


def due(connection: sqlite3.Connection, before: int) -> list[Due]:
    """Return the days before one in UTC whose files are not what the books hold."""
    rows = connection.execute("SELECT utc_day, touched FROM unsealed WHERE utc_day < ? ORDER BY utc_day", (before,))
    return [Due(*row) for row in rows]


def sealed(connection: sqlite3.Connection, done: Sequence[Due], months: Collection[int]) -> None:
    """Take the marks from days that were written and not touched meanwhile, and mark the months that they lie in."""
    with _at_once(connection):
        mark_months(connection, months)
        connection.executemany(
            "DELETE FROM unsealed WHERE utc_day = ? AND touched = ?", [(each.utc_day, each.touched) for each in done]
        )


def mark_days(connection: sqlite3.Connection, days: Collection[int]) -> None:
    """Have the files of some days in UTC written anew."""
    with _at_once(connection):
        touch(connection, days)


def mark_months(connection: sqlite3.Connection, months: Collection[int]) -> None:
    """Have the daily totals of some months written anew."""
    with _at_once(connection):
        connection.executemany(
            "INSERT INTO lake_month (month) VALUES (?) ON CONFLICT DO NOTHING", [(month,) for month in months]
        )


def due_months(connection: sqlite3.Connection) -> list[int]:
    """Return the months whose daily totals are to be written."""
    return [month for (month,) in connection.execute("SELECT month FROM lake_month ORDER BY month")]


def rolled_up(connection: sqlite3.Connection, first: int, end: int) -> bool:
    """Tell whether the roll-ups of some days in UTC hold all that there is."""
    (waits,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM stale WHERE utc_day >= ? AND utc_day < ?)", (first, end)
    ).fetchone()
    return not waits


def month_done(connection: sqlite3.Connection, month: int) -> None:
    """Take the mark from a month."""
    connection.execute("DELETE FROM lake_month WHERE month = ?", (month,))


def days_with_slots(connection: sqlite3.Connection) -> range:
    """Return the days in UTC from the first to the last of which there is a slot."""
    first, last = connection.execute(
        "SELECT MIN(first), MAX(last) FROM ("
        " SELECT (SELECT MIN(slot) FROM history WHERE channel = channel.id) AS first,"
        " (SELECT MAX(slot) FROM history WHERE channel = channel.id) AS last FROM channel"
        " UNION ALL SELECT MIN(slot), MAX(slot) FROM fresh)"
    ).fetchone()
    return range(0) if first is None else range(first // SLOTS_A_DAY, last // SLOTS_A_DAY + 1)


def forget(connection: sqlite3.Connection, household: str, now: datetime) -> None:
    """Have every file of the lake written without a household, given by its public id; the mark survives anything."""
    connection.execute(
        "INSERT INTO lake_forget (household, since) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (household, int(now.timestamp())),
    )


def forgetting(connection: sqlite3.Connection) -> list[str]:
    """Return the households that may still be in some file."""
    return [household for (household,) in connection.execute("SELECT household FROM lake_forget ORDER BY since")]


def forgot(connection: sqlite3.Connection, households: Collection[str]) -> None:
    """Take the marks from households that are in no file any more."""
    connection.executemany("DELETE FROM lake_forget WHERE household = ?", [(household,) for household in households])
