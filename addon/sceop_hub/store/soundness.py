"""How sound what households send is: how complete by days, and the extremes of the last one."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from ..core.channels import FLOWS, GRID_EXPORT, GRID_IMPORT, PRODUCTION
from ..domain.broken import Day, Record
from ..domain.offsets import first_slot

DAYS = 31

ASIDE = tuple(flow for flow in FLOWS if flow not in {GRID_IMPORT, GRID_EXPORT})
"""Flows of a home that may take nothing from the grid for days."""

_DAYS = """
SELECT channel.id, household.public_id, channel.name, day.day, day.wh, day.slots,
    EXISTS (SELECT 1 FROM channel AS other WHERE other.household = household.id
        AND other.name IN (SELECT value FROM json_each(:aside)))
FROM household JOIN channel ON channel.household = household.id
JOIN day ON day.channel = channel.id AND day.day >= :first AND day.day < :today
WHERE household.state = 'active' AND household.client <> '' AND channel.name IN (:grid, :made)
AND NOT EXISTS (SELECT 1 FROM stale WHERE stale.channel = channel.id)
ORDER BY channel.id, day.day
"""

_EXTREMES = "SELECT MIN(wh), MAX(wh), COUNT(*) FROM history WHERE channel = ? AND slot >= ? AND slot < ?"


def public_ids(connection: sqlite3.Connection, households: Iterable[int]) -> list[str]:
    """Return by what names pages and alerts know households that take part."""
    rows = connection.execute(
        "SELECT public_id FROM household WHERE state = 'active' AND id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(sorted(households)),),
    )
    return [public_id for (public_id,) in rows]


def records(connection: sqlite3.Connection, today: int, zone: ZoneInfo) -> list[Record]:
    """Return the flows of all households that report by themselves, by the days before one, given as its ordinal.

    A channel whose sums are still to be made is left out: what is not counted yet is no gap.
    """
    first = today - DAYS
    due = [first_slot(day + 1, zone) - first_slot(day, zone) for day in range(first, today)]
    asked = {"first": first, "today": today, "grid": GRID_IMPORT, "made": PRODUCTION, "aside": json.dumps(ASIDE)}
    found: dict[int, tuple[str, bool, list[Day | None]]] = {}
    for channel, public_id, name, day, wh, slots, aside in connection.execute(_DAYS, asked):
        nothing_may_be = name == GRID_IMPORT and bool(aside)
        _, _, days = found.setdefault(channel, (public_id, nothing_may_be, [None] * DAYS))
        days[day - first] = Day(wh, slots, due[day - first])
    last = (first_slot(today - 1, zone), first_slot(today, zone))
    return [
        _record(connection, channel, public_id, days, last, may_be_nothing=may_be_nothing)
        for channel, (public_id, may_be_nothing, days) in found.items()
    ]


def _record(
    connection: sqlite3.Connection,
    channel: int,
    public_id: str,
    days: Sequence[Day | None],
    last: tuple[int, int],
    *,
    may_be_nothing: bool,
) -> Record:
    least, most, slots = connection.execute(_EXTREMES, (channel, *last)).fetchone()
    known = next(index for index, day in enumerate(days) if day is not None)
    return Record(
        public_id=public_id,
        days=days[known:],
        least_wh=least,
        most_wh=most,
        slots=slots,
        may_be_nothing=may_be_nothing,
    )
