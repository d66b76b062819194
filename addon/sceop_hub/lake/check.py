"""Checking the lake: whether every file is the one that was written."""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from ..store import database
from . import files
from .files import Files
from .seal import Sealed, Told, mark_anew, seal, silent


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that is not as it was written, or one that nobody wrote down."""

    path: str
    kind: Literal["missing", "changed", "unlisted"]


def check(folder: Path) -> list[Damage]:
    """Compare every file with its checksum."""
    lake = Files(folder)
    there = {name for table in (files.READINGS, files.TOTALS, files.MEMBERS) for name in lake.there(table)}
    found = [Damage(name, "unlisted") for name in there - lake.sums.keys()]
    for name in lake.sums:
        if name not in there:
            found.append(Damage(name, "missing"))
        elif not lake.sound(name):
            found.append(Damage(name, "changed"))
    return sorted(found, key=lambda damage: damage.path)


def mend(data: Path, found: list[Damage], now: datetime, told: Told = silent) -> Sealed:
    """Remove damaged files and have them made of the books again."""
    with files.held(data) as lake, closing(database.open_for_writing(data)) as books:
        mark_anew(books, (damage.path for damage in found))
        for damage in found:
            lake.remove(damage.path)
        lake.save()
    return seal(data, now, told)
