"""The lake's files: where each table lies, and how one is replaced so that no reader ever finds half of it.

`SHA256SUMS` names every file, as `sha256sum --check` reads it. It is written after the files and before the marks that
asked for them are taken away: whatever a power cut leaves apart is written again.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from ..durable import flush_folder

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped] # it ships no types

FOLDER = "lake"
CHECKSUMS = "SHA256SUMS"
READINGS, TOTALS, MEMBERS = "readings", "totals", "members"
PART = "part.parquet"

_EPOCH = date(1970, 1, 1)
_ENDS_WITH = b"PAR1"


class LakeError(Exception):
    """The lake can not be worked on, with the sentence that says why."""


class Files:
    """The files of one lake, with their checksums."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_new = not (folder / CHECKSUMS).exists()
        self.sums = _read(folder / CHECKSUMS)

    def put(self, name: str, tables: Iterable[pa.Table], schema: pa.Schema) -> int:
        """Write one file in the place of the old one; without rows there is none. Return how many rows there are."""
        from . import parquet  # noqa: PLC0415 - loads pyarrow, which checking files does not need

        path = self.folder / name
        if not path.parent.exists():
            path.parent.mkdir(parents=True)
            flush_folder(path.parent.parent)
        fresh = path.with_name(f".{path.name}.new")
        rows = parquet.write(tables, schema, fresh)
        if not rows:
            fresh.unlink()
            self.remove(name)
            return 0
        with fresh.open("rb") as file:
            checksum = file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        fresh.replace(path)
        flush_folder(path.parent)
        self.sums[name] = checksum
        return rows

    def remove(self, name: str) -> None:
        """Remove a file and the folder of its own."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        if path.parent.exists() and not any(path.parent.iterdir()):
            path.parent.rmdir()
            flush_folder(path.parent.parent)
        self.sums.pop(name, None)

    def save(self) -> None:
        """Write the checksums down, after the files that they speak of."""
        fresh = self.folder / f".{CHECKSUMS}.new"
        with fresh.open("w", encoding="utf-8") as file:
            file.writelines(f"{checksum}  {name}\n" for name, checksum in sorted(self.sums.items()))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / CHECKSUMS)
        flush_folder(self.folder)

    def disown(self) -> None:
        """Let the next one who writes take nothing here for granted."""
        (self.folder / CHECKSUMS).unlink(missing_ok=True)
        flush_folder(self.folder)

    def there(self, table: str) -> list[str]:
        """Return the files of a table that lie in the lake, listed or not."""
        return sorted(str(path.relative_to(self.folder)) for path in (self.folder / table).rglob(PART))

    def sound(self, name: str) -> bool:
        """Tell whether a file has the checksum that is listed for it."""
        try:
            with (self.folder / name).open("rb") as file:
                return file_digest(file, "sha256").hexdigest() == self.sums.get(name)
        except OSError:
            return False

    def whole(self, name: str) -> bool:
        """Tell whether a file is there to its last byte, without reading it."""
        try:
            with (self.folder / name).open("rb") as file:
                file.seek(-len(_ENDS_WITH), os.SEEK_END)
                return file.read() == _ENDS_WITH
        except OSError:
            return False


@contextmanager
def held(data: Path) -> Iterator[Files]:
    """Hold the lake for one who writes; what an earlier one left unfinished is cleared away."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LakeError("Another process is writing the lake at this moment. Try again when it is done.") from error
        for left in folder.rglob(".*.new"):
            left.unlink()
        yield Files(folder)


def day_file(utc_day: int) -> str:
    """Return the name of a day's slots; the day is one in UTC, counted from 1970."""
    return f"{READINGS}/day={_EPOCH + timedelta(days=utc_day)}/{PART}"


def month_file(month: int) -> str:
    """Return the name of a month's daily totals; the month is counted as roll-ups do."""
    return f"{TOTALS}/month={month // 12:04}-{month % 12 + 1:02}/{PART}"


def members_file() -> str:
    """Return the name of the list of members."""
    return f"{MEMBERS}/{PART}"


def day_of(name: str) -> int | None:
    """Return the day in UTC that a file holds; None for the file of another table."""
    try:
        day = date.fromisoformat(name.removeprefix(f"{READINGS}/day=").removesuffix(f"/{PART}"))
    except ValueError:
        return None
    return (day - _EPOCH).days if day_file((day - _EPOCH).days) == name else None


def month_of(name: str) -> int | None:
    """Return the month whose totals a file holds; None for the file of another table."""
    year, _, month = name.removeprefix(f"{TOTALS}/month=").removesuffix(f"/{PART}").partition("-")
    if not (year.isdecimal() and month.isdecimal()):
        return None
    number = int(year) * 12 + int(month) - 1
    return number if month_file(number) == name else None


def _read(checksums: Path) -> dict[str, str]:
    try:
        lines = checksums.read_text(encoding="utf-8").splitlines()
    except OSError, UnicodeDecodeError:
        return {}
    return {name: checksum for checksum, _, name in (line.partition("  ") for line in lines) if name}
