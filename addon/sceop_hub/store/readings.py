"""Readings in the books: stored once, corrected by a higher revision, summed for the community."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from ..core.blocks import Block
from ..core.channels import FLOWS
from ..core.slots import Span, from_number, to_number
from ..domain.community import SlotSum
from ..domain.privacy import MeanWh
from ..domain.readings import Receipt

QUALITIES = {"measured": 0, "estimated": 1, "imported": 2}

_RECORD = """
INSERT INTO history (channel, slot, wh, rev, quality, late)
SELECT :channel, :first + CAST(item.key AS INTEGER), item.value, :rev, :quality, 0
FROM json_each(:wh) AS item WHERE item.type = 'integer'
ON CONFLICT (channel, slot) DO UPDATE
SET wh = excluded.wh, rev = excluded.rev, quality = excluded.quality WHERE excluded.rev > history.rev
"""

_SUMS = """
WITH
expected AS (
    SELECT json_extract(value, '$[0]') AS household, json_extract(value, '$[1]') AS name FROM json_each(:expected)
),
has AS (SELECT household, COUNT(*) AS flows FROM expected GROUP BY household),
mine AS (
    SELECT channel.id, household, name, expected.name IS NOT NULL AS is_expected
    FROM has JOIN channel USING (household) LEFT JOIN expected USING (household, name)
    WHERE name IN (SELECT value FROM json_each(:flows))
),
part AS MATERIALIZED (
    SELECT mine.household, mine.name, mine.is_expected, reading.slot, reading.wh
    FROM mine CROSS JOIN reading ON reading.channel = mine.id AND reading.slot >= :first AND reading.slot < :end
),
whole AS MATERIALIZED (
    SELECT household, slot FROM part JOIN has USING (household)
    GROUP BY household, slot HAVING COUNT(*) = MAX(has.flows) AND MIN(is_expected)
),
behind AS (SELECT slot, COUNT(*) AS homes FROM whole GROUP BY slot)
SELECT part.slot, part.name, SUM(part.wh), COUNT(*), behind.homes
FROM part JOIN whole USING (household, slot) JOIN behind USING (slot)
GROUP BY part.slot, part.name
"""
"""A household counts in a slot only with just the flows that are expected of it, so that the figures fit each other."""

_MEANS = """
WITH
day AS (SELECT json_extract(value, '$[0]') AS first, json_extract(value, '$[1]') AS end FROM json_each(:days)),
complete AS (
    SELECT channel.household, channel.name, SUM(reading.wh) AS wh, COUNT(*) AS slots
    FROM channel CROSS JOIN day
    CROSS JOIN reading ON reading.channel = channel.id AND reading.slot >= day.first AND reading.slot < day.end
    WHERE channel.household IN (SELECT value FROM json_each(:homes))
    AND channel.name IN (SELECT value FROM json_each(:flows))
    GROUP BY channel.id, day.first HAVING COUNT(*) = day.end - day.first
)
SELECT household, name, SUM(wh), SUM(slots) FROM complete GROUP BY household, name
"""


def record(connection: sqlite3.Connection, household: int, blocks: Sequence[Block]) -> Receipt:
    """Store what is new or newer; say how much of it was there already."""
    stored = given = 0
    for block in blocks:
        given += sum(wh is not None for wh in block.wh)
        stored += connection.execute(
            _RECORD,
            {
                "channel": _channel(connection, household, block.channel),
                "first": to_number(block.start),
                "rev": block.rev,
                "quality": QUALITIES[block.quality],
                "wh": json.dumps(block.wh),
            },
        ).rowcount
    return Receipt(stored, given - stored)


def sums(connection: sqlite3.Connection, expected: Mapping[int, Iterable[str]], span: Span) -> list[SlotSum]:
    """Sum every flow over the households, of each of which certain flows are expected, slot by slot."""
    pairs = [(household, flow) for household, flows in expected.items() for flow in flows]
    rows = connection.execute(_SUMS, {"expected": json.dumps(pairs), "flows": json.dumps(FLOWS), **_edges(span)})
    return [SlotSum(from_number(slot), flow, wh, having, behind) for slot, flow, wh, having, behind in rows]


def mean_wh(connection: sqlite3.Connection, homes: Iterable[int], days: Iterable[Span]) -> dict[int, MeanWh]:
    """Return each home's mean energy a slot in every flow, over those of the days that it measured completely."""
    edges = [(to_number(day.start), to_number(day.end)) for day in days]
    means: dict[int, dict[str, Fraction]] = {}
    parameters = {"homes": json.dumps(sorted(homes)), "flows": json.dumps(FLOWS), "days": json.dumps(edges)}
    for home, flow, wh, slots in connection.execute(_MEANS, parameters):
        means.setdefault(home, {})[flow] = Fraction(wh, slots)
    return dict(means)


def flows_of(connection: sqlite3.Connection, household: int) -> list[str]:
    """Return the flows that a household ever sent."""
    rows = connection.execute("SELECT name FROM channel WHERE household = ?", (household,))
    return [name for (name,) in rows if name in FLOWS]


def _edges(span: Span) -> dict[str, int]:
    return {"first": to_number(span.start), "end": to_number(span.end)}


def _channel(connection: sqlite3.Connection, household: int, name: str) -> int:
    """Return the channel's id, making the channel when it is new."""
    row = connection.execute("SELECT id FROM channel WHERE household = ? AND name = ?", (household, name)).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO channel (household, name) VALUES (?, ?) RETURNING id", (household, name)
        ).fetchone()
    return int(row[0])
