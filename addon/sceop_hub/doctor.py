"""The doctor: looks at everything that a hub needs to live, and says what to do where something is wrong."""

import argparse
import http.client
import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from . import listening, processes, settings, tls
from .backup import folder as backups
from .core.wire import CLOCK_TOLERANCE, HUB_NAME
from .domain.findings import Finding, Verdict
from .domain.refusal import Refusal
from .gentle import be_gentle
from .lake import check as lake, files
from .listening import Listening
from .settings import Settings
from .store import database
from .store.holdings import newest
from .values import SettingsError

MEGABYTE = 2**20
LEAST_FREE = 100 * MEGABYTE
LARGEST_LOG = 256 * MEGABYTE
"""Of the write-ahead log, which SQLite empties every few megabytes unless something keeps it from that."""

LEAST_SENSIBLE = datetime(2026, 1, 1, tzinfo=UTC)
"""A machine without a battery for its clock begins at 1970, or where it was switched off."""

ANSWER_SECONDS = 5


def examine(told: Settings, at: datetime) -> list[Finding]:
    """Look at everything; it takes as long as reading the whole database does."""
    if not told.data.is_dir():
        return [_found("folder", "wrong", "missing", folder=str(told.data))]
    return [
        *_folder(told.data),
        *_space(told.data),
        *_database(told.data, at),
        *_certificate(told, at),
        *_backup(told, at),
        *_lake(told.data),
        *_private(told.data),
        *_port(told),
    ]


async def examine_beside(told: Settings, at: datetime) -> list[Finding]:
    """Look at everything in a process of its own, which ends when the hub does."""
    place = {"data": told.data, "host": told.host, "port": told.port}
    place |= {"tls-certificate": told.tls_certificate, "tls-key": told.tls_key}
    flags = [f"--{name}={value}" for name, value in place.items() if value is not None]
    said: list[str] = []
    ended = await processes.run("doctor", "--json", "--gently", f"--now={at.isoformat()}", *flags, heard=said.append)
    if ended.code:
        raise Refusal("internal", "The check-up did not come to its end: {why}", why=ended.complaint)
    return msgspec.json.decode("".join(said), type=list[Finding])


def _found(check: str, verdict: Verdict, word: str, **facts: str | int) -> Finding:
    return Finding("doctor", check, verdict, word, facts)


def _folder(data: Path) -> Iterator[Finding]:
    try:
        with tempfile.TemporaryFile(dir=data) as probe:
            probe.write(b"written")
            probe.flush()
    except OSError as error:
        yield _found("folder", "wrong", "locked", folder=str(data), why=error.strerror or str(error))
    else:
        yield _found("folder", "ok", "fine", folder=str(data))


