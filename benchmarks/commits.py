"""Group commit: small posts that wait for each other's flush cost a fraction of a flush for each."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.harness import Figure, alternately, at_least
from sceop_hub.core.blocks import Block
from sceop_hub.store import database, readings
from sceop_hub.store.writer import Writer

POSTS = 1000
CHANNELS = ("grid_import", "grid_export", "production")
START = datetime(2026, 11, 20, tzinfo=UTC)


def measure() -> Sequence[Figure]:
    """Store a thousand homes' slot one commit each, and together."""
    with tempfile.TemporaryDirectory() as folder:
        books = Path(folder)
        database.open_for_writing(books).close()
        taken = alternately(5, each=lambda: _commit_each(books), together=lambda: asyncio.run(_commit_together(books)))
    return [at_least("posts a second together, over one commit each", taken["each"] / taken["together"], 2, "x")]


def _blocks(household: int) -> list[Block]:
    return [Block(channel, START, (household,)) for channel in CHANNELS]


def _commit_each(books: Path) -> None:
    connection = _emptied(books)
    for household in range(POSTS):
        connection.execute("BEGIN IMMEDIATE")
        readings.record(connection, household, _blocks(household), START)
        connection.execute("COMMIT")
    connection.close()


async def _commit_together(books: Path) -> None:
    writer = Writer(_emptied(books))

    async def post(household: int) -> None:
        await writer.write(lambda connection: readings.record(connection, household, _blocks(household), START))

    await asyncio.gather(*(post(household) for household in range(POSTS)))
    writer.close()


def _emptied(books: Path) -> sqlite3.Connection:
    """Open the database as the hub does, with nobody's readings in it and no household to belong to."""
    connection = database.open_for_writing(books)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.executescript("DELETE FROM history; DELETE FROM fresh; DELETE FROM channel;")
    return connection
