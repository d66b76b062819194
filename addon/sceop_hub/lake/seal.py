"""Sealing: closed days are copied from the books to the lake, and written anew when late data touch them.

A day is one in UTC, so that every hub's files are cut alike. Memory is bounded by the channels that are read at a time.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ..core.slots import from_number, local_day, local_midnight, to_number
from ..domain.offsets import SLOTS_A_DAY, first_day, month_of as month_of_day
from ..gentle import gently
from ..store import database, lake as books_of, retention
from . import files
from .files import Files

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped] # it ships no types

DAYS_AT_ONCE = 20
"""Written between two writings of the checksums."""

type Told = Callable[[int, int], None]
"""Hears how many parts of the work are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was written."""

    days: int
    slots: int
    months: int
    removed: int
    forgotten: int


def silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def seal(data: Path, now: datetime, told: Told = silent) -> Sealed:
    """Bring the lake to what the books hold of all days before today."""
    with files.held(data) as lake, _books(data) as (reading, writing):
        forgotten = _forget(lake, writing)
        today = to_number(now) // SLOTS_A_DAY
        kept = retention.kept_from(reading)
        if lake.is_new:
            _mark_all(lake, reading, writing, kept // SLOTS_A_DAY)
        _mark_broken(lake, writing, kept // SLOTS_A_DAY, today)
        due = books_of.due(reading, today)
        written = slots = 0
        for some in batched(due, DAYS_AT_ONCE, strict=False):
            for day in some:
                started = time.monotonic()
                slots += _write_day(lake, reading, day.utc_day, kept)
                written += 1
                told(written, len(due))
                gently(time.monotonic() - started)
            lake.save()
            books_of.sealed(writing, some, _months(some))
        removed = _remove_old(lake, kept // SLOTS_A_DAY)
        months = _write_months(lake, reading, writing)
        _write_members(lake, reading)
        lake.save()
        return Sealed(written, slots, months, removed, forgotten)


def rebuild(data: Path, now: datetime, told: Told = silent) -> Sealed:
    """Make the whole lake anew out of the books; what is there stays readable until its turn."""
    with files.held(data) as lake:
        lake.disown()
    return seal(data, now, told)


def _mark_all(lake: Files, reading: sqlite3.Connection, writing: sqlite3.Connection, kept: int) -> None:
    """Have everything written anew, because there is no lake yet, or it is not one of these books."""
    days = books_of.days_with_slots(reading)
    listed = {day for name in lake.there(files.READINGS) if (day := files.day_of(name)) is not None}
    months = {month for name in lake.there(files.TOTALS) if (month := files.month_of(name)) is not None}
    if days:
        first, last = (from_number(day * SLOTS_A_DAY).date() for day in (days.start - 1, days.stop))
        months |= _months_between(first, last)
    books_of.mark_days(writing, {*range(max(days.start, kept), days.stop), *listed})
    books_of.mark_months(writing, months)


def _write_day(lake: Files, reading: sqlite3.Connection, utc_day: int, kept: int) -> int:
    from . import parquet  # noqa: PLC0415 - loads pyarrow; a night without work does not need it

    first = utc_day * SLOTS_A_DAY
    with books_of.one_moment(reading):
        rows = tables(reading, max(first, kept), first + SLOTS_A_DAY)
        return lake.put(files.day_file(utc_day), rows, parquet.READINGS)


def tables(reading: sqlite3.Connection, first: int, end: int, household: str | None = None) -> Iterator[pa.Table]:
    """Return the slots of a span as tables, with the names by which the world outside knows their channels."""
    from . import parquet  # noqa: PLC0415 - as above

    names = books_of.names(reading, household)
    for rows in books_of.slots(reading, names, first, end):
        yield parquet.readings(
            [(*names[channel], slot, wh, quality, late, rev) for channel, slot, wh, quality, late, rev in rows]
        )


def _forget(lake: Files, writing: sqlite3.Connection) -> int:
    """Write every file anew that holds somebody who is to be forgotten."""
    gone = books_of.forgetting(writing)
    if not gone:
        return 0
    from . import parquet  # noqa: PLC0415 - as above

    for table, schema in ((files.READINGS, parquet.READINGS), (files.TOTALS, parquet.TOTALS)):
        for name in lake.there(table):
            path = lake.folder / name
            if not any(parquet.holds(path, household) for household in gone):
                continue
            if lake.sound(name):
                lake.put(name, parquet.without(path, gone), schema)
            else:
                lake.remove(name)  # what can not be read is made of the books again
                mark_anew(writing, [name])
    _write_members(lake, writing)
    lake.save()
    books_of.forgot(writing, gone)
    return len(gone)


def _mark_broken(lake: Files, writing: sqlite3.Connection, kept: int, today: int) -> None:
    """Have files written anew that are listed and not there, or there and cut off, or not listed."""
    wanted = range(kept, today)
    broken = []
    for name in {*lake.sums, *lake.there(files.READINGS), *lake.there(files.TOTALS)}:
        whole, day = lake.whole(name), files.day_of(name)
        if whole and name in lake.sums:
            continue
        if day is None or day in wanted:
            broken.append(name)
        if not whole or (day is not None and day not in wanted):
            lake.remove(name)
    mark_anew(writing, broken)


def mark_anew(writing: sqlite3.Connection, names: Iterable[str]) -> None:
    """Have files written anew."""
    some = list(names)
    books_of.mark_days(writing, [day for name in some if (day := files.day_of(name)) is not None])
    books_of.mark_months(writing, [month for name in some if (month := files.month_of(name)) is not None])


def _remove_old(lake: Files, kept: int) -> int:
    """Remove the days that the books gave up."""
    old = [name for name in lake.there(files.READINGS) if (day := files.day_of(name)) is not None and day < kept]
    for name in old:
        lake.remove(name)
    return len(old)


def _write_months(lake: Files, reading: sqlite3.Connection, writing: sqlite3.Connection) -> int:
    """Write the daily totals of months whose roll-ups hold all that there is; the others wait for the next night."""
    zone = books_of.cut_in(reading)
    if zone is None:
        return 0
    from . import parquet  # noqa: PLC0415 - as above

    cut_otherwise = [
        month
        for name in lake.there(files.TOTALS)
        if (month := files.month_of(name)) is not None
        and parquet.metadata(lake.folder / name).get("time_zone") != zone.key
    ]
    books_of.mark_months(writing, cut_otherwise)
    written = 0
    for month in books_of.due_months(reading):
        days = date.fromordinal(first_day(month)), date.fromordinal(first_day(month + 1))
        edges = [to_number(local_midnight(day, zone)) // SLOTS_A_DAY for day in days]
        with books_of.one_moment(reading):
            if not books_of.rolled_up(reading, edges[0], edges[1] + 1):
                continue
            schema = parquet.TOTALS.with_metadata({"time_zone": zone.key})
            lake.put(files.month_file(month), _totals(reading, *days, zone), schema)
        lake.save()
        books_of.month_done(writing, month)
        written += 1
    return written


def _totals(reading: sqlite3.Connection, first: date, end: date, zone: ZoneInfo) -> Iterator[pa.Table]:
    from . import parquet  # noqa: PLC0415 - as above

    names = books_of.names(reading)
    days = [date.fromordinal(day) for day in range(first.toordinal(), end.toordinal())]
    whole = {day.toordinal(): len(local_day(day, zone)) for day in days}
    for rows in books_of.totals(reading, names, first.toordinal(), end.toordinal()):
        yield parquet.table(
            (
                names[channel]._asdict()
                | {"day": date.fromordinal(day), "wh": wh, "slots": slots, "slots_of_day": whole[day]}
                for channel, day, wh, slots in rows
            ),
            parquet.TOTALS.with_metadata({"time_zone": zone.key}),
        )


def _write_members(lake: Files, reading: sqlite3.Connection) -> None:
    from . import parquet  # noqa: PLC0415 - as above

    everyone = books_of.members(reading)
    lake.put(files.members_file(), [parquet.table(everyone, parquet.MEMBERS)], parquet.MEMBERS)


def _months(days: Sequence[books_of.Due]) -> set[int]:
    """Return the months in which people anywhere live through some days in UTC."""
    months: set[int] = set()
    for due in days:
        day = from_number(due.utc_day * SLOTS_A_DAY).date()
        months |= _months_between(day - timedelta(days=1), day + timedelta(days=1))
    return months


def _months_between(first: date, last: date) -> set[int]:
    return set(range(month_of_day(first.toordinal()), month_of_day(last.toordinal()) + 1))


class _books:  # noqa: N801 - used like a function
    """The books for reading as they were at one moment, and for the marks."""

    def __init__(self, data: Path) -> None:
        self._writing = database.open_for_writing(data)
        self._reading = database.open_for_reading(data)

    def __enter__(self) -> tuple[sqlite3.Connection, sqlite3.Connection]:
        return self._reading, self._writing

    def __exit__(self, *_: object) -> None:
        self._reading.close()
        self._writing.close()
