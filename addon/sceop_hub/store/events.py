"""Peak events in the books: how far each has come, who answered what, and what was saved."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ..core.slots import from_number, to_number
from ..domain.event.event import Answer, Counts, Event
from ..domain.event.savings import Savings, Sum
from ..domain.privacy import Home

AROUND = timedelta(days=15)
"""Events so near to now are looked at: those of the days that share a week with one to come are among them."""

AUDIT_KEPT = timedelta(days=92)
"""How long the arithmetic of an event is kept; its figures are kept as long as slots."""

PROPOSALS_KEPT = timedelta(days=35)
"""How long is kept what was proposed and came to nothing."""

_FIELDS = (
    "public_id, start, end, state, severity, target_percent, origin, text, made, approved, announced, closed, power_w,"
    " limit_w, probability, revision, final"
)
_OPEN = "state IN ('proposed', 'announced', 'running', 'over') OR (state = 'settled' AND NOT final)"
_FIGURES = "call, why, low_wh, mid_wh, high_wh, baseline_wh, actual_wh, spread_wh"

_SAVE = f"""
INSERT INTO event ({_FIELDS}) VALUES ({", ".join(["?"] * 17)})
ON CONFLICT (public_id) DO UPDATE SET
    start = excluded.start, end = excluded.end, state = excluded.state, severity = excluded.severity,
    target_percent = excluded.target_percent, text = excluded.text, approved = excluded.approved,
    announced = excluded.announced, closed = excluded.closed, power_w = excluded.power_w, limit_w = excluded.limit_w,
    probability = excluded.probability, revision = excluded.revision, final = excluded.final
"""  # noqa: S608 - put together from our own words


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as one household knows it: with its own answer, and what it saved itself."""

    event: Event
    answer: Answer | None
    savings: Savings | None
    joined: int
    """How many said yes, which nobody is told of so few."""


def around(connection: sqlite3.Connection, now: datetime) -> list[Event]:
    """Return the events of the weeks around now, and those of before that are not done yet, in the order of time."""
    first, last = to_number(now - AROUND), to_number(now + AROUND)
    return _events(connection, f"WHERE start BETWEEN ? AND ? OR {_OPEN}", first, last)


def since(connection: sqlite3.Connection, start: datetime) -> list[Event]:
    """Return the events that end after an instant, in the order of time."""
    return _events(connection, "WHERE end > ?", to_number(start))


def find(connection: sqlite3.Connection, public_id: str) -> Event | None:
    """Return an event, or None where there is none."""
    found = _events(connection, "WHERE public_id = ?", public_id)
    return found[0] if found else None


def save(connection: sqlite3.Connection, events: Iterable[Event]) -> None:
    """Keep events as they are now."""
    connection.executemany(_SAVE, map(_row, events))


def answer(connection: sqlite3.Connection, public_id: str, household: int, said: Answer) -> bool:
    """Keep what a household answered; said again it changes nothing. Tell whether it is new."""
    done = connection.execute(
        "INSERT INTO event_answer (event, household, choice, by, at)"
        " SELECT id, ?, ?, ?, ? FROM event WHERE public_id = ? ON CONFLICT (event, household) DO UPDATE"
        " SET choice = excluded.choice, by = excluded.by, at = excluded.at WHERE choice <> excluded.choice",
        (household, said.choice, said.by, int(said.at.timestamp()), public_id),
    )
    return done.rowcount > 0


def answers(connection: sqlite3.Connection, public_id: str) -> dict[Home, Answer]:
    """Return what those who take part answered to an event."""
    rows = connection.execute(
        "SELECT household, choice, event_answer.by, at FROM event_answer JOIN event ON event.id = event"
        " JOIN household ON household.id = household AND household.state = 'active' WHERE event.public_id = ?",
        (public_id,),
    )
    return {household: Answer(choice, by, _instant(at)) for household, choice, by, at in rows}


def counts(connection: sqlite3.Connection, since: datetime) -> dict[str, Counts]:
    """Return how many of those who take part said yes and no to each event that ends after an instant."""
    rows = connection.execute(
        "SELECT event.public_id, SUM(choice = 'yes'), SUM(choice = 'no') FROM event_answer"
        " JOIN event ON event.id = event"
        " JOIN household ON household.id = household AND household.state = 'active' WHERE end > ? GROUP BY event",
        (to_number(since),),
    )
    return {public_id: Counts(yes, no) for public_id, yes, no in rows}


def who_joined(connection: sqlite3.Connection, public_id: str) -> frozenset[int]:
    """Return the households that said yes and take part."""
    return frozenset(home for home, said in answers(connection, public_id).items() if said.choice == "yes")


