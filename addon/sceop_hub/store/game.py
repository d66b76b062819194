"""The game in the books: what was kept, the ledger of points, badges, cheers, and who stands on the board."""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from ..core.slots import from_number, to_number
from ..domain.game.cheers import Cheer, Told
from ..domain.game.levels import Level
from ..domain.game.outcome import Outcome, Saved
from ..domain.game.points import Booked, Key, Kind, Placed, Promise, Row

OF_A_HOUSEHOLD = (
    "game_entered",
    "game_outcome",
    "game_place",
    "game_placed",
    "point",
    "badge",
    "cheer",
    "board",
    "challenger",
)

_OUTCOME = "household, event, start, slots, target, word, usual_wh, saved_wh, off_wh, call, complete, raised"


@dataclass(frozen=True, slots=True)
class Person:
    """A household as the game sees it; the name is the nickname of one that stands on the board."""

    household: int
    home: bool
    by_hand: bool
    name: str | None
    team: int | None
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a home's ledger, as it is given to that home."""

    at: datetime
    kind: Kind
    ref: str
    number: int
    amount: int


def people(connection: sqlite3.Connection) -> list[Person]:
    """Return the households that take part."""
    rows = connection.execute(
        "SELECT id, kind = 'home', invite IS NULL, CASE WHEN board.household IS NULL THEN NULL ELSE nickname END, team,"
        " joined_at FROM household LEFT JOIN board ON board.household = id WHERE state = 'active' ORDER BY id"
    )
    return [
        Person(id_, bool(home), bool(by_hand), name, team, _instant(joined))
        for id_, home, by_hand, name, team, joined in rows
    ]


def set_board(connection: sqlite3.Connection, household: int, *, on: bool) -> bool:
    """Let a household stand on the board with its nickname, or no longer; tell whether that is new."""
    query = "INSERT INTO board VALUES (?) ON CONFLICT DO NOTHING" if on else "DELETE FROM board WHERE household = ?"
    return connection.execute(query, (household,)).rowcount > 0


def enter(
    connection: sqlite3.Connection, event: str, start: datetime, joined: Collection[int], declined: Collection[int]
) -> None:
    """Keep who had said yes to an event before it began, as it is known by now."""
    connection.executemany(
        "DELETE FROM game_entered WHERE event = ? AND household = ?", [(event, household) for household in declined]
    )
    connection.executemany(
        "INSERT INTO game_entered VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(event, household, to_number(start)) for household in joined],
    )


def entered(connection: sqlite3.Connection, event: str) -> frozenset[int]:
    """Return who had said yes to an event when it began."""
    rows = connection.execute("SELECT household FROM game_entered WHERE event = ?", (event,))
    return frozenset(household for (household,) in rows)


def keep_outcomes(connection: sqlite3.Connection, revision: int, outcomes: Iterable[Outcome]) -> None:
    """Keep how an event went, in the place of what an earlier revision said; of whoever is still a member."""
    there = {id_ for (id_,) in connection.execute("SELECT id FROM household WHERE NOT forgotten")}
    connection.executemany(
        f"INSERT OR REPLACE INTO game_outcome (revision, {_OUTCOME}) VALUES ({', '.join(['?'] * 13)})",  # noqa: S608 - our own column names
        [(revision, *_written(one)) for one in outcomes if one.household in there],
    )


def reckoned(connection: sqlite3.Connection, since: datetime) -> dict[str, int]:
    """Return the revision in which each event since an instant was taken over."""
    return dict(
        connection.execute(
            "SELECT event, MIN(revision) FROM game_outcome WHERE start >= ? GROUP BY event", (to_number(since),)
        )
    )


def outcomes(connection: sqlite3.Connection, since: datetime, household: int | None = None) -> list[Outcome]:
    """Return how the events since an instant went, of one home or of all."""
    rows = connection.execute(
        f"SELECT {_OUTCOME} FROM game_outcome WHERE start >= ? AND (? IS NULL OR household = ?) ORDER BY start, event",  # noqa: S608 - our own column names
        (to_number(since), household, household),
    )
    return [_outcome(row) for row in rows]


def promise(connection: sqlite3.Connection, found: Iterable[Promise]) -> None:
    """Keep places whose time has come, of whoever is still a member."""
    connection.executemany(
        "INSERT INTO game_place (household, start, slots, wh, kept)"
        " SELECT id, ?, ?, ?, ? FROM household WHERE id = ? AND NOT forgotten",
        [(to_number(one.start), one.slots, one.wh, one.kept, one.household) for one in found],
    )


