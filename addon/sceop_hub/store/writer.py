"""The one writer: commits everything that waits in one transaction and answers only after it.

Group commit makes `synchronous=FULL` cheap: a thousand homes that report in the same second cost one flush of the disk,
not a thousand. Each change runs in a savepoint, so a refused one does not take its neighbours with it.
"""

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

_LOGGER = logging.getLogger(__name__)

MOST_AT_ONCE = 512
"""Changes in one transaction: enough to share a flush, few enough that the first does not wait for long."""


class StorageError(Exception):
    """The disk is full or fails; nothing of the change was kept."""


@dataclass(frozen=True, slots=True)
class _Change:
    make: Callable[[sqlite3.Connection], Any]
    done: Future[Any]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a change returned, or why it failed, while its transaction is still open."""

    done: Future[Any]
    result: Any = None
    error: Exception | None = None

    def tell(self) -> None:
        """Tell whoever waits."""
        if self.error is None:
            self.done.set_result(self.result)
        else:
            self.done.set_exception(self.error)


class Writer:
    """A thread that owns the connection on which everything is written."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Start to write on this connection, which nobody else touches from now on."""
        self._connection = connection
        self._waiting: queue.SimpleQueue[_Change | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer")
        self._thread.start()

    async def write[T](self, change: Callable[[sqlite3.Connection], T]) -> T:
        """Make a change; when this returns, it is on disk.

        Whoever gives up waiting gives up the answer, not the change.
        """
        done: Future[T] = Future()
        self._waiting.put(_Change(change, done))
        return await asyncio.shield(asyncio.wrap_future(done))

    def close(self) -> None:
        """Write what waits, then stop."""
        self._waiting.put(None)
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            changes, stop = [first], False
            while len(changes) < MOST_AT_ONCE and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    stop = True
                    break
                changes.append(following)
            for outcome in self._commit(changes):
                outcome.tell()
            if stop:
                return

    def _commit(self, changes: list[_Change]) -> list[_Outcome]:
        """Make the changes in one transaction; a failing disk fails them all."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            outcomes = [self._make(change) for change in changes]
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            _LOGGER.error("Nothing could be written: %s", error)  # noqa: TRY400 - the sentence says it all, a trace helps nobody
            failure = StorageError(f"The hub could not write to its disk ({error}).")
            failure.__cause__ = error
            return [_Outcome(change.done, error=failure) for change in changes]
        return outcomes

    def _make(self, change: _Change) -> _Outcome:
        self._connection.execute("SAVEPOINT change")
        try:
            result = change.make(self._connection)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                raise  # the disk, not this change: whatever is open fails with it
            return self._undo(change, error)
        except Exception as error:  # noqa: BLE001 - whatever it is goes to the one who asked for the change
            return self._undo(change, error)
        self._connection.execute("RELEASE change")
        return _Outcome(change.done, result)

    def _undo(self, change: _Change, error: Exception) -> _Outcome:
        """Take one change back and leave its neighbours."""
        self._connection.execute("ROLLBACK TO change")
        self._connection.execute("RELEASE change")
        return _Outcome(change.done, error=error)
