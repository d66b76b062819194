"""The figures in the books: who stands behind them, what was published, and which days have to be looked at again."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from secrets import token_bytes
from typing import Any

from ..core.blocks import Block
from ..core.channels import FLOWS
from ..core.slots import Span, from_number, to_number
from ..domain.community import FIGURES
from ..domain.mirror import LiveHomes
from ..domain.offsets import SLOTS_A_DAY
from ..domain.privacy import Group, Home, Team
from ..domain.publication import COMMUNITY, Circle, Column, Drawing, Standing, Sum, Wh

SECRET_BYTES = 16

_FORGOTTEN = 0
"""The number of no home."""

type Json = Mapping[str, Any]

_COLUMNS = ", ".join(FIGURES)
_PUT = f"INSERT OR REPLACE INTO published (circle, slot, homes, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own column names

_REPORTED = """
SELECT history.slot, counted.household, channel.name, history.wh
FROM counted CROSS JOIN channel ON channel.household = counted.household
CROSS JOIN history ON history.channel = channel.id AND history.slot >= :first AND history.slot < :end
WHERE channel.name IN (SELECT value FROM json_each(:flows))
UNION ALL
SELECT fresh.slot, counted.household, channel.name, fresh.wh
FROM fresh CROSS JOIN channel ON channel.id = fresh.channel
JOIN counted ON counted.household = channel.household
WHERE fresh.slot >= :first AND fresh.slot < :end AND channel.name IN (SELECT value FROM json_each(:flows))
"""
"""What is fresh lies by slot and what is old by channel: each is read in its own order."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A home that may stand behind the figures, with its team; `by_hand` says that somebody else speaks for it."""

    home: Home
    team: Team | None
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A day in UTC that has to be looked at, from a slot on."""

    utc_day: int
    first: int
    touched: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the figures are: the slots before `upto`, and the local day on which was decided who stands behind."""

    upto: int
    renewed: int


def candidates(connection: sqlite3.Connection, fewest: int) -> list[Candidate]:
    """Return the homes that take part and agreed to figures of so few."""
    rows = connection.execute(
        "SELECT id, team, invite IS NULL FROM household"
        " WHERE kind = 'home' AND state = 'active' AND agreed_fewest <= ? ORDER BY id",
        (fewest,),
    )
    return [Candidate(home, team, bool(by_hand)) for home, team, by_hand in rows]


def add_standing(
    connection: sqlite3.Connection, since: int, group: Group, teams: Mapping[Team, Iterable[Home]]
) -> None:
    """Let these homes stand behind the figures from a slot on."""
    known = set(group.homes | group.left_out)
    connection.executemany(
        "INSERT INTO counted (household, secret) VALUES (?, ?) ON CONFLICT (household) DO NOTHING",
        [(home, token_bytes(SECRET_BYTES)) for home in sorted(known)],
    )
    numbers = dict(connection.execute("SELECT household, number FROM counted"))
    grouped = {
        "fewest": group.fewest,
        "sound": sorted(group.sound),
        "homes": {numbers[home]: sorted(flows) for home, flows in sorted(group.flows.items())},
        "left_out": sorted(numbers[home] for home in group.left_out),
        "by_hand": sorted(numbers[home] for home in group.by_hand),
        "teams": {team: sorted(numbers[home] for home in homes) for team, homes in teams.items()},
    }
    connection.execute("INSERT OR REPLACE INTO standing VALUES (?, ?)", (since, json.dumps(grouped)))


def standings(connection: sqlite3.Connection) -> list[Standing]:
    """Return who stood behind the figures, from the first day on; who was forgotten since is nowhere in it."""
    homes = dict(connection.execute("SELECT number, household FROM counted"))
    rows = connection.execute("SELECT since, grouped FROM standing ORDER BY since").fetchall()
    return [_standing(since, json.loads(grouped), homes) for since, grouped in rows]


def _standing(since: int, grouped: Json, homes: Mapping[int, Home]) -> Standing:
    """Read what `add_standing` wrote."""
    flows = {int(number): names for number, names in grouped["homes"].items()}
    columns = [(number, flow) for number, names in flows.items() for flow in names]
    team_of = {number: int(team) for team, numbers in grouped["teams"].items() for number in numbers}

    def known(numbers: Iterable[int]) -> frozenset[Home]:
        return frozenset(homes[number] for number in numbers if number in homes)

    return Standing(
        since,
        Group(
            {homes[number]: frozenset(names) for number, names in flows.items() if number in homes},
            known(grouped["left_out"]),
            frozenset(grouped["sound"]),
            grouped["fewest"],
            known(grouped.get("by_hand", ())),
        ),
        tuple(Column(homes.get(number), flow, team_of.get(number)) for number, flow in columns),
        {int(team): known(numbers) for team, numbers in grouped["teams"].items()},
    )


def secrets(connection: sqlite3.Connection) -> dict[Home, bytes]:
    """Return the secret of each home that stands, or stood, behind figures."""
    return dict(connection.execute("SELECT household, secret FROM counted"))


