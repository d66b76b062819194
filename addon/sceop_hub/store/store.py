"""The store: reads beside each other, writes one after the other."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..domain.readings import Receipt
from . import database
from .recorder import Recorder, Recording
from .remembered import Tokens
from .witness import Witness
from .writer import Writer

READERS = 2


class Store:
    """The hub's database while it is open."""

    def __init__(self, data: Path) -> None:
        """Open the database in this folder, making or updating it as needed."""
        self._data = data
        self.tokens = Tokens(self.read)
        connection = database.open_for_writing(data)
        self._recorder = Recorder()
        self._writer = Writer(connection, Witness(connection, (self.tokens.forget, self._recorder.forget)))
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []

    async def write[T](self, change: Callable[[sqlite3.Connection], T]) -> T:
        """Make a change; when this returns, it survives a power cut."""
        return await self._writer.write(change)

    async def record(self, recording: Recording, alone: Callable[[sqlite3.Connection], Receipt]) -> Receipt:
        """Record what a household sent, together with what others send; `alone` does it where that can not be."""
        return await self._writer.write(alone, self._recorder.way_of(recording), recording, recording.slots)

    async def read[T](self, look: Callable[[sqlite3.Connection], T]) -> T:
        """Look something up without holding anybody up."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, lambda: look(self._reader()))

    def hear(self, heard: Callable[[int, float], None]) -> None:
        """Tell of each transaction how many changes it held and how long it took; on the writer's thread."""
        self._writer.heard = heard

    def close(self) -> None:
        """Finish what waits and let go of the files."""
        self._readers.shutdown()
        for connection in self._opened:
            connection.close()
        self._writer.close()

    def _reader(self) -> sqlite3.Connection:
        """Return this thread's own connection."""
        if not hasattr(self._local, "connection"):
            self._local.connection = database.open_for_reading(self._data)
            self._opened.append(self._local.connection)
        connection: sqlite3.Connection = self._local.connection
        return connection
