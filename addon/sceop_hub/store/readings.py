"""Readings in the books: stored once, corrected by a higher revision, summed for the community.

A slot is in one of two tables. `fresh` is keyed by slot, so that what a thousand homes send in the same quarter of an
hour lies side by side on a few pages of the disk; `history` is keyed by channel, which packs the past densely. Wide
blocks go to `history` at once, the rest when a day is over.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence, Set as AbstractSet
from datetime import datetime
from itertools import chain, groupby
from typing import NamedTuple

import msgspec

from ..core.blocks import Block
from ..core.channels import FLOWS
from ..core.slots import Span, from_number, to_number
from ..domain.community import SlotSum
from ..domain.offsets import SLOTS_A_DAY
from ..domain.readings import Receipt
from . import figures, retention
from .marks import mark

QUALITIES = {"measured": 0, "estimated": 1, "imported": 2}

WIDE = 8
"""Known slots in a block from which it is written faster, and with fewer pages, where the past lies."""

_AT_ONCE = (64, 16, 4, 1)
"""Rows in one statement: few different statements, so that SQLite keeps them prepared."""

_KEEP_FRESH = {
    count: f"""
INSERT INTO fresh (slot, channel, wh, rev, quality, late)
SELECT column1, column2, column3, column4, column5, column6
FROM (VALUES {", ".join(["(?, ?, ?, ?, ?, ?)"] * count)})
WHERE NOT EXISTS (SELECT 1 FROM history WHERE channel = column2 AND slot = column1)
ON CONFLICT (slot, channel) DO UPDATE
SET wh = excluded.wh, rev = excluded.rev, quality = excluded.quality, late = excluded.late
WHERE excluded.rev > fresh.rev
"""  # noqa: S608 - put together from our own words
    for count in _AT_ONCE
}

_CORRECT = """
UPDATE history SET wh = ?3, rev = ?4, quality = ?5, late = ?6 WHERE channel = ?2 AND slot = ?1 AND rev < ?4
"""

_RUNS_AT_ONCE = (16, 4, 1)

_RUN = """
SELECT ?{0}, ?{1} + key, value, ?{3}, ?{4}, MAX(?{2} - ?{1} - key, 0) FROM json_each(?{5}) WHERE type = 'integer'
"""

_KEEP_RUNS = {
    count: f"""
