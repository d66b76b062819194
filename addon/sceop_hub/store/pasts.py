"""What homes measured slot by slot, read for those who reckon with all of them at once."""

import json
import sqlite3
from collections.abc import Iterable, Iterator

from ..core.channels import FLOWS

type Read = tuple[int, str, list[tuple[int, int]]]
"""A household, a flow, and slots with their Wh, in no order."""


def pasts(connection: sqlite3.Connection, households: Iterable[int], first: int, end: int) -> Iterator[Read]:
    """Return every flow of some households between two slots: what is old by channel, what is fresh at once."""
    channels = connection.execute(
        "SELECT id, household, name FROM channel WHERE household IN (SELECT value FROM json_each(?))"
        " AND name IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(sorted(households)), json.dumps(FLOWS)),
    ).fetchall()
    fresh: dict[int, list[tuple[int, int]]] = {channel: [] for channel, _, _ in channels}
    for channel, slot, wh in connection.execute(
        "SELECT channel, slot, wh FROM fresh WHERE slot >= ? AND slot < ?", (first, end)
    ):
        if channel in fresh:
            fresh[channel].append((slot, wh))
    for channel, household, name in channels:
        old = connection.execute(
            "SELECT slot, wh FROM history WHERE channel = ? AND slot >= ? AND slot < ?", (channel, first, end)
        ).fetchall()
        yield household, name, old + fresh[channel]