def _space(data: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(data).free
    file = data / database.FILE
    # A backup copies the database and packs the copy.
    needed = LEAST_FREE + (2 * file.stat().st_size if file.exists() else 0)
    facts = {"free": free // MEGABYTE, "needed": needed // MEGABYTE}
    if free < LEAST_FREE:
        yield _found("space", "wrong", "full", **facts)
    elif free < needed:
        yield _found("space", "warning", "low", **facts)
    else:
        yield _found("space", "ok", "fine", **facts)


def _database(data: Path, at: datetime) -> Iterator[Finding]:
    if not (data / database.FILE).exists():
        yield _found("integrity", "warning", "missing")
        return
    try:
        with closing(database.open_for_reading(data)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            if said != "ok":
                yield _found("integrity", "wrong", "damaged", said=said)
                return
            yield _found("integrity", "ok", "fine")
            yield _schema(database.schema(connection))
            yield _clock(newest(connection), at)
    except sqlite3.Error as error:
        yield _found("integrity", "wrong", "damaged", said=str(error))
    log = data / f"{database.FILE}-wal"
    size = log.stat().st_size if log.exists() else 0
    large = size > LARGEST_LOG
    yield _found("log", "warning" if large else "ok", "large" if large else "fine", size=size // MEGABYTE)


def _schema(found: int) -> Finding:
    known = database.newest_schema()
    if found > known:
        return _found("schema", "wrong", "newer", found=found, known=known)
    if found < known:
        return _found("schema", "warning", "older", found=found, known=known)
    return _found("schema", "ok", "fine", found=found, known=known)


def _clock(newest_end: datetime | None, at: datetime) -> Finding:
    """No slot was taken from the future, so one that lies there tells that the clock went back."""
    now = f"{at:%Y-%m-%d %H:%M} UTC"
    if at < LEAST_SENSIBLE:
        return _found("clock", "wrong", "unset", now=now)
    if newest_end is not None and newest_end > at + CLOCK_TOLERANCE:
        return _found("clock", "wrong", "back", now=now, newest=f"{newest_end:%Y-%m-%d %H:%M} UTC")
    return _found("clock", "ok", "fine", now=now)


def _certificate(told: Settings, at: datetime) -> Iterator[Finding]:
    if told.tls_certificate is None:
        yield _found("certificate", "ok", "none")
        return
    try:
        found = tls.leaf(told.tls_certificate)
    except SettingsError as error:
        yield _found("certificate", "wrong", "unreadable", why=str(error))
        return
    ends = f"{found.ends:%Y-%m-%d}"
    if found.ends < at:
        yield _found("certificate", "wrong", "ended", ends=ends)
    elif found.ends < at + tls.SOON:
        yield _found("certificate", "warning", "soon", ends=ends)
    else:
        yield _found("certificate", "ok", "pinned" if found.self_signed else "fine", ends=ends)


def _backup(told: Settings, at: datetime) -> Iterator[Finding]:
    last = backups.latest(told.data, at)
    if last is None:
        yield _found("backup", "warning", "none")
        return
    age = at - last.made_at
    made = f"{last.made_at:%Y-%m-%d %H:%M} UTC"
    if age > backups.OVERDUE:
        yield _found("backup", "warning", "overdue", made=made, hours=int(age / timedelta(hours=1)))
    else:
        yield _found("backup", "ok", "locked" if last.encrypted else "open", made=made)


def _lake(data: Path) -> Iterator[Finding]:
    if not (data / files.FOLDER).is_dir():
        return
    damage = lake.check(data / files.FOLDER)
    if damage:
        yield _found("lake", "warning", "damaged", n=len(damage), first=damage[0].path)
    else:
        yield _found("lake", "ok", "fine")


def _private(data: Path) -> Iterator[Finding]:
    """Look at what others may read: a copy that somebody made by hand, mostly."""
    open_ones = [file for file in _files(data) if file.stat().st_mode & 0o077 and file.name != "options.json"]
    if open_ones:
        first = str(open_ones[0].relative_to(data))
        yield _found("private", "warning", "open", n=len(open_ones), first=first, folder=str(data))
    else:
        yield _found("private", "ok", "fine")


def _files(data: Path) -> Iterator[Path]:
    for place in (data, data / backups.FOLDER, data / "keep", data / "replaced"):
        yield from (file for file in place.glob("*") if file.is_file())


def _port(told: Settings) -> Iterator[Finding]:
    where = listening.where(told.data) or Listening(told.host, told.port, secure=told.tls_certificate is not None)
    facts = {"port": where.port}
    try:
        name = _who_answers(where)
    except ConnectionRefusedError:
        yield _found("port", "warning", "silent", **facts)
    except OSError, http.client.HTTPException, ValueError:
        yield _found("port", "wrong", "strange", **facts)
    else:
        hub = name == HUB_NAME
        yield _found("port", "ok" if hub else "wrong", "fine" if hub else "strange", **facts)


def _who_answers(where: Listening) -> object:
    connection: http.client.HTTPConnection
    if where.secure:
        # It asks this very machine; whose certificate it is was looked at above.
        trusting = tls.trusting_anybody()
        connection = http.client.HTTPSConnection(where.here, where.port, timeout=ANSWER_SECONDS, context=trusting)
    else:
        connection = http.client.HTTPConnection(where.here, where.port, timeout=ANSWER_SECONDS)
    with closing(connection):
        connection.request("GET", "/healthz")
        answer = json.loads(connection.getresponse().read(65_536))
        return answer.get("name") if isinstance(answer, dict) else None


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    examining = commands.add_parser("doctor", help="look whether everything is as it should be, and say what to do")
    examining.add_argument("--data", help="the hub's data folder")
    examining.add_argument("--options", help="a JSON file with options, as the app has it")
    examining.add_argument("--host", help="the address it listens on")
    examining.add_argument("--port", help="the port it listens on")
    examining.add_argument("--tls-certificate", metavar="FILE", help="its certificate")
    examining.add_argument("--tls-key", metavar="FILE", help="its certificate's key")
    examining.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    examining.add_argument("--gently", action="store_true", help=argparse.SUPPRESS)
    examining.add_argument("--now", type=datetime.fromisoformat, help=argparse.SUPPRESS)
    examining.set_defaults(run=run)


def run(flags: argparse.Namespace) -> int:
    """Print what was found; exit code 1 where something is wrong."""
    from .words import speaker  # noqa: PLC0415 - other commands start faster without it

    if flags.gently:
        be_gentle()
    findings = examine(settings.load(vars(flags)), flags.now or datetime.now(UTC))
    if flags.json:
        sys.stdout.write(f"{msgspec.json.encode(findings).decode()}\n")
        return 0
    say = speaker("en")
    for one in findings:
        verdict = say(f"doctor.verdict.{one.verdict}")
        sys.stdout.write(f"{verdict:8} {say(one.title)}: {say(one.sentence, **one.facts)}\n")
    return int(any(one.verdict == "wrong" for one in findings))
