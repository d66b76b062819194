"""Connections to `hub.db`, with the settings that make an acknowledged reading survive a power cut."""

import sqlite3
from importlib import resources
from pathlib import Path

from . import migrations

FILE = "hub.db"
BUSY_SECONDS = 10


class NewerDatabaseError(Exception):
    """The database was written by a later version of the hub."""


def open_for_writing(data: Path) -> sqlite3.Connection:
    """Open the database for the one who writes, and bring its schema up to date."""
    data.mkdir(parents=True, exist_ok=True)
    connection = _connect(str(data / FILE))
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
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
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(steps):
        raise NewerDatabaseError(
            f"The database has schema {version}, but this version of the hub knows only {len(steps)}. Start the newer"
            " version again, or restore a backup from before the update."
        )
    for number, script in enumerate(steps[version:], start=version + 1):
        try:
            connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.rollback()
            raise


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
