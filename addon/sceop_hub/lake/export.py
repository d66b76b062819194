"""Export: the slots of a span in one file, for whoever wants to calculate elsewhere; `import` reads it again."""

import csv
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from ..core.blocks import wire_time
from ..core.slots import from_number, local_midnight, to_number
from ..domain.offsets import SLOTS_A_DAY
from ..domain.profile import Profile
from ..domain.refusal import Refusal
from ..durable import flush_folder
from ..processes import run
from ..settings import DEFAULT_COMMUNITY, machine_zone
from ..store import database, lake as books_of, profile
from ..store.readings import QUALITIES
from .files import LakeError
from .seal import Told, silent, tables

_LOGGER = logging.getLogger(__name__)

HEADER = ("household", "kind", "channel", "start", "wh", "quality", "received_at", "rev")
_QUALITY = {code: name for name, code in QUALITIES.items()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which slots, and how: days both included, None for the first or last that there is."""

    first: date | None
    last: date | None
    format: str
    household: str | None = None
    zone: ZoneInfo | None = None


def export(data: Path, out: Path, wanted: Wanted, told: Told = silent) -> int:
    """Write one file, whole or not at all; return how many slots it holds.

    Whoever is forgotten while it is written is not to be in it, so then it is written again.
    """
    if wanted.format not in ("csv", "parquet"):
        raise LakeError("Name a file that ends in .csv or .parquet, or say the format.")
    fresh = out.with_name(f".{out.name}.new")
    try:
        with closing(database.open_for_reading(data)) as books:
            while True:
                gone = books_of.forgotten(books)
                rows = _write(books, fresh, wanted, told)
                if books_of.forgotten(books) == gone and _put(fresh, out):
                    return rows
    finally:
        fresh.unlink(missing_ok=True)


def _write(books: sqlite3.Connection, fresh: Path, wanted: Wanted, told: Told) -> int:
    days = _days(books, wanted)
    if wanted.format == "csv":
        return _write_csv(books, fresh, days, wanted.household, told)
    from . import parquet  # noqa: PLC0415 - loads pyarrow, which a CSV file does not need

    parts = (
        part
        for number, (first, end) in enumerate(_parts(days))
        for part in _heard(tables(books, first, end, wanted.household), told, number, days)
    )
    return parquet.write(parts, parquet.READINGS, fresh)


def _put(fresh: Path, out: Path) -> bool:
    """Put a file that is written in its place; who forgets takes it away before, and then there is none."""
    try:
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(out)
    except FileNotFoundError:
        return False
    flush_folder(out.parent)
    return True


def _days(books: sqlite3.Connection, wanted: Wanted) -> range:
    """Return the slots of the days that are wanted, from the first up to but not including the last."""
    zone = wanted.zone or profile.load(books, Profile(name=DEFAULT_COMMUNITY, zone=machine_zone())).zone
    if wanted.first is not None and wanted.last is not None and wanted.first > wanted.last:
        raise LakeError(f"The first day, {wanted.first}, comes after the last, {wanted.last}.")
    if wanted.household is not None and not books_of.names(books, wanted.household):
        raise LakeError(f"This hub has no slots of a household {wanted.household!r}. Its page shows its id.")
    there = books_of.days_with_slots(books)
    first = there.start * SLOTS_A_DAY if wanted.first is None else _midnight(wanted.first, zone)
    end = there.stop * SLOTS_A_DAY if wanted.last is None else _midnight(wanted.last + timedelta(days=1), zone)
    return range(max(first, there.start * SLOTS_A_DAY), min(end, there.stop * SLOTS_A_DAY))


def _midnight(day: date, zone: ZoneInfo) -> int:
    return to_number(local_midnight(day, zone))


def _parts(slots: range) -> Iterator[tuple[int, int]]:
    """Cut a span into days, so that memory is bounded by one of them."""
    for first in range(slots.start, slots.stop, SLOTS_A_DAY):
        yield first, min(first + SLOTS_A_DAY, slots.stop)


def _heard[T](parts: Iterator[T], told: Told, number: int, slots: range) -> Iterator[T]:
    yield from parts
    told(number + 1, -(-len(slots) // SLOTS_A_DAY))


def _write_csv(books: sqlite3.Connection, to: Path, slots: range, household: str | None, told: Told) -> int:
    with to.open("w", encoding="utf-8", newline="") as out:
        return _rows(books, out, slots, household, told)


def _rows(books: sqlite3.Connection, out: TextIO, slots: range, household: str | None, told: Told) -> int:
    writer, written = csv.writer(out), 0
    writer.writerow(HEADER)
    names = books_of.names(books, household)
    for number, (first, end) in enumerate(_parts(slots)):
        for rows in _heard(books_of.slots(books, names, first, end), told, number, slots):
            writer.writerows(
                (*names[channel], _time(slot), wh, _QUALITY[quality], _time(slot + late + 1), rev)
                for channel, slot, wh, quality, late, rev in rows
            )
            written += len(rows)
    return written


def _time(slot: int) -> str:
    start: datetime = from_number(slot)
    return wire_time(start)


async def beside_export(data: Path, out: Path, first: date | None, last: date | None, format: str) -> None:  # noqa: A002 - what the flag is called
    """Write one file beside the server."""
    days = {"from": first, "to": last}
    said = [f"--{flag}={day}" for flag, day in days.items() if day is not None]
    ended = await run("export", str(out), "--data", str(data), f"--format={format}", "--gently", *said)
    if ended.code and ended.reason:
        raise Refusal("export", "The file could not be written: {why}", why=ended.reason)
    if ended.code:
        _LOGGER.error("A process for an export ended with %s: %s", ended.code, ended.complaint)
        raise Refusal("export", "The hub made a mistake; its log tells more.")