def promises(connection: sqlite3.Connection, before: datetime) -> list[tuple[int, Promise]]:
    """Return the places of days that are over, of which the meter has not been asked, each with its number."""
    rows = connection.execute(
        "SELECT id, household, start, slots, wh, kept FROM game_place WHERE start < ?", (to_number(before),)
    )
    return [
        (id_, Promise(home, from_number(start), slots, wh, bool(kept))) for id_, home, start, slots, wh, kept in rows
    ]


def done_with(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Let go of places that are counted in their day."""
    connection.executemany("DELETE FROM game_place WHERE id = ?", [(number,) for number in numbers])


def note_place(connection: sqlite3.Connection, household: int, day: date, placed_wh: int, kept_wh: int) -> None:
    """Add what a place of a home held, and what of it ran there; each place is told once."""
    connection.execute(
        "INSERT INTO game_placed VALUES (?, ?, ?, ?) ON CONFLICT (household, day) DO UPDATE"
        " SET placed_wh = placed_wh + excluded.placed_wh, kept_wh = kept_wh + excluded.kept_wh",
        (household, day.toordinal(), placed_wh, kept_wh),
    )


def placed(connection: sqlite3.Connection, since: date, before: date) -> list[Placed]:
    """Return what places held, day by day."""
    rows = connection.execute(
        "SELECT household, day, placed_wh, kept_wh FROM game_placed WHERE day >= ? AND day < ?",
        (since.toordinal(), before.toordinal()),
    )
    return [Placed(household, date.fromordinal(day), held, kept) for household, day, held, kept in rows]


def booked(connection: sqlite3.Connection, since: datetime) -> dict[Key, Booked]:
    """Return what the ledger holds of each thing that was earned since an instant."""
    rows = connection.execute(
        "SELECT household, kind, ref, COUNT(*), SUM(amount) FROM point WHERE at >= ? GROUP BY 1, 2, 3",
        (int(since.timestamp()),),
    )
    return {Key(household, kind, ref): Booked(count, amount) for household, kind, ref, count, amount in rows}


def booked_under(connection: sqlite3.Connection, keys: Iterable[Key]) -> dict[Key, Booked]:
    """Return what the ledger holds of certain things."""
    found = {}
    for key in keys:
        rows, amount = connection.execute(
            "SELECT COUNT(*), COALESCE(SUM(amount), 0) FROM point WHERE household = ? AND kind = ? AND ref = ?",
            (key.household, key.kind, key.ref),
        ).fetchone()
        if rows:
            found[key] = Booked(rows, amount)
    return found


def book(connection: sqlite3.Connection, rows: Iterable[tuple[Row, datetime]], now: datetime) -> None:
    """Add rows to the ledger, each with the instant at which it was earned; nothing of whoever is forgotten by now."""
    connection.executemany(
        "INSERT INTO point (household, kind, ref, number, amount, at, booked) SELECT id, ?, ?, ?, ?, ?, ?"
        " FROM household WHERE id = ? AND NOT forgotten ON CONFLICT DO NOTHING",
        [
            (
                row.key.kind,
                row.key.ref,
                row.number,
                row.amount,
                int(at.timestamp()),
                int(now.timestamp()),
                row.key.household,
            )
            for row, at in rows
        ],
    )


def earned(connection: sqlite3.Connection, since: datetime, before: datetime | None = None) -> dict[int, int]:
    """Return the points that each home earned in a time."""
    rows = connection.execute(
        "SELECT household, SUM(amount) FROM point WHERE at >= ? AND (? IS NULL OR at < ?) GROUP BY household",
        (int(since.timestamp()), *[None if before is None else int(before.timestamp())] * 2),
    )
    return dict(rows.fetchall())


def counted(connection: sqlite3.Connection) -> dict[tuple[int, Kind], int]:
    """Return how many things of each kind a home ever earned points with."""
    rows = connection.execute(
        "SELECT household, kind, COUNT(*) FROM"
        " (SELECT household, kind, ref FROM point GROUP BY household, kind, ref HAVING SUM(amount) > 0)"
        " GROUP BY household, kind"
    )
    return {(household, kind): count for household, kind, count in rows}


def balance(connection: sqlite3.Connection, household: int) -> int:
    """Return what a home has to spend; less than nothing where a correction came after it had spent."""
    (points,) = connection.execute("SELECT SUM(amount) FROM point WHERE household = ?", (household,)).fetchone()
    (spent,) = connection.execute(
        "SELECT SUM(cost) FROM redemption WHERE household = ? AND state <> 'returned'", (household,)
    ).fetchone()
    return (points or 0) - (spent or 0)


def balances(connection: sqlite3.Connection) -> dict[int, int]:
    """Return what every home has to spend."""
    rows = connection.execute(
        "SELECT household, SUM(amount) FROM ("
        " SELECT household, amount FROM point"
        " UNION ALL SELECT household, -cost FROM redemption WHERE household IS NOT NULL AND state <> 'returned'"
        ") GROUP BY household"
    )
    return dict(rows.fetchall())


def ledger(connection: sqlite3.Connection, household: int) -> list[Entry]:
    """Return all rows of one home, the latest first."""
    rows = connection.execute(
        "SELECT at, kind, ref, number, amount FROM point WHERE household = ? ORDER BY at DESC, id DESC", (household,)
    )
    return [Entry(_instant(at), kind, ref, number, amount) for at, kind, ref, number, amount in rows]


def badges(connection: sqlite3.Connection) -> dict[int, dict[str, datetime]]:
    """Return the badges of every home, with the day on which each was earned."""
    found: dict[int, dict[str, datetime]] = {}
    for household, badge, at in connection.execute("SELECT household, badge, earned FROM badge ORDER BY earned, badge"):
        found.setdefault(household, {})[badge] = _instant(at)
    return found


def badges_of(connection: sqlite3.Connection, household: int) -> dict[str, datetime]:
    """Return the badges of one home, with the day on which each was earned."""
    rows = connection.execute(
        "SELECT badge, earned FROM badge WHERE household = ? ORDER BY earned, badge", (household,)
    )
    return {badge: _instant(at) for badge, at in rows}


def give_badges(connection: sqlite3.Connection, new: Iterable[tuple[int, str]], now: datetime) -> None:
    """Keep badges that were earned just now."""
    connection.executemany(
        "INSERT INTO badge VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(household, badge, int(now.timestamp())) for household, badge in new],
    )


def cheer(connection: sqlite3.Connection, news: Iterable[Cheer], now: datetime) -> set[int]:
    """Keep good news; return the homes for which any of it is new."""
    return {
        one.household
        for one in news
        if connection.execute(
            "INSERT INTO cheer (household, kind, ref, facts, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (one.household, one.kind, one.ref, json.dumps(one.facts), int(now.timestamp())),
        ).rowcount
    }


def cheers(connection: sqlite3.Connection, household: int, since: datetime) -> list[Told]:
    """Return the good news of a home since an instant, the latest first."""
    rows = connection.execute(
        "SELECT id, at, kind, facts FROM cheer WHERE household = ? AND at >= ? ORDER BY at DESC, id DESC",
        (household, int(since.timestamp())),
    )
    return [Told(id_, _instant(at), kind, json.loads(facts)) for id_, at, kind, facts in rows]


def level(connection: sqlite3.Connection) -> tuple[date, Level] | None:
    """Return the level of the community, and the day on which it was drawn."""
    row = connection.execute("SELECT day, number, points, next FROM level").fetchone()
    return None if row is None else (date.fromordinal(row[0]), Level(*row[1:]))


def set_level(connection: sqlite3.Connection, day: date, found: Level) -> None:
    """Keep the level of a day."""
    connection.execute(
        "INSERT OR REPLACE INTO level VALUES (1, ?, ?, ?, ?)", (day.toordinal(), found.number, found.points, found.next)
    )


def forget(connection: sqlite3.Connection, household: int) -> None:
    """Forget all that a household did in the game; what was handed over stays in the books without a name."""
    for table in OF_A_HOUSEHOLD:
        connection.execute(f"DELETE FROM {table} WHERE household = ?", (household,))  # noqa: S608 - our own table names
    connection.execute("UPDATE redemption SET household = NULL, request = NULL WHERE household = ?", (household,))


def let_go(connection: sqlite3.Connection, earliest: int, news_since: datetime) -> None:
    """Give up facts of slots that are not kept any more, and news that are none; the ledger stays."""
    connection.execute("DELETE FROM game_outcome WHERE start < ?", (earliest,))
    connection.execute("DELETE FROM game_entered WHERE start < ?", (earliest,))
    connection.execute("DELETE FROM game_placed WHERE day < ?", (from_number(earliest).date().toordinal(),))
    connection.execute("UPDATE cheer SET facts = '{}' WHERE at < ? AND facts <> '{}'", (int(news_since.timestamp()),))


def _written(one: Outcome) -> tuple[object, ...]:
    saved = one.saved
    figures: tuple[object, ...] = (
        (None, None, None, None, None, False)
        if saved is None
        else (saved.usual_wh, saved.saved_wh, saved.off_wh, saved.call, saved.complete, saved.raised)
    )
    return (one.household, one.event, to_number(one.start), one.slots, one.target, one.word, *figures)


def _outcome(row: tuple[Any, ...]) -> Outcome:
    household, event, start, slots, target, word, usual, saved, off, call, complete, raised = row
    found = None if usual is None else Saved(usual, saved, off, call, complete, bool(raised))
    return Outcome(household, event, from_number(start), slots, target, word, found)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
