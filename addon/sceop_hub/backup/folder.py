"""The folder of backups: what lies in it, and which of them are kept."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from ..domain.refusal import Refusal
from ..store.holdings import Holdings
from .sealed import DamagedError, read_header

FOLDER = "backups"
SUFFIX = ".backup"
KEPT = 7
OVERDUE = timedelta(hours=36)

type Kind = Literal["nightly", "manual"]


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup, as its header tells of it."""

    path: Path
    made_at: datetime
    size: int
    encrypted: bool
    unpacked: int
    holds: Holdings

    @property
    def name(self) -> str:
        """Return the file's name, by which pages speak of it."""
        return self.path.name

    @property
    def kind(self) -> str:
        """Return who asked for it: the night or a person."""
        return self.name.partition("-")[0]

    @property
    def newest(self) -> datetime | None:
        """Return until when it holds readings."""
        return self.holds.newest


def name_of(kind: Kind, at: datetime) -> str:
    """Return the name of a backup made at this instant; names sort as instants do."""
    return f"{kind}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"


def header(made_at: datetime, unpacked: int, holds: Holdings) -> dict[str, Any]:
    """Return what stands in front of a backup."""
    told = asdict(holds) | {"newest": None if holds.newest is None else holds.newest.isoformat()}
    return {"made_at": made_at.isoformat(timespec="seconds"), "bytes": unpacked, "holds": told}


def look_at(path: Path) -> Backup:
    """Read what a file says of itself."""
    with path.open("rb") as file:
        front = read_header(file)
        size = os.fstat(file.fileno()).st_size
    try:
        told = dict(front.facts["holds"])
        newest = told.pop("newest")
        return Backup(
            path=path,
            made_at=_instant(front.facts["made_at"]),
            size=size,
            encrypted=front.lock is not None,
            unpacked=int(front.facts["bytes"]),
            holds=Holdings(**told, newest=None if newest is None else _instant(newest)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedError("The backup's header is damaged.") from error


def listed(data: Path) -> list[Backup]:
    """Return all backups, newest first; a file that is none is passed over."""
    return sorted(_found(data), key=lambda backup: backup.made_at, reverse=True)


def latest(data: Path, now: datetime) -> Backup | None:
    """Return the newest backup; one from the future was made by a wrong clock, and nobody knows how old it is."""
    return max((one for one in _found(data) if one.made_at <= now), key=lambda one: one.made_at, default=None)


def named(data: Path, name: str) -> Backup:
    """Return the backup with this name; only what lies in the folder has one."""
    for backup in _found(data):
        if backup.name == name:
            return backup
    raise Refusal("not-found", "There is no such backup any more. Load the page again.")


def prune(data: Path, kind: Kind, now: datetime) -> None:
    """Keep the last seven of a kind; those of a wrong clock go first, or they would push out all that follow."""
    of_kind = [one for one in listed(data) if one.kind == kind]
    for backup in sorted(of_kind, key=lambda one: one.made_at > now)[KEPT:]:
        backup.path.unlink(missing_ok=True)


def _found(data: Path) -> Iterator[Backup]:
    for path in (data / FOLDER).glob(f"*{SUFFIX}"):
        with contextlib.suppress(DamagedError, OSError):
            yield look_at(path)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found