INSERT INTO history (channel, slot, wh, rev, quality, late)
{" UNION ALL ".join(_RUN.format(*range(at, at + 6)) for at in range(1, 6 * count, 6))}
ON CONFLICT (channel, slot) DO UPDATE
SET wh = excluded.wh, rev = excluded.rev, quality = excluded.quality, late = excluded.late
WHERE excluded.rev > history.rev
"""
    for count in _RUNS_AT_ONCE
}

HELD = """
held (slot) AS (
    SELECT MIN(slot) FROM fresh WHERE slot >= :first AND slot < :end
    UNION ALL
    SELECT (SELECT MIN(slot) FROM fresh WHERE slot > held.slot AND slot < :end) FROM held WHERE held.slot IS NOT NULL
)
"""
"""The slots of a span that `fresh` holds anything of: few, and found without reading what it holds."""

_SETTLE_SPAN = f"""
INSERT INTO history (channel, slot, wh, rev, quality, late)
WITH RECURSIVE {HELD}
SELECT fresh.channel, fresh.slot, fresh.wh, fresh.rev, fresh.quality, fresh.late
FROM held CROSS JOIN fresh ON fresh.slot = held.slot AND fresh.channel = :channel
"""  # noqa: S608 - put together from our own words

_LEAVE_FRESH = f"""
WITH RECURSIVE {HELD}
DELETE FROM fresh WHERE channel = :channel AND slot IN (SELECT slot FROM held WHERE slot IS NOT NULL)
"""  # noqa: S608 - put together from our own words

_SUMS = f"""
WITH RECURSIVE
{HELD},
expected AS MATERIALIZED (
    SELECT json_extract(value, '$[0]') AS household, json_extract(value, '$[1]') AS name FROM json_each(:expected)
),
has AS (SELECT household, COUNT(*) AS flows FROM expected GROUP BY household),
mine AS MATERIALIZED (
    SELECT channel.id, household, name, expected.name IS NOT NULL AS is_expected
    FROM has JOIN channel USING (household) LEFT JOIN expected USING (household, name)
    WHERE name IN (SELECT value FROM json_each(:flows))
),
part AS MATERIALIZED (
    SELECT mine.household, mine.name, mine.is_expected, history.slot, history.wh
    FROM mine CROSS JOIN history ON history.channel = mine.id AND history.slot >= :first AND history.slot < :end
    UNION ALL
    SELECT mine.household, mine.name, mine.is_expected, fresh.slot, fresh.wh
    FROM held CROSS JOIN mine CROSS JOIN fresh ON fresh.slot = held.slot AND fresh.channel = mine.id
),
whole AS MATERIALIZED (
    SELECT household, slot FROM part JOIN has USING (household)
    GROUP BY household, slot HAVING COUNT(*) = MAX(has.flows) AND MIN(is_expected)
),
behind AS (SELECT slot, COUNT(*) AS homes FROM whole GROUP BY slot)
SELECT part.slot, part.name, SUM(part.wh), COUNT(*), behind.homes
FROM part JOIN whole USING (household, slot) JOIN behind USING (slot)
GROUP BY part.slot, part.name
"""  # noqa: S608 - put together from our own words
"""A household counts in a slot only with just the flows that are expected of it, so that the figures fit each other."""


class Run(NamedTuple):
    """Wide values as they are written where the past lies: `wh` as JSON, `ended` as of when they were received."""

    channel: int
    first: int
    ended: int
    rev: int
    quality: int
    wh: str


type FreshRow = tuple[int, int, int, int, int, int]
"""Slot, channel, Wh, revision, quality, and how many quarter hours late."""


type Admit = Callable[[AbstractSet[str], AbstractSet[str]], None]
"""Refuses new channels that a household may not have beside those that it has."""


def record(
    connection: sqlite3.Connection,
    household: int,
    blocks: Sequence[Block],
    received: datetime,
    admit: Admit = lambda _known, _new: None,
) -> Receipt:
    """Store what is new or newer; say how much of it was there already."""
    retention.refuse_gone(connection, blocks, received)
    ids = _channels(connection, household, {block.channel for block in blocks}, admit)
    figures.mark(connection, [(household, blocks)])
    ended = to_number(received) - 1
    stored = given = 0
    for wide, group in groupby(blocks, is_wide):
        some = list(group)
        given += sum(map(known, some))
        stored += _keep_wide(connection, ids, some, ended) if wide else _keep_narrow(connection, ids, some, ended)
    return Receipt(stored, given - stored)


def sums(connection: sqlite3.Connection, expected: Mapping[int, Iterable[str]], span: Span) -> list[SlotSum]:
    """Sum every flow over the households, of each of which certain flows are expected, slot by slot."""
    pairs = [(household, flow) for household, flows in expected.items() for flow in flows]
    rows = connection.execute(_SUMS, {"expected": json.dumps(pairs), "flows": json.dumps(FLOWS), **_edges(span)})
    return [SlotSum(from_number(slot), flow, wh, having, behind) for slot, flow, wh, having, behind in rows]


def flows_of(connection: sqlite3.Connection, household: int) -> list[str]:
    """Return the flows that a household ever sent."""
    rows = connection.execute("SELECT name FROM channel WHERE household = ?", (household,))
    return [name for (name,) in rows if name in FLOWS]


def is_wide(block: Block) -> bool:
    """Tell whether a block goes to the past at once."""
    return len(block.wh) >= WIDE and (None not in block.wh[:WIDE] or known(block) >= WIDE)


def fresh_rows(ids: Mapping[str, int], blocks: Sequence[Block], ended: int) -> list[FreshRow]:
    """Return the rows of single slots; `ended` is the last slot that was over when they were received."""
    return [
        (slot, ids[block.channel], wh, block.rev, QUALITIES[block.quality], max(ended - slot, 0))
        for block in blocks
        for slot, wh in enumerate(block.wh, to_number(block.start))
        if wh is not None
    ]


def keep_fresh(connection: sqlite3.Connection, rows: Sequence[FreshRow]) -> int:
    """Take single slots, but for those that the past holds already; return how many were new or newer."""
    return _keep(connection, _KEEP_FRESH, rows)


def known(block: Block) -> int:
    """Count the slots that a block knows."""
    return len(block.wh) - block.wh.count(None)


def run_of(channel: int, block: Block, ended: int) -> Run:
    """Return the run of a wide block."""
    wh = msgspec.json.encode(block.wh).decode()
    return Run(channel, to_number(block.start), ended, block.rev, QUALITIES[block.quality], wh)


def keep_runs(connection: sqlite3.Connection, runs: Sequence[Run]) -> int:
    """Take runs of slots of which nothing is fresh; return how many were new or newer."""
    return _keep(connection, _KEEP_RUNS, runs)


def any_fresh(connection: sqlite3.Connection, blocks: Iterable[Block]) -> bool:
    """Tell whether there is anything fresh in the time of some blocks."""
    spans = [(first, first + len(block.wh)) for block in blocks for first in (to_number(block.start),)]
    edges = (min(first for first, _ in spans), max(end for _, end in spans))
    return connection.execute("SELECT 1 FROM fresh WHERE slot >= ? AND slot < ? LIMIT 1", edges).fetchone() is not None


def days_of(block: Block) -> range:
    """Return the days in UTC that a block reaches into."""
    first = to_number(block.start)
    return range(first // SLOTS_A_DAY, (first + len(block.wh) - 1) // SLOTS_A_DAY + 1)


def _keep_narrow(connection: sqlite3.Connection, ids: Mapping[str, int], blocks: Sequence[Block], ended: int) -> int:
    """Take single slots; where the past holds one already, it is corrected there."""
    rows = fresh_rows(ids, blocks, ended)
    stored = keep_fresh(connection, rows)
    if stored < len(rows):
        corrected = [row for row in rows if connection.execute(_CORRECT, row).rowcount]
        mark(connection, {(channel, slot // SLOTS_A_DAY) for slot, channel, *_ in corrected})
        stored += len(corrected)
    return stored


def _keep_wide(connection: sqlite3.Connection, ids: Mapping[str, int], blocks: Sequence[Block], ended: int) -> int:
    """Take runs of slots where the past lies, after what was fresh of the same slots."""
    stored = 0
    changed: set[tuple[int, int]] = set()
    some_fresh = any_fresh(connection, blocks)
    for block in blocks:
        channel, first = ids[block.channel], to_number(block.start)
        settled = _settle(connection, channel, first, first + len(block.wh)) if some_fresh else 0
        new = keep_runs(connection, [run_of(channel, block, ended)])
        if settled or new:
            changed.update((channel, day) for day in days_of(block))
        stored += new
    mark(connection, changed)
    return stored


def _keep(connection: sqlite3.Connection, statements: Mapping[int, str], rows: Sequence[Sequence[object]]) -> int:
    """Write rows, as many as the largest statement takes, then as the next; return how many were new or newer."""
    stored = done = 0
    for count, statement in statements.items():
        while len(rows) - done >= count:
            stored += connection.execute(statement, list(chain.from_iterable(rows[done : done + count]))).rowcount
            done += count
    return stored


def _settle(connection: sqlite3.Connection, channel: int, first: int, end: int) -> int:
    """Bring a channel's fresh slots of a span to the past; return how many there were."""
    edges = {"channel": channel, "first": first, "end": end}
    settled = connection.execute(_SETTLE_SPAN, edges).rowcount
    if settled:
        connection.execute(_LEAVE_FRESH, edges)
    return settled


def _edges(span: Span) -> dict[str, int]:
    return {"first": to_number(span.start), "end": to_number(span.end)}


def _channels(connection: sqlite3.Connection, household: int, names: AbstractSet[str], admit: Admit) -> dict[str, int]:
    """Return the ids of the household's channels, making those that are new."""
    rows = connection.execute("SELECT name, id FROM channel WHERE household = ?", (household,))
    ids: dict[str, int] = dict(rows.fetchall())
    if new := names - ids.keys():
        admit(ids.keys(), new)
    for name in sorted(new):
        (ids[name],) = connection.execute(
            "INSERT INTO channel (household, name) VALUES (?, ?) RETURNING id", (household, name)
        ).fetchone()
    return ids