def forget(connection: sqlite3.Connection, home: Home) -> None:
    """Take a home out of everything that stands behind figures; what was published stays as it was."""
    connection.execute("DELETE FROM counted WHERE household = ?", (home,))


def progress(connection: sqlite3.Connection) -> Progress:
    """Return how far the figures are."""
    return Progress(*connection.execute("SELECT upto, renewed FROM progress").fetchone())


def set_renewed(connection: sqlite3.Connection, day: int) -> None:
    """Remember on which local day was decided who stands behind the figures; nobody rests any longer."""
    connection.execute("UPDATE progress SET renewed = ?", (day,))
    connection.execute("DELETE FROM resting")


def begin_anew(connection: sqlite3.Connection, first: int) -> None:
    """Let no slot before this one be drawn any more, because it may have been seen in a drawing that is not known."""
    connection.execute("UPDATE progress SET since = MAX(since, ?)", (first,))
    seal(connection, first)


def begun_anew(connection: sqlite3.Connection) -> int:
    """Return the first slot that may be drawn."""
    (since,) = connection.execute("SELECT since FROM progress").fetchone()
    return int(since)


def turn_back(connection: sqlite3.Connection, upto: int, day: int) -> None:
    """Take back what a clock that had gone wrong decided for a time that has not come.

    What was published for that time stays as it is. The last day is looked at again, for what arrived meanwhile.
    """
    connection.execute("DELETE FROM standing WHERE since > ?", (upto,))
    connection.execute("DELETE FROM behind WHERE slot >= ?", (upto,))
    connection.execute("DELETE FROM live WHERE slot > ?", (upto + 1,))
    connection.execute("UPDATE progress SET upto = ?, renewed = MIN(renewed, ?)", (upto, day - 1))
    mark_slots(connection, (upto - SLOTS_A_DAY, upto))


def advance(connection: sqlite3.Connection, upto: int, earliest: int) -> None:
    """Let the slots that have settled since be looked at, none before the earliest."""
    before = progress(connection).upto
    if upto > before:
        connection.execute("UPDATE progress SET upto = ?", (upto,))
        mark_slots(connection, (max(before, earliest), upto))


