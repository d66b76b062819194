"""The community's plan in the books: what households have open, what usually comes, and what places held."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from ..core.plan.wants import Need, RunOnce
from ..core.slots import from_number, to_number
from ..domain.forecast.kept import Figure
from ..domain.held import Held
from ..domain.plan.places import Asked, Lately, Request
from ..domain.publication import COMMUNITY
from ..domain.reservation import Reserved

ASKED_FOR = timedelta(days=8)
"""The last seven days tell what usually comes; one more, so that none of them is ever there in part."""

ONE_WISH = timedelta(hours=6)
"""Who asks again for what it had given back means the same wish; an appliance may have one name for all of its runs."""

MOST_WISHES = 100
"""Of one household in a day: more than any has, and few enough that nobody fills the week to come with room for air."""

HELD_FOR = timedelta(days=29)

_OF_A_NEED = ("wh", "min_w", "max_w", "interruptible")


def open_requests(connection: sqlite3.Connection) -> dict[int, tuple[Reserved, ...]]:
    """Return what each household that takes part has open."""
    rows = connection.execute(
        "SELECT household, plan_request.id, earliest, ready_by, want, running, start, wh, once, once_wh"
        " FROM plan_request JOIN household ON household.id = household WHERE state = 'active'"
        " ORDER BY household, plan_request.id"
    )
    return {
        household: tuple(_reserved(*one) for _, *one in some)
        for household, some in groupby(rows, key=lambda row: row[0])
    }


def keep(connection: sqlite3.Connection, household: int, reserved: Sequence[Reserved], now: datetime) -> bool:
    """Keep all that a household has open, in the place of what it had; tell whether it takes part at all.

    What it had not asked for before is noted as asked for in this slot.
    """
    known = {id_ for (id_,) in connection.execute("SELECT id FROM plan_request WHERE household = ?", (household,))}
    release(connection, household)
    active = connection.execute("SELECT 1 FROM household WHERE id = ? AND state = 'active'", (household,)).fetchone()
    if active is None:
        return False
    wanted = [(household, one.request.id, *_written(one.request)) for one in reserved]
    connection.executemany(
        "INSERT INTO plan_request (household, id, earliest, ready_by, want, running, start, wh, once, once_wh)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (*want, one.running, to_number(one.start), _list(one.wh), to_number(one.once), _list(one.once_wh))
            for want, one in zip(wanted, reserved, strict=True)
        ],
    )
    new = [want for want, one in zip(wanted, reserved, strict=True) if not one.running and one.request.id not in known]
    connection.executemany(
        "INSERT INTO plan_asked (household, id, earliest, ready_by, want, asked) SELECT ?1, ?2, ?3, ?4, ?5, ?6"
        " WHERE NOT EXISTS (SELECT 1 FROM plan_asked WHERE household = ?1 AND id = ?2 AND asked > ?7)"
        " AND (SELECT COUNT(*) FROM plan_asked WHERE household = ?1 AND asked > ?8) < ?9",
        [
            (*want, to_number(now), to_number(now - ONE_WISH), to_number(now - timedelta(days=1)), MOST_WISHES)
            for want in new
        ],
    )
    return True


def move(connection: sqlite3.Connection, moved: Mapping[int, Iterable[Reserved]]) -> None:
    """Keep the new places of what is still open."""
    connection.executemany(
        "UPDATE plan_request SET start = ?, wh = ? WHERE household = ? AND id = ?",
        [
            (to_number(one.start), _list(one.wh), household, one.request.id)
            for household, reserved in moved.items()
            for one in reserved
        ],
    )


def end(connection: sqlite3.Connection, ended: Mapping[int, Iterable[str]]) -> None:
    """Let go of what is over."""
    connection.executemany(
        "DELETE FROM plan_request WHERE household = ? AND id = ?",
        [(household, id_) for household, ids in ended.items() for id_ in ids],
    )


def release(connection: sqlite3.Connection, household: int) -> None:
    """Give back all that a household had open."""
    connection.execute("DELETE FROM plan_request WHERE household = ?", (household,))


def forget(connection: sqlite3.Connection, household: int) -> None:
    """Forget all that a household ever asked for."""
    release(connection, household)
    for table in ("plan_asked", "plan_lately"):
        connection.execute(f"DELETE FROM {table} WHERE household = ?", (household,))  # noqa: S608 - names from the line above


def asked_since(connection: sqlite3.Connection, since: datetime) -> list[Asked]:
    """Return what households that take part asked for from an instant on, in the order of time."""
    rows = connection.execute(
        "SELECT asked, household, plan_asked.id, earliest, ready_by, want FROM plan_asked"
        " JOIN household ON household.id = household WHERE state = 'active' AND asked >= ?"
        " ORDER BY asked, household, plan_asked.id",
        (to_number(since),),
    )
    return [Asked(household, from_number(asked), _read(*said)) for asked, household, *said in rows]


def of_household(connection: sqlite3.Connection, household: int) -> list[Asked]:
    """Return what one household asked for lately, in the order of time."""
    rows = connection.execute(
        "SELECT asked, id, earliest, ready_by, want FROM plan_asked WHERE household = ? ORDER BY asked, id",
        (household,),
    )
    return [Asked(household, from_number(asked), _read(*said)) for asked, *said in rows]


def open_of(connection: sqlite3.Connection, household: int) -> tuple[Reserved, ...]:
    """Return what one household has open, whether it takes part or not."""
    rows = connection.execute(
        "SELECT id, earliest, ready_by, want, running, start, wh, once, once_wh FROM plan_request WHERE household = ?"
        " ORDER BY id",
        (household,),
    )
    return tuple(_reserved(*row) for row in rows)


def hold(connection: sqlite3.Connection, held: Mapping[int, Held]) -> None:
    """Note what places held of slots that are over; what was noted stays."""
    connection.executemany(
        "INSERT OR IGNORE INTO plan_held (slot, wh, once_wh) VALUES (?, ?, ?)",
        [(slot, one.wh, one.once_wh) for slot, one in held.items()],
    )


def held(connection: sqlite3.Connection, first: int, end: int) -> dict[int, Held]:
    """Return what places held, slot by slot; a slot of which that could not be shown is not there."""
    rows = connection.execute("SELECT slot, wh, once_wh FROM plan_held WHERE slot >= ? AND slot < ?", (first, end))
    return {slot: Held(wh, once_wh) for slot, wh, once_wh in rows}


def fare(connection: sqlite3.Connection, lately: Mapping[int, Lately]) -> None:
    """Keep how households fared lately; of who was forgotten nothing is kept."""
    connection.executemany(
        "INSERT OR REPLACE INTO plan_lately (household, waited, kept) SELECT id, ?, ? FROM household"
        " WHERE id = ? AND NOT forgotten",
        [(one.waited, one.kept, household) for household, one in lately.items()],
    )


def lately(connection: sqlite3.Connection) -> dict[int, Lately]:
    """Return how households fared lately."""
    rows = connection.execute("SELECT household, waited, kept FROM plan_lately")
    return {household: Lately(waited, kept) for household, waited, kept in rows}


def thin(connection: sqlite3.Connection, now: datetime) -> None:
    """Let go of what nobody looks back on, and of what a clock that had gone wrong made of a time to come."""
    ahead = to_number(now)
    connection.execute("DELETE FROM plan_asked WHERE asked < ? OR asked > ?", (to_number(now - ASKED_FOR), ahead))
    connection.execute("DELETE FROM plan_held WHERE slot < ? OR slot > ?", (to_number(now - HELD_FOR), ahead))


def highest_wh(connection: sqlite3.Connection, figure: Figure, first: int) -> int | None:
    """Return the most that a published slot held from one on, of what the homes draw or use together."""
    of = "grid_import - COALESCE(grid_export, 0)" if figure == "net" else figure
    (highest,) = connection.execute(
        f"SELECT MAX({of}) FROM published WHERE circle = ? AND slot >= ?",  # noqa: S608 - our own column names
        (COMMUNITY, first),
    ).fetchone()
    return None if highest is None else int(highest)


def _written(want: Request) -> tuple[int, int, str]:
    how = (
        _list(want.wh)
        if isinstance(want, RunOnce)
        else json.dumps({name: getattr(want, name) for name in _OF_A_NEED}, separators=(",", ":"))
    )
    return int(want.earliest.timestamp()), int(want.ready_by.timestamp()), how


def _read(id_: str, earliest: int, ready_by: int, want: str) -> Request:
    how = json.loads(want)
    first, last = (datetime.fromtimestamp(edge, UTC) for edge in (earliest, ready_by))
    if isinstance(how, list):
        return RunOnce(id_, tuple(how), first, last)
    return Need(id_, **how, earliest=first, ready_by=last)


def _reserved(  # noqa: PLR0913, PLR0917 - a row of the table
    id_: str, earliest: int, ready_by: int, want: str, running: int, start: int, wh: str, once: int, once_wh: str
) -> Reserved:
    return Reserved(
        _read(id_, earliest, ready_by, want),
        bool(running),
        from_number(start),
        tuple(json.loads(wh)),
        from_number(once),
        tuple(json.loads(once_wh)),
    )


def _list(wh: Sequence[int]) -> str:
    return json.dumps(wh, separators=(",", ":"))
