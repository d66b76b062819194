"""Connections to `hub.db`, with the settings that make an acknowledged reading survive a power cut."""

import fcntl
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import TextIO

from . import migrations

LOCK = "hub.lock"
FILE = "hub.db"
BUSY_SECONDS = 10

WRITERS_CACHE_KIB = 16 * 1024
"""The pages at the end of each channel's past, when a thousand homes send theirs at once."""

CHECKPOINT_PAGES = 4000
"""Written to the log before they are written to their place, most of them by then many times over; 16 MB."""

LONGEST_LOG_BYTES = 64 * 1024 * 1024
"""What the log is cut back to after an exceptionally long transaction."""

COPIES_KEPT = 2
"""Of databases from before an update, each as large as the database was."""

_LOGGER = logging.getLogger(__name__)


class TakenError(Exception):
    """Another hub works on the same data."""


class NewerDatabaseError(Exception):
    """The database was written by a later version of the hub."""


def take(data: Path) -> TextIO:
    """Take the folder for one hub alone; whoever holds the returned file holds the folder."""
    data.mkdir(parents=True, exist_ok=True)
    held = (data / LOCK).open("a", encoding="utf-8")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        held.close()
        raise TakenError(f"Another hub runs on the data in {data}. Stop it first.") from error
    held.truncate(0)
    return held


def open_for_writing(data: Path) -> sqlite3.Connection:
    """Open the database for the one who writes, and bring its schema up to date."""
    data.mkdir(parents=True, exist_ok=True)
    connection = _connect(str(data / FILE))
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{WRITERS_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA journal_size_limit = {LONGEST_LOG_BYTES}")
        _keep_copy(connection, data)
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_for_reading(data: Path) -> sqlite3.Connection:
    """Open the database for looking only."""
    connection = _connect(f"{(data / FILE).absolute().as_uri()}?mode=ro", uri=True)
    connection.execute("PRAGMA query_only = ON")
    return connection


def migrate(connection: sqlite3.Connection) -> None:
    """Apply what the database does not have yet, each step in a transaction of its own."""
    steps = _migrations()
    while (version := schema(connection)) < len(steps):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if schema(connection) == version:  # nobody else was faster
                for statement in _statements(steps[version]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except sqlite3.Error:
            connection.execute("ROLLBACK")
            raise
    if version > len(steps):
        raise NewerDatabaseError(
            f"The database has schema {version}, but this version of the hub knows only {len(steps)}. Start the newer"
            " version again, or restore a backup from before the update."
        )


def newest_schema() -> int:
    """Return the schema that this version of the hub brings a database to."""
    return len(_migrations())


def schema(connection: sqlite3.Connection) -> int:
    """Return how many migrations a database has behind it."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _keep_copy(connection: sqlite3.Connection, data: Path) -> None:
    """Keep the database as it is before its schema changes, and one from before the change before."""
    before, after = schema(connection), newest_schema()
    if not 0 < before < after:
        return
    copy = data / f"{FILE}.before-{after}"
    unfinished = data / f"{FILE}.copying"
    try:
        with closing(sqlite3.connect(unfinished)) as target:
            connection.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        unfinished.replace(copy)
    finally:
        unfinished.unlink(missing_ok=True)
    _LOGGER.info("The schema changes from %d to %d; %s holds the database from before", before, after, copy.name)
    copies = sorted(data.glob(f"{FILE}.before-*"), key=lambda kept: int(kept.name.rpartition("-")[2]))
    for old in copies[:-COPIES_KEPT]:
        old.unlink()


def _statements(script: str) -> Iterator[str]:
    """Take a script apart, because `executescript` would end the transaction around it."""
    statement = ""
    for part in script.split(";")[:-1]:
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _connect(target: str, *, uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(
        target, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=uri, cached_statements=256
    )


def _migrations() -> list[str]:
    """Return the scripts in their order."""
    files = sorted(
        (file for file in resources.files(migrations).iterdir() if file.name.endswith(".sql")),
        key=lambda file: file.name,
    )
    return [file.read_text(encoding="utf-8") for file in files]