def lived_through(connection: sqlite3.Connection, first: int, before: int) -> dict[Home, list[tuple[int, int]]]:
    """Return the slots of the events before a slot that each household joined; one called off in time was none."""
    found: dict[Home, list[tuple[int, int]]] = {}
    for household, start, end in connection.execute(
        "SELECT household, start, end FROM event_answer JOIN event ON event.id = event WHERE choice = 'yes'"
        " AND end > ? AND start < ? AND announced IS NOT NULL AND (state <> 'cancelled' OR closed / 900 >= start)",
        (first, before),
    ):
        found.setdefault(household, []).append((start, end))
    return found


def seen_by(connection: sqlite3.Connection, household: int, since: datetime) -> list[Seen]:
    """Return the events that members know of, as one household knows them, in the order of time."""
    found = [event for event in _events(connection, "WHERE end > ?", to_number(since)) if event.known]
    mine = {
        public_id: Answer(choice, by, _instant(at))
        for public_id, choice, by, at in connection.execute(
            "SELECT public_id, choice, event_answer.by, at FROM event_answer JOIN event ON event.id = event"
            " WHERE household = ?",
            (household,),
        )
    }
    many = counts(connection, since)
    return [
        Seen(
            event,
            mine.get(event.id),
            savings_of(connection, event.id, household) if event.revision else None,
            many.get(event.id, Counts()).yes,
        )
        for event in found
    ]


def keep_savings(
    connection: sqlite3.Connection,
    event: Event,
    homes: Mapping[Home, Savings],
    together: Sum,
    counted: Iterable[Home],
    at: datetime,
) -> None:
    """Keep what was reckoned, as the event's own revision; who was forgotten meanwhile is left out."""
    (id_,) = connection.execute("SELECT id FROM event WHERE public_id = ?", (event.id,)).fetchone()
    there = {home for (home,) in connection.execute("SELECT id FROM household WHERE NOT forgotten")}
    counted = set(counted)
    connection.executemany(
        f"INSERT OR REPLACE INTO event_savings (event, household, revision, at, {_FIGURES}, raised, counted, audit)"  # noqa: S608 - our own column names
        f" VALUES ({', '.join(['?'] * 15)})",
        [
            (
                id_,
                home,
                event.revision,
                int(at.timestamp()),
                *_figures(found),
                found.raised,
                home in counted,
                json.dumps(found.audit),
            )
            for home, found in homes.items()
            if home in there
        ],
    )
    found = together.savings
    connection.execute(
        f"INSERT OR REPLACE INTO event_sum (event, revision, at, homes, unless, {_FIGURES}, audit)"  # noqa: S608 - our own column names
        f" VALUES ({', '.join(['?'] * 14)})",
        (
            id_,
            event.revision,
            int(at.timestamp()),
            together.homes,
            together.why,
            *(_figures(found) if found is not None else [None] * 8),
            None if found is None else json.dumps(found.audit),
        ),
    )


def savings_of(connection: sqlite3.Connection, public_id: str, household: int) -> Savings | None:
    """Return what a household saved, as it was last reckoned; None where it was not."""
    row = connection.execute(
        f"SELECT {_FIGURES}, raised, audit FROM event_savings JOIN event ON event.id = event AND public_id = ?"  # noqa: S608 - our own column names
        " WHERE household = ? ORDER BY event_savings.revision DESC LIMIT 1",
        (public_id, household),
    ).fetchone()
    return None if row is None else _savings(row)


def all_savings(connection: sqlite3.Connection, public_id: str) -> dict[Home, Savings]:
    """Return what each home saved, as it was last reckoned, without the arithmetic."""
    rows = connection.execute(
        f"SELECT household, {_FIGURES}, raised, NULL FROM event_savings"  # noqa: S608 - our own column names
        " JOIN event ON event.id = event AND public_id = ? WHERE event_savings.revision = event.revision",
        (public_id,),
    )
    return {home: _savings(rest) for home, *rest in rows}


def sum_of(connection: sqlite3.Connection, public_id: str) -> Sum | None:
    """Return what homes saved together, as it was last reckoned; None before that."""
    row = connection.execute(
        f"SELECT {_FIGURES}, NULL, audit, homes, unless FROM event_sum"  # noqa: S608 - our own column names
        " JOIN event ON event.id = event AND public_id = ? ORDER BY event_sum.revision DESC LIMIT 1",
        (public_id,),
    ).fetchone()
    if row is None:
        return None
    *figures, homes, why = row
    return Sum(homes, None if figures[0] is None else _savings(figures), why)


def reckoned_at(connection: sqlite3.Connection, public_id: str) -> datetime:
    """Return when the savings of an event were reckoned last."""
    (at,) = connection.execute(
        "SELECT MAX(at) FROM event_sum JOIN event ON event.id = event AND public_id = ?", (public_id,)
    ).fetchone()
    return _instant(at or 0)


