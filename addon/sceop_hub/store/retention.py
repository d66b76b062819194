"""Retention: slots whose time to be kept is over go, their roll-ups stay, and nothing comes in behind them."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from ..core.blocks import Block
from ..core.slots import from_number, to_number
from ..domain.offsets import SLOTS_A_DAY
from ..domain.profile import SHORTEST_RETENTION
from ..domain.refusal import Refusal
from .marks import touch

CHANNELS_AT_ONCE = 16
SLOTS_AT_ONCE = 2 * SLOTS_A_DAY
"""Of each channel, in one bite, for which others wait."""


def kept_from(connection: sqlite3.Connection) -> int:
    """Return the slot before which everything is gone; 0 while nothing ever went."""
    (slot,) = connection.execute("SELECT slot FROM kept").fetchone()
    return int(slot)


def may_be_gone(start: datetime, now: datetime) -> bool:
    """Tell whether what was there then may be gone by now, whatever the coordinator decided."""
    return start <= now - timedelta(days=SHORTEST_RETENTION - 2)


def refuse_gone(connection: sqlite3.Connection, blocks: Sequence[Block], now: datetime) -> None:
    """Refuse slots of a time that is gone: their roll-ups were made of all slots, and could not be made again."""
    earliest = min(block.start for block in blocks)
    if may_be_gone(earliest, now) and to_number(earliest) < (gone := kept_from(connection)):
        raise Refusal(
            "too-old",
            f"This hub keeps slots from {from_number(gone):%Y-%m-%d %H:%M} UTC on;"
            f" {earliest:%Y-%m-%d %H:%M} UTC is older.",
        )


def let_go(connection: sqlite3.Connection, before: int) -> bool:
    """Give up everything before this slot, unless roll-ups still have to be made of it; tell whether it is given up."""
    if before <= kept_from(connection):
        return True
    waits = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM stale WHERE utc_day <= :day)"
        " OR EXISTS (SELECT 1 FROM fresh WHERE slot < :before)",
        {"before": before, "day": before // SLOTS_A_DAY},
    ).fetchone()
    if waits[0]:
        return False
    connection.execute("UPDATE kept SET slot = ?", (before,))
    if before % SLOTS_A_DAY:
        touch(connection, [before // SLOTS_A_DAY])
    return True


def newest(connection: sqlite3.Connection) -> int:
    """Return the newest slot that anybody sent; 0 where nobody did."""
    (slot,) = connection.execute(
        "SELECT MAX(COALESCE((SELECT MAX(slot) FROM fresh), 0),"
        " COALESCE((SELECT MAX((SELECT MAX(slot) FROM history WHERE channel = channel.id)) FROM channel), 0))"
    ).fetchone()
    return int(slot)


def remove(connection: sqlite3.Connection) -> bool:
    """Remove a bite of what was given up; tell whether there may be more."""
    before = kept_from(connection)
    oldest = connection.execute(
        "SELECT id, (SELECT MIN(slot) FROM history WHERE channel = channel.id) AS oldest FROM channel"
        " WHERE oldest < ? LIMIT ?",
        (before, CHANNELS_AT_ONCE),
    ).fetchall()
    connection.executemany(
        "DELETE FROM history WHERE channel = ? AND slot < ?",
        [(channel, min(before, slot + SLOTS_AT_ONCE)) for channel, slot in oldest],
    )
    return bool(oldest)