def mark_slots(connection: sqlite3.Connection, *runs: tuple[int, int]) -> None:
    """Let runs of slots, each from its first up to but not including its end, be looked at again."""
    earliest: dict[int, int] = {}
    for first, end in runs:
        for day in range(first // SLOTS_A_DAY, -(-end // SLOTS_A_DAY)):
            earliest[day] = min(earliest.get(day, end), max(first, day * SLOTS_A_DAY))
    connection.executemany(
        "INSERT INTO unsettled VALUES (?, ?, 1) ON CONFLICT (utc_day)"
        " DO UPDATE SET first = MIN(first, excluded.first), touched = touched + 1",
        sorted(earliest.items()),
    )


def mark(connection: sqlite3.Connection, sent: Iterable[tuple[Home, Sequence[Block]]]) -> None:
    """Let slots that homes sent after they had settled be looked at again; in the transaction that records them."""
    (upto,) = connection.execute("SELECT upto FROM progress").fetchone()
    settled = from_number(upto)
    late = [
        (home, first, min(first + len(block.wh), upto))
        for home, blocks in sent
        for block in blocks
        if block.start < settled
        for first in (to_number(block.start),)
    ]
    if late:
        homes = json.dumps(sorted({home for home, *_ in late}))
        rows = connection.execute(
            "SELECT household FROM counted WHERE household IN (SELECT value FROM json_each(?))", (homes,)
        )
        counted = {home for (home,) in rows}
        mark_slots(connection, *((first, end) for home, first, end in late if home in counted))


def marks(connection: sqlite3.Connection) -> list[Mark]:
    """Return the days that have to be looked at, the newest first."""
    rows = connection.execute("SELECT utc_day, first, touched FROM unsettled ORDER BY utc_day DESC")
    return [Mark(*row) for row in rows]


def unmark(connection: sqlite3.Connection, mark: Mark) -> None:
    """Note that a day was looked at, unless there was a new cause meanwhile."""
    connection.execute("DELETE FROM unsettled WHERE utc_day = ? AND touched = ?", (mark.utc_day, mark.touched))


def first_reading(connection: sqlite3.Connection) -> int | None:
    """Return the first slot that any channel holds."""
    (first,) = connection.execute(
        "SELECT MIN(first) FROM ("
        "SELECT (SELECT MIN(slot) FROM history WHERE history.channel = channel.id) AS first FROM channel"
        " UNION ALL SELECT MIN(slot) FROM fresh)"
    ).fetchone()
    return None if first is None else int(first)


def reported(connection: sqlite3.Connection, first: int, end: int) -> dict[int, dict[Home, dict[str, int]]]:
    """Return what every counted home reported of its flows, slot by slot."""
    found: dict[int, dict[Home, dict[str, int]]] = {}
    parameters = {"first": first, "end": end, "flows": json.dumps(FLOWS)}
    for slot, home, flow, wh in connection.execute(_REPORTED, parameters):
        found.setdefault(slot, {}).setdefault(home, {})[flow] = wh
    return found


def masks(connection: sqlite3.Connection, first: int, end: int) -> dict[int, list[bytes]]:
    """Return the masks of every drawing of these slots in their order; of a slot that may not change, none."""
    found: dict[int, list[bytes]] = {}
    for slot, kept in connection.execute(
        "SELECT slot, masks FROM behind WHERE slot >= ? AND slot < ? ORDER BY slot, id", (first, end)
    ):
        found.setdefault(slot, []).append(kept)
    return found


def keep_live(connection: sqlite3.Connection, slot: int, homes: Mapping[Home, Iterable[str]]) -> None:
    """Remember which homes are in the live sum during a slot, with their flows, before anybody sees it."""
    numbers = dict(connection.execute("SELECT household, number FROM counted"))
    known = {numbers.get(home, _FORGOTTEN): _bits(flows) for home, flows in homes.items()}
    row = bytes(known.get(number, 0) for number in range(max(known, default=0) + 1))
    connection.execute("INSERT INTO live VALUES (?, ?)", (slot, row))


def live(connection: sqlite3.Connection, first: int, end: int) -> dict[int, LiveHomes]:
    """Return which homes were in the live sum of these slots; a slot during which none was shown is not in it."""
    homes = dict(connection.execute("SELECT number, household FROM counted"))
    rows = connection.execute("SELECT slot, homes FROM live WHERE slot >= ? AND slot < ?", (first, end))
    return {slot: _live(row, homes) for slot, row in rows}


def _live(row: bytes, homes: Mapping[int, Home]) -> LiveHomes:
    """Read what `keep_live` wrote."""
    numbers = [number for number, bits in enumerate(row) if bits]
    known = {homes[number]: _flows(row[number]) for number in numbers if number in homes}
    return LiveHomes(known, forgotten=len(known) < len(numbers))


def _bits(flows: Iterable[str]) -> int:
    return sum(1 << FLOWS.index(flow) for flow in flows)


@cache
def _flows(bits: int) -> frozenset[str]:
    return frozenset(flow for place, flow in enumerate(FLOWS) if bits >> place & 1)


def rest(connection: sqlite3.Connection, homes: Iterable[Home]) -> None:
    """Keep homes out of the live sum until it is decided anew who stands behind the figures."""
    connection.executemany("INSERT OR IGNORE INTO resting VALUES (?)", [(home,) for home in homes])


def resting(connection: sqlite3.Connection) -> set[Home]:
    """Return the homes that are kept out of the live sum for now."""
    return {home for (home,) in connection.execute("SELECT household FROM resting")}


def is_published(connection: sqlite3.Connection, first: int, end: int) -> set[int]:
    """Return which of these slots were published."""
    rows = connection.execute(
        "SELECT slot FROM published WHERE circle = ? AND slot >= ? AND slot < ?", (COMMUNITY, first, end)
    )
    return {slot for (slot,) in rows}


def publish(connection: sqlite3.Connection, circles: Iterable[Circle], drawn: Iterable[Drawing]) -> None:
    """Publish drawings, each in the place of whatever was published of its slot."""
    everywhere = json.dumps(list(circles))
    for drawing in drawn:
        connection.execute(
            "DELETE FROM published WHERE circle IN (SELECT value FROM json_each(?)) AND slot = ?",
            (everywhere, drawing.slot),
        )
        connection.executemany(
            _PUT,
            [
                (circle, drawing.slot, part.homes, *(part.wh.get(figure) for figure in FIGURES))
                for circle, part in drawing.sums.items()
            ],
        )
        connection.execute("INSERT INTO behind (slot, masks) VALUES (?, ?)", (drawing.slot, drawing.masks))


def seal(connection: sqlite3.Connection, before: int) -> None:
    """Let slots before this one stay as they were published."""
    connection.execute("DELETE FROM behind WHERE slot < ?", (before,))
    connection.execute("DELETE FROM live WHERE slot < ?", (before,))


def doubt(connection: sqlite3.Connection, runs: Iterable[tuple[int, int]]) -> None:
    """Remember runs of slots, each from its first up to but not including its end, that tell little of homes."""
    connection.executemany("INSERT OR REPLACE INTO doubtful VALUES (?, ?)", list(runs))


def curve(connection: sqlite3.Connection, circle: int, span: Span) -> dict[int, Sum]:
    """Return what was published of each slot."""
    rows = connection.execute(
        f"SELECT slot, homes, {_COLUMNS} FROM published WHERE circle = ? AND slot >= ? AND slot < ?",  # noqa: S608 - our own column names
        (circle, to_number(span.start), to_number(span.end)),
    )
    return {slot: Sum(homes, _known(values)) for slot, homes, *values in rows}


def _known(values: Iterable[int | None]) -> Wh:
    return {figure: wh for figure, wh in zip(FIGURES, values, strict=True) if wh is not None}