def counted(connection: sqlite3.Connection, public_id: str) -> dict[Home, int | None]:
    """Return what each home used that stands behind the sum that is told of an event."""
    rows = connection.execute(
        "SELECT household, actual_wh FROM event_savings JOIN event ON event.id = event AND public_id = ?"
        " WHERE counted AND event_savings.revision = event.revision",
        (public_id,),
    )
    return dict(rows.fetchall())


def missing_slots(connection: sqlite3.Connection, homes: Iterable[Home], event: Event) -> int:
    """Return how many slots of the event are not there yet of homes that joined, by their grid meters."""
    wanted = set(homes)
    (there,) = connection.execute(
        "SELECT COUNT(*) FROM reading JOIN channel ON channel.id = reading.channel AND channel.name = 'grid_import'"
        " WHERE slot >= ? AND slot < ? AND channel.household IN (SELECT value FROM json_each(?))",
        (to_number(event.start), to_number(event.end), json.dumps(sorted(wanted))),
    ).fetchone()
    return len(wanted) * len(event.span) - int(there)


def forget(connection: sqlite3.Connection, household: int) -> None:
    """Let go of what a household answered and saved; sums that were told stay as they were."""
    connection.execute("DELETE FROM event_answer WHERE household = ?", (household,))
    connection.execute("DELETE FROM event_savings WHERE household = ?", (household,))


def let_go(connection: sqlite3.Connection, now: datetime, kept_from: int) -> None:
    """Let go of events of which no slot is kept any more, of old arithmetic, and of what came to nothing long ago."""
    connection.execute("DELETE FROM event WHERE end <= ?", (kept_from,))
    connection.execute("DELETE FROM event WHERE announced IS NULL AND end < ?", (to_number(now - PROPOSALS_KEPT),))
    old = (to_number(now - AUDIT_KEPT),)
    these = "event IN (SELECT id FROM event WHERE end < ?) AND audit IS NOT NULL"
    connection.execute(f"UPDATE event_savings SET audit = NULL WHERE {these}", old)  # noqa: S608 - our own words
    connection.execute(f"UPDATE event_sum SET audit = NULL WHERE {these}", old)  # noqa: S608 - as above


def of_household(
    connection: sqlite3.Connection, household: int, after: int, most: int
) -> list[tuple[int, Event, Answer, Savings | None]]:
    """Return what a household answered and saved, event by event, each with the number of its row."""
    rows = connection.execute(
        "SELECT event.id, public_id, choice, event_answer.by, at FROM event_answer JOIN event ON event.id = event"
        " WHERE household = ? AND event.id > ? ORDER BY event.id LIMIT ?",
        (household, after, most),
    ).fetchall()
    return [
        (id_, event, Answer(choice, by, _instant(at)), savings_of(connection, public_id, household))
        for id_, public_id, choice, by, at in rows
        if (event := find(connection, public_id)) is not None
    ]


def _events(connection: sqlite3.Connection, which: str, *given: int | str) -> list[Event]:
    rows = connection.execute(f"SELECT {_FIELDS} FROM event {which} ORDER BY start, id", given)  # noqa: S608 - our own words
    return [_event(row) for row in rows]


def _event(row: tuple[Any, ...]) -> Event:
    id_, start, end, state, severity, target, origin, text, made, approved, announced, closed, *rest = row
    power_w, limit_w, probability, revision, final = rest
    return Event(
        id=id_,
        start=from_number(start),
        end=from_number(end),
        state=state,
        severity=severity,
        target_percent=target,
        origin=origin,
        text=text,
        made=_instant(made),
        approved=bool(approved),
        announced=None if announced is None else _instant(announced),
        closed=None if closed is None else _instant(closed),
        power_w=power_w,
        limit_w=limit_w,
        probability=probability,
        revision=revision,
        final=bool(final),
    )


def _row(event: Event) -> tuple[object, ...]:
    return (
        event.id,
        to_number(event.start),
        to_number(event.end),
        event.state,
        event.severity,
        event.target_percent,
        event.origin,
        event.text,
        int(event.made.timestamp()),
        event.approved,
        None if event.announced is None else int(event.announced.timestamp()),
        None if event.closed is None else int(event.closed.timestamp()),
        event.power_w,
        event.limit_w,
        event.probability,
        event.revision,
        event.final,
    )


def _figures(found: Savings) -> tuple[object, ...]:
    return (
        found.call,
        found.why,
        found.low_wh,
        found.mid_wh,
        found.high_wh,
        found.baseline_wh,
        found.actual_wh,
        found.spread_wh,
    )


def _savings(row: Iterable[Any]) -> Savings:
    call, why, low, mid, high, baseline, actual, spread, raised, audit = row
    arithmetic = {} if audit is None else json.loads(audit)
    return Savings(call, low, mid, high, baseline, actual, why, spread, raised, arithmetic)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
