"""The commands `backup` and `restore`, for those who have a shell."""

import argparse
import sys
from contextlib import closing
from pathlib import Path

from .. import settings, values
from ..gentle import be_gentle
from ..store import database

FAILED = 2


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both to the command line."""
    backing = commands.add_parser("backup", help="write a backup, while the hub runs or not")
    backing.add_argument("--data", help="the hub's data folder")
    backing.add_argument("--to", type=Path, metavar="DIR|FILE", help="where it goes (backups/ in the data folder)")
    backing.add_argument(
        "--passphrase-file", type=Path, help="encrypt it with the first line of this file; - asks stdin"
    )
    backing.add_argument("--gently", action="store_true", help="take only the time that others leave")
    backing.set_defaults(run=backup)

    restoring = commands.add_parser("restore", help="put a backup in the place of the present database")
    restoring.add_argument("file", type=Path, metavar="FILE")
    restoring.add_argument("--data", help="the hub's data folder")
    restoring.add_argument("--passphrase-file", type=Path, help="what it was encrypted with; - asks stdin")
    restoring.add_argument("--even-if-newer", action="store_true", help="even if newer data would be lost")
    restoring.set_defaults(run=restore)


def backup(flags: argparse.Namespace) -> int:
    """Write a backup and print where it is."""
    from ..app import utc_now  # noqa: PLC0415 - other commands start faster without it
    from .make import BackupError, make  # noqa: PLC0415 - as above

    told = settings.load(vars(flags))
    if flags.gently:
        be_gentle()
    try:
        made = make(told.data, "manual", utc_now(), _passphrase(flags), flags.to)
    except BackupError as error:
        return _failed(str(error))
    sys.stdout.write(f"{made.path}\n")
    until = "without any readings" if made.newest is None else f"with readings until {made.newest:%d %B %Y %H:%M} UTC"
    lock = "encrypted" if made.encrypted else "not encrypted"
    sys.stderr.write(f"{made.size:,} bytes, {lock}, {until}.\n")
    return 0


def restore(flags: argparse.Namespace) -> int:
    """Replace the present database, which is kept aside."""
    from .restore import RestoreError, finish, stage  # noqa: PLC0415 - as above

    told = settings.load(vars(flags))
    try:
        with closing(database.take(told.data)):
            staged = stage(flags.file, told.data, _passphrase(flags), even_if_newer=flags.even_if_newer)
            finish(told.data)
    except RestoreError as error:
        meant = " Add --even-if-newer if that is what you want." if error.problem == "newer" else ""
        return _failed(f"{error}{meant}")
    until = "has no readings" if staged.newest is None else f"has readings until {staged.newest:%d %B %Y %H:%M} UTC"
    sys.stderr.write(f"Restored: the hub {until}. What was there before lies in {told.data / 'replaced'}.\n")
    return 0


def _passphrase(flags: argparse.Namespace) -> str | None:
    if flags.passphrase_file is None:
        return None
    given = values.read_passphrase(flags.passphrase_file)
    return values.checked_passphrase(given) if flags.run is backup else given


def _failed(sentence: str) -> int:
    sys.stderr.write(f"sceop-hub: {sentence}\n")
    return FAILED
