"""What one household gave, as it stands in the books."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of one channel, with the whole quarter hours that it came late."""

    slot: int
    wh: int
    rev: int
    quality: int
    late: int


@dataclass(frozen=True, slots=True)
class Hour:
    """What a channel summed to in an hour, named by its first slot, and over how many slots."""

    slot: int
    wh: int
    slots: int


def channels_of(connection: sqlite3.Connection, household: int) -> list[tuple[int, str]]:
    """Return a household's channels with their names."""
    rows = connection.execute("SELECT id, name FROM channel WHERE household = ? ORDER BY name", (household,))
    return [(int(id_), str(name)) for id_, name in rows]


def first_slots(connection: sqlite3.Connection) -> dict[int, int]:
    """Return the first slot that each household ever gave."""
    rows = connection.execute(
        "SELECT household, MIN((SELECT MIN(slot) FROM history WHERE channel = channel.id)) FROM channel"
        " GROUP BY household"
    )
    return {household: slot for household, slot in rows if slot is not None}


def slots_after(connection: sqlite3.Connection, channel: int, after: int, most: int) -> list[Slot]:
    """Return the slots of a channel that follow a slot, in the order of time."""
    rows = connection.execute(
        "SELECT slot, wh, rev, quality, late FROM history WHERE channel = :channel AND slot > :after"
        " UNION ALL SELECT slot, wh, rev, quality, late FROM fresh WHERE channel = :channel AND slot > :after"
        " ORDER BY slot LIMIT :most",
        {"channel": channel, "after": after, "most": most},
    )
    return [Slot(*row) for row in rows]


def hours_after(connection: sqlite3.Connection, channel: int, after: int, most: int) -> list[Hour]:
    """Return the hours of a channel that follow a slot and of which no slot is kept any more, in the order of time."""
    rows = connection.execute(
        "SELECT hour, wh, slots FROM hour WHERE channel = :channel AND hour > :after AND hour < (SELECT slot FROM kept)"
        " AND NOT EXISTS (SELECT 1 FROM history WHERE channel = :channel AND slot >= hour AND slot < hour + 4)"
        " ORDER BY hour LIMIT :most",
        {"channel": channel, "after": after, "most": most},
    )
    return [Hour(*row) for row in rows]
