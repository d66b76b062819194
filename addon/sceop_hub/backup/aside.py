"""Databases that were set aside before an update or a restore: a way back for some weeks, and no longer.

They still hold whoever was forgotten since, so they may not outlast the promise that is made to those who leave.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..store import database
from .restore import REPLACED

KEPT_FOR = timedelta(days=30)


def let_go(data: Path, now: datetime) -> None:
    """Remove the databases that were set aside so long ago."""
    for path in list(set_aside(data)):
        if now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > KEPT_FOR:
            for tail in ("", "-wal", "-shm"):
                path.with_name(f"{path.name}{tail}").unlink(missing_ok=True)


def set_aside(data: Path) -> Iterator[Path]:
    """Give every database that another one has replaced."""
    yield from data.glob(f"{database.FILE}.before-*[0-9]")
    yield from (data / REPLACED).glob(f"*-{database.FILE}")
