"""What follows from a restore: the database is of another day than all that remembers it.

Neighbours remember too. A slot that was published after the backup, drawn again from what the backup holds or is sent
once more, would differ from what they saw by the one home that came meanwhile. So no slot is drawn any more that began
before the restore; figures go on with the next quarter hour.
"""

import asyncio
import logging
import sqlite3
from datetime import datetime
from pathlib import Path

from ..backup import restore
from ..core.slots import to_number
from ..lake import files
from ..store import accounts, audit, figures, lake
from ..store.store import Store

_LOGGER = logging.getLogger(__name__)


async def take_note(store: Store, data: Path, now: datetime) -> None:
    """Write a restore down, end the sessions that it brought back, seal the figures, and compare the lake with it."""
    done = await asyncio.to_thread(restore.restored, data)
    if done is None:
        return
    listed = await asyncio.to_thread(_days_in_the_lake, data)

    def write(books: sqlite3.Connection) -> None:
        audit.note(books, now, done.who, "backup.restore", f"backup:{done.backup}", made_at=done.made_at.isoformat())
        accounts.end_all_sessions(books)
        figures.begin_anew(books, to_number(now) + 1)
        lake.mark_days(books, {*lake.days_with_slots(books), *listed})

    await store.write(write)
    await asyncio.to_thread(restore.written_down, data)
    _LOGGER.warning(
        "The backup %s of %s was restored. Everybody signs in anew, and the lake is made anew by night",
        done.backup,
        f"{done.made_at:%d %B %Y %H:%M} UTC",
    )


def _days_in_the_lake(data: Path) -> set[int]:
    there = files.Files(data / files.FOLDER).there(files.READINGS) if (data / files.FOLDER).is_dir() else ()
    return {day for name in there if (day := files.day_of(name)) is not None}
