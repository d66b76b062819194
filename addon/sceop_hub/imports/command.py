"""The command `import`, for those who have a shell, and for the pages, which run it beside the server."""

import argparse
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from .. import settings
from ..core.channels import FLOWS
from ..domain.profile import Profile
from ..domain.readings import Receipt
from ..domain.refusal import Refusal
from ..gentle import be_gentle_in_thread
from ..progress import Progress
from ..store import database, profile
from ..words import speaker
from .apply import Job, apply, digest_of, refuse_who_speaks, too_old, whose, zone_for
from .hints import UNITS, Hints, Target, refused
from .report import Report, lines, report_of
from .understand import understand

FAILED = 2
BREATHS = 3
SHORTEST_BREATH_S, LONGEST_BREATH_S = 0.01, 0.5
"""Between two bites: whoever waits for the books looks for a gap only now and then, and so needs wide ones."""

BUSY_SECONDS = 60
"""An import waits longer for its turn than a household would."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add it to the command line."""
    importing = commands.add_parser("import", help="take in CSV, Green Button or Parquet files, beside a running hub")
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE")
    importing.add_argument("--data", help="the hub's data folder")
    importing.add_argument("--household", metavar="ID", help="for whom: the id or name of a household")
    importing.add_argument("--as-new", metavar="NAME", help="for a new household without Home Assistant, of this name")
    importing.add_argument("--zone", help="the time zone of times that name none (the household's)")
    importing.add_argument("--unit", help=f"one of {', '.join(UNITS[:4])} …, W, kW")
    importing.add_argument(
        "--channel", metavar="C", help=f"{', '.join(FLOWS)}, load.<name>; or 'column=channel, column=channel'"
    )
    importing.add_argument("--values", help="energy of each interval, counter (what the meter showed), or power")
    importing.add_argument("--dates", help="day-first or month-first")
    importing.add_argument("--labels", help="whether times name the start or the end of their interval")
    importing.add_argument("--decimal", help="the decimal mark, . or ,")
    importing.add_argument("--dry-run", action="store_true", help="say what is understood, and take nothing in")
    importing.add_argument("--json", action="store_true", help="speak to programs")
    importing.add_argument("--named", help=argparse.SUPPRESS)
    importing.add_argument("--by", default="command", help=argparse.SUPPRESS)
    importing.add_argument("--by-hand-only", action="store_true", help=argparse.SUPPRESS)
    importing.add_argument("--now", type=_instant, help=argparse.SUPPRESS)
    importing.add_argument("--gently", action="store_true", help="take only the time that others leave")
    importing.set_defaults(run=run)


def run(flags: argparse.Namespace) -> int:
    """Take files in one after the other; the first that can not be taken ends it."""
    told = settings.load(vars(flags))
    try:
        hints = Hints.of(vars(flags))
        target = Target(flags.household, flags.as_new)
        for file in flags.files:
            _one(flags, told, file, hints, target)
    except Refusal as refusal:
        if flags.json:
            _tell(refused=refusal.saying)
        else:
            sys.stderr.write(f"sceop-hub: {refusal.sentence}\n")
        return FAILED
    return 0


def _one(flags: argparse.Namespace, told: settings.Settings, file: Path, hints: Hints, target: Target) -> None:
    now, name = flags.now or datetime.now(UTC), flags.named or file.name
    content = _content(file, name)
    with _books(told.data) as (reading, writing):
        default = Profile(name=settings.DEFAULT_COMMUNITY, zone=told.zone or settings.machine_zone())
        zone = zone_for(reading, target, told.zone or profile.load(reading, default).zone)
        with ThreadPoolExecutor(1, initializer=be_gentle_in_thread if flags.gently else None) as reader:
            understood = reader.submit(understand, content, hints, zone, now).result()
        whom = whose(reading, understood, target)
        if flags.by_hand_only:
            refuse_who_speaks(reading, understood, target)
        if old := too_old(reading, understood):
            understood.found.note("too_old", slots=old)
        report = report_of(understood, name, whom, zone)
        if flags.dry_run:
            return _tell(report=report) if flags.json else _print(report)
        if not flags.json:
            _print(report)
        job = Job(understood, digest_of(content, hints, target), target, zone, flags.by, now)
        _apply(flags, reading, writing, job, name)
    return None


def _apply(
    flags: argparse.Namespace, reading: sqlite3.Connection, writing: sqlite3.Connection, job: Job, name: str
) -> None:
    bar = Progress(name, 0, sys.stderr)

    def heard(done: int, total: int) -> None:
        if flags.json:
            _tell(progress=(done, total))
        elif done:
            bar.total, bar.done = total, done - 1
            bar.advance()

    outcome = apply(reading, _writer(writing), job, heard)
    if flags.json:
        _tell(outcome=outcome)
    else:
        sys.stdout.write(f"{outcome.stored:,} slots are new or corrected, {outcome.unchanged:,} were there already.\n")


def _writer(connection: sqlite3.Connection) -> Callable[[Callable[[sqlite3.Connection], Receipt]], Receipt]:
    """Return what makes a change of its own transaction, and then rests, for the hub writes too."""

    def write(change: Callable[[sqlite3.Connection], Receipt]) -> Receipt:
        started = time.monotonic()
        connection.execute("BEGIN IMMEDIATE")
        try:
            receipt = change(connection)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        rest = BREATHS * (time.monotonic() - started)
        time.sleep(min(max(rest, SHORTEST_BREATH_S), LONGEST_BREATH_S))
        return receipt

    return write


@contextmanager
def _books(data: Path) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    if not (data / database.FILE).exists():
        raise refused("No hub keeps its data in {data}. Name the folder that `sceop-hub serve` was given.", data=data)
    try:
        with closing(database.open_for_writing(data)) as writing, closing(database.open_for_reading(data)) as reading:
            writing.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
            yield reading, writing
    except sqlite3.Error as error:
        raise refused(
            "The data in {data} can not be used: {why}. What was taken in until now stays.", data=data, why=error
        ) from error


def _content(file: Path, name: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise refused("{name} can not be read: {why}.", name=name, why=error.strerror) from error


def _print(report: Report) -> None:
    say = speaker("en")
    sentences = [say(f"imports.note.{note.code}", **note.given) for note in report.notes]
    sentences += [say(f"imports.refused.{row.code}", line=row.line, **row.given) for row in report.refused]
    for line in lines(report, sentences):
        sys.stdout.write(f"{line}\n")


def _tell(**what: object) -> None:
    sys.stdout.write(msgspec.json.encode(what).decode() + "\n")
    sys.stdout.flush()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
