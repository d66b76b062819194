"""The commands `lake` and `export`, for those who have a shell and for the hub's own nights."""

import argparse
import json
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

from .. import settings
from ..gentle import be_gentle
from ..progress import Progress
from ..store import database
from . import files

FAILED = 2


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both to the command line."""
    lake = commands.add_parser("lake", help="copy closed days to Parquet files, check them, or make them anew")
    works = lake.add_subparsers(required=True, metavar="seal|rebuild|check")
    for name, run, help_ in (
        ("seal", seal, "write the days that closed or changed since the last time"),
        ("rebuild", rebuild, "make all files anew"),
        ("check", check, "compare all files with their checksums, and write damaged ones anew"),
    ):
        work = works.add_parser(name, help=help_)
        work.add_argument("--data", help="the hub's data folder")
        work.add_argument("--now", type=_instant, help=argparse.SUPPRESS)
        work.add_argument("--gently", action="store_true", help="take only the time that others leave")
        work.set_defaults(run=run)

    exporting = commands.add_parser("export", help="write the slots of all households into one file")
    exporting.add_argument("out", type=Path, metavar="OUT", help="a file that ends in .csv or .parquet")
    exporting.add_argument("--data", help="the hub's data folder")
    exporting.add_argument("--from", dest="first", type=_day, metavar="DAY", help="the first day, such as 2026-11-01")
    exporting.add_argument("--to", dest="last", type=_day, metavar="DAY", help="the last day")
    exporting.add_argument("--format", choices=("csv", "parquet"), help="else the file's name tells")
    exporting.add_argument("--household", metavar="ID", help="one household alone, by its id")
    exporting.add_argument("--time-zone", help="where days begin and end, if not where the community lives")
    exporting.add_argument("--gently", action="store_true", help="take only the time that others leave")
    exporting.set_defaults(run=export)


def seal(flags: argparse.Namespace) -> int:
    """Write what is due."""
    from .seal import seal as run  # noqa: PLC0415 - other commands start faster without it

    return _work(flags, lambda data, now, told: _say(**asdict(run(data, now, told))))


def rebuild(flags: argparse.Namespace) -> int:
    """Make the lake anew."""
    from .seal import rebuild as run  # noqa: PLC0415 - as above

    return _work(flags, lambda data, now, told: _say(**asdict(run(data, now, told))))


def check(flags: argparse.Namespace) -> int:
    """Check every file, and mend what is broken."""
    from .check import check as compare, mend  # noqa: PLC0415 - as above

    def run(data: Path, now: datetime, told: Callable[[int, int], None]) -> int:
        found = compare(data / files.FOLDER)
        for damage in found:
            sys.stdout.write(f"{damage.kind}: {damage.path}\n")
        if found:
            mend(data, found, now, told)
            sys.stderr.write(f"{len(found)} file(s) were damaged, and are made anew out of the books.\n")
        return 1 if found else 0

    return _work(flags, run)


def export(flags: argparse.Namespace) -> int:
    """Write one file."""
    from .export import Wanted, export as run  # noqa: PLC0415 - as above

    def write(data: Path, _now: datetime, told: Callable[[int, int], None]) -> int:
        kind = flags.format or flags.out.suffix.removeprefix(".")
        rows = run(data, flags.out, Wanted(flags.first, flags.last, kind, flags.household, told_zone), told)
        sys.stderr.write(f"{rows:,} slots were written to {flags.out}.\n")
        return 0

    told_zone = settings.load(vars(flags)).zone
    return _work(flags, write)


def _work(flags: argparse.Namespace, work: Callable[[Path, datetime, Callable[[int, int], None]], int]) -> int:
    told = settings.load(vars(flags))
    if not (told.data / database.FILE).exists():
        return _failed(f"No hub keeps its data in {told.data}. Name the folder that `sceop-hub serve` was given.")
    if flags.gently:
        be_gentle()
    progress = Progress("Days done", 0, sys.stderr)

    def tell(done: int, total: int) -> None:
        progress.total, progress.done = total, done - 1
        progress.advance()

    try:
        return work(told.data, getattr(flags, "now", None) or datetime.now(UTC), tell)
    except files.LakeError as error:
        return _failed(str(error))
    except (sqlite3.Error, OSError) as error:
        return _failed(f"The data in {told.data} can not be used: {error}")


def _say(**what: int) -> int:
    sys.stdout.write(json.dumps(what) + "\n")
    return 0


def _failed(sentence: str) -> int:
    sys.stderr.write(f"sceop-hub: {sentence}\n")
    return FAILED


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no day such as 2026-11-01") from error


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
