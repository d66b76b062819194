"""The way back: a backup is unpacked and checked beside the present database, then takes its place.

The two steps are apart, so that a hub can prepare the first while it runs, and so that a power cut in either leaves
something to start from: before the mark `restore/ready.json` nothing has happened, and after it every start carries the
second step to its end, as often as it takes.
"""

import contextlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..domain.refusal import Refusal
from ..durable import flush_folder, write_json
from ..gentle import gently
from ..lake.files import CHECKSUMS, FOLDER as LAKE
from ..store import database
from ..store.holdings import Holdings, holdings
from . import sealed
from .folder import Backup, look_at

STAGE = "restore"
READY = "ready.json"
DONE = "restored.json"
KEEP = "keep"
"""What no backup holds and no restore touches."""

REPLACED = "replaced"
REPLACED_KEPT = 2
ROOM = 64 * 1024 * 1024


class RestoreError(Refusal):
    """A backup that can not be restored; `problem` is the reason in one word."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore that took place, for the log and the audit."""

    backup: str
    made_at: datetime
    who: str


def stage(
    file: Path, data: Path, passphrase: str | None, *, even_if_newer: bool = False, who: str = "command-line"
) -> Backup:
    """Unpack a backup beside the present database, checked, and mark it as what the next start begins with."""
    try:
        backup = _checked(file, data, even_if_newer=even_if_newer)
        place = data / STAGE
        (place / READY).unlink(missing_ok=True)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        _unpack(backup, place / database.FILE, passphrase)
        staged_at = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        told = {"backup": backup.name, "made_at": backup.made_at.isoformat(), "who": who, "staged_at": staged_at}
        write_json(place / READY, told)
    except (sealed.PassphraseError, sealed.DamagedError) as error:
        raise RestoreError(error.problem, error.saying) from error
    except OSError as error:
        raise RestoreError(
            "backup",
            "The backup can not be unpacked ({file}: {why}).",
            file=error.filename or file,
            why=error.strerror or error,
        ) from error
    finally:
        if not (data / STAGE / READY).exists():
            shutil.rmtree(data / STAGE, ignore_errors=True)
    return backup


def finish(data: Path) -> Restored | None:
    """Put what was staged in its place; nobody else may hold the folder. Doing it again does no harm."""
    place = data / STAGE
    if not (place / READY).exists():
        shutil.rmtree(place, ignore_errors=True)
        return None
    told = json.loads((place / READY).read_text(encoding="utf-8"))
    if (place / database.FILE).exists():
        _set_aside(data, data / REPLACED / f"{told['staged_at']}-hub.db")
        (data / LAKE / CHECKSUMS).unlink(missing_ok=True)  # the lake is to be made anew, out of this database
        (place / database.FILE).replace(data / database.FILE)
        flush_folder(data)
    (data / KEEP).mkdir(exist_ok=True)
    (place / READY).replace(data / KEEP / DONE)
    flush_folder(data / KEEP)
    shutil.rmtree(place, ignore_errors=True)
    return restored(data)


def restored(data: Path) -> Restored | None:
    """Return the restore that nobody has written down yet."""
    try:
        told = json.loads((data / KEEP / DONE).read_text(encoding="utf-8"))
        return Restored(str(told["backup"]), datetime.fromisoformat(told["made_at"]), str(told["who"]))
    except OSError, ValueError, KeyError:
        return None


def written_down(data: Path) -> None:
    """Forget the mark, once the restore stands in the audit log and the forgotten are forgotten again."""
    (data / KEEP / DONE).unlink(missing_ok=True)


def _checked(file: Path, data: Path, *, even_if_newer: bool) -> Backup:
    backup = look_at(file)
    if backup.holds.schema > (known := database.newest_schema()):
        raise RestoreError(
            "backup",
            "The backup has schema {found}, but this version of the hub knows only {known}. Update the hub first.",
            found=backup.holds.schema,
            known=known,
        )
    data.mkdir(parents=True, exist_ok=True)
    if not even_if_newer:
        _refuse_what_loses(backup, data)
    free = shutil.disk_usage(data).free
    if free < backup.unpacked + ROOM:
        raise RestoreError(
            "backup",
            "The backup takes {needed} MB unpacked, and the disk has {free} MB left. Make room first.",
            needed=backup.unpacked // 2**20,
            free=free // 2**20,
        )
    return backup


def _refuse_what_loses(backup: Backup, data: Path) -> None:
    present = _present(data)
    if present is None:
        return
    if present.hub is not None and backup.holds.hub is not None and present.hub != backup.holds.hub:
        raise RestoreError(
            "newer",
            "This backup is another community's. Restoring it would replace the community that is here.",
        )
    if lost := list(present.beyond(backup.holds)):
        raise RestoreError(
            "newer",
            "The present database holds what this backup does not: {lost}. That would be lost.",
            lost=lost,
        )


def _present(data: Path) -> Holdings | None:
    """Count what would be replaced; a damaged database has nothing to lose, and is set aside all the same."""
    if not (data / database.FILE).exists():
        return None
    try:
        with closing(database.open_for_reading(data)) as connection:
            return holdings(connection)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return None
        raise RestoreError(
            "newer",
            "The present database can not be compared with the backup ({why}), and would be replaced unseen.",
            why=error,
        ) from error


def _unpack(backup: Backup, target: Path, passphrase: str | None) -> None:
    part = target.with_name(f".{target.name}.part")
    written = 0
    with backup.path.open("rb") as source, part.open("wb") as file:
        for piece in sealed.read(source, sealed.read_header(source), passphrase):
            written += len(piece)
            if written > backup.unpacked:
                raise sealed.DamagedError("The backup is damaged: it holds more than it says.")
            file.write(piece)
            gently(0.005)
        file.flush()
        os.fsync(file.fileno())
    if written != backup.unpacked:
        raise sealed.DamagedError("The backup is damaged: it holds less than it says.")
    try:
        with closing(sqlite3.connect(part)) as found:
            said = found.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise sealed.DamagedError("The database in the backup is damaged ({said}). Take another one.", said=said)
    for left in (f"{part.name}-wal", f"{part.name}-shm"):
        part.with_name(left).unlink(missing_ok=True)
    part.replace(target)
    flush_folder(target.parent)


def _set_aside(data: Path, kept: Path) -> None:
    """Keep the present database under another name, with all that its write-ahead log holds."""
    present = data / database.FILE
    if not present.exists():
        return
    kept.parent.mkdir(exist_ok=True)
    with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(present)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if not kept.exists():
        try:
            os.link(present, kept)
        except OSError:  # a file system without links
            shutil.copyfile(present, kept)
        os.utime(kept)  # from here on its time counts, however long nobody wrote to it
    for tail in ("-wal", "-shm"):
        if (left := present.with_name(f"{present.name}{tail}")).exists():
            left.replace(kept.with_name(f"{kept.name}{tail}"))
    flush_folder(kept.parent)
    flush_folder(data)
    for old in sorted(kept.parent.glob("*-hub.db"))[:-REPLACED_KEPT]:
        for tail in ("", "-wal", "-shm"):
            old.with_name(f"{old.name}{tail}").unlink(missing_ok=True)
