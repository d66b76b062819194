"""Making a backup beside the running hub, without holding up who writes."""

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from ..domain.refusal import Refusal
from ..domain.saying import saying
from ..durable import flush_folder
from ..gentle import gently
from ..store import database
from ..store.holdings import holdings
from . import folder, sealed

PAGES = 512
"""Of 4 KiB in one bite: about 10 ms."""

ROOM = 64 * 1024 * 1024
"""Bytes that stay free beside a backup: the hub must be able to write on."""


class BackupError(Refusal):
    """A backup that can not be made, and why."""

    def __init__(self, sentence: str, /, **given: object) -> None:
        super().__init__("backup", saying(sentence, **given))


def make(
    data: Path, kind: folder.Kind, at: datetime, passphrase: str | None = None, target: Path | None = None
) -> folder.Backup:
    """Make a backup of the database as it is at this moment; it is complete, or it is not there."""
    if not (data / database.FILE).exists():
        raise BackupError(
            "No hub keeps its data in {data}. Name the folder that `sceop-hub serve` was given.", data=data
        )
    path = _place(data, kind, at, target)
    try:
        with _alone(data / folder.FOLDER):
            _write(data, path, at, passphrase)
    except OSError as error:
        raise BackupError(
            "The backup {path} can not be written: {why}.", path=path, why=error.strerror or error
        ) from error
    except sqlite3.Error as error:
        raise BackupError(
            "The database in {data} can not be read ({why}); no backup was made of it.", data=data, why=error
        ) from error
    if target is None:
        folder.prune(data, kind, at)
    return folder.look_at(path)


def _write(data: Path, path: Path, at: datetime, passphrase: str | None) -> None:
    working = data / folder.FOLDER
    copy, part = working / ".copy", path.with_name(f".{path.name}.part")
    try:
        with closing(database.open_for_reading(data)) as source:
            _copy(source, copy)
        with closing(sqlite3.connect(copy)) as copied:
            if (said := copied.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise BackupError(
                    "The database is damaged ({said}), so no backup was made of it. Restore the last one that was.",
                    said=said,
                )
            holds = holdings(copied)
        with part.open("wb") as file:
            sealed.write(file, folder.header(at, copy.stat().st_size, holds), _read(copy, file), passphrase)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        flush_folder(path.parent)
    finally:
        for left in (copy, copy.with_name(".copy-wal"), copy.with_name(".copy-shm"), part):
            left.unlink(missing_ok=True)


def _copy(source: sqlite3.Connection, copy: Path) -> None:
    """Copy one moment of the database, bite by bite; what is written meanwhile waits in the write-ahead log."""
    source.execute("BEGIN")
    pages, page = (source.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    source.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()  # from here on this moment is held
    free = shutil.disk_usage(copy.parent).free
    if free < (needed := 2 * pages * page + ROOM):
        raise BackupError(
            "A backup takes up to {needed} MB for a while, and the disk has {free} MB left. Make"
            " room, or name a shorter time for which slots are kept.",
            needed=needed // 2**20,
            free=free // 2**20,
        )
    with closing(sqlite3.connect(copy, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode = OFF")
        target.execute("PRAGMA synchronous = OFF")
        with copy.open("rb") as file:
            source.backup(target, pages=PAGES, progress=_breathing(file))
    source.execute("COMMIT")


def _breathing(file: BinaryIO) -> Callable[[int, int, int], None]:
    """Return a callback between two bites that lets the disk catch up and leaves the others the larger share of it."""
    since = time.monotonic()

    def breathe(_status: int, _remaining: int, _total: int) -> None:
        nonlocal since
        os.fdatasync(file.fileno())
        gently(time.monotonic() - since)
        since = time.monotonic()

    return breathe


def _read(copy: Path, target: BinaryIO) -> Iterator[bytes]:
    """Give the copy piece by piece, and let the disk catch up between them."""
    with copy.open("rb") as file:
        since, flushed = time.monotonic(), 0
        while piece := file.read(4 * sealed.PIECE):
            yield piece
            if (written := target.tell()) - flushed > 4 * sealed.PIECE:
                target.flush()
                os.fdatasync(target.fileno())
                flushed = written
            gently(time.monotonic() - since)
            since = time.monotonic()


def _place(data: Path, kind: folder.Kind, at: datetime, target: Path | None) -> Path:
    (data / folder.FOLDER).mkdir(exist_ok=True)
    if target is None or target.is_dir():
        return (target or data / folder.FOLDER) / folder.name_of(kind, at)
    if not target.parent.is_dir():
        raise BackupError("There is no folder {folder} for the backup. Make it first.", folder=target.parent)
    return target


@contextmanager
def _alone(working: Path) -> Iterator[None]:
    """Keep a second backup from working in the same place, and sweep out what a killed one left."""
    with (working / ".lock").open("w", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError("A backup is being made already. Wait for it to end.") from error
        for left in [*working.glob(".*.part"), *working.glob(".copy*")]:
            with suppress(OSError):
                left.unlink()
        yield
