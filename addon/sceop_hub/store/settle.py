"""Settling: single slots move from `fresh` to `history` when a day of them lies together, for then it is cheap.

Moved each quarter of an hour, every slot would rewrite the pages of its channel's past and of its roll-ups.
"""

import json
import sqlite3

from ..domain.offsets import SLOTS_A_DAY
from .marks import mark

ROWS_AT_ONCE = 3000
"""Moved in one bite, for which others wait: some milliseconds."""

_SLOTS = """
WITH RECURSIVE held (slot) AS (
    SELECT MIN(slot) FROM fresh
    UNION ALL
    SELECT (SELECT MIN(slot) FROM fresh WHERE slot > held.slot) FROM held WHERE held.slot IS NOT NULL
)
SELECT slot FROM held WHERE slot < ?
"""

_THESE = "fresh WHERE slot IN (SELECT value FROM json_each(:slots)) AND channel BETWEEN :first AND :last"

_DAYS = f"SELECT DISTINCT channel, slot / {SLOTS_A_DAY} FROM {_THESE}"  # noqa: S608 - put together from our own words

_MOVE = f"""
INSERT INTO history (channel, slot, wh, rev, quality, late)
SELECT channel, slot, wh, rev, quality, late FROM {_THESE} ORDER BY channel, slot
"""  # noqa: S608 - put together from our own words


def settle(connection: sqlite3.Connection, before: int, after_channel: int = 0) -> int | None:
    """Move a bite of what is older than a slot; return the last channel that is done, or None when all are."""
    slots = [slot for (slot,) in connection.execute(_SLOTS, (before,))]
    if not slots:
        return None
    first, last = connection.execute(
        "SELECT MIN(id), MAX(id) FROM (SELECT id FROM channel WHERE id > ? ORDER BY id LIMIT ?)",
        (after_channel, max(ROWS_AT_ONCE // len(slots), 1)),
    ).fetchone()
    if last is None:
        return None
    these = {"slots": json.dumps(slots), "first": first, "last": last}
    days = connection.execute(_DAYS, these).fetchall()
    connection.execute(_MOVE, these)
    connection.execute(f"DELETE FROM {_THESE}", these)  # noqa: S608 - put together from our own words
    mark(connection, set(days))
    return int(last)
