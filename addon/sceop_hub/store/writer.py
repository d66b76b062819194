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
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal, Protocol

_LOGGER = logging.getLogger(__name__)

ENOUGH = 4096
"""Slots in changes that wait: while they are written, others are read."""

LONGEST_S = 0.1
"""For which changes wait for others that come without a pause: a hub with too much to do would let each wait for
seconds. Shorter costs more than it gains, for reading and writing then go on at once."""

MOST_AT_ONCE = 32_768
"""Slots in one transaction: enough to share a flush, few enough that the first does not wait for long."""


class StorageError(Exception):
    """The disk is full or fails; nothing of the change was kept."""


class ApartError(Exception):
    """These changes can not be made together: each is made by itself then."""


type Together[I, T] = Callable[[sqlite3.Connection, Sequence[I]], Sequence[T]]
"""Makes many changes of a kind at once, each from its item."""


class Observer(Protocol):
    """Whoever has to know what becomes of transactions; called on the writer's thread."""

    def begun(self) -> None:
        """Hear that a transaction began."""

    def committed(self) -> None:
        """Hear that it is on disk; those who wait are told next."""

    def undone(self) -> None:
        """Hear that some of it, or all, was taken back."""


@dataclass(frozen=True, slots=True)
class _Change:
    make: Callable[[sqlite3.Connection], Any]
    done: asyncio.Future[Any]
    together: Together[Any, Any] | None = None
    item: Any = None


@dataclass(slots=True)
class _Batch:
    """Changes that wait, and how many slots are in them."""

    changes: list[_Change] = field(default_factory=list)
    slots: int = 0

    def add(self, changes: Iterable[_Change], slots: int) -> None:
        self.changes += changes
        self.slots += slots


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a change returned, or why it failed, while its transaction is still open."""

    done: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None

    def tell(self) -> None:
        """Tell whoever waits, if anybody still does."""
        if self.done.done():
            return
        if self.error is None:
            self.done.set_result(self.result)
        else:
            self.done.set_exception(self.error)


class Writer:
    """A thread that owns the connection on which everything is written.

    Whoever asks it does so on one event loop: what comes is gathered there, without a lock.
    """

    def __init__(self, connection: sqlite3.Connection, observer: Observer | None = None) -> None:
        """Start to write on this connection, which nobody else touches from now on."""
        self._connection = connection
        self._observer = observer
        self.heard: Callable[[int, float], None] = lambda _changes, _seconds: None
        """Told of each transaction, on the writer's thread: how many changes it held, and how long it took."""
        self._gathered = _Batch()
        self._waiting: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer")
        self._thread.start()

    async def write[I, T](
        self,
        change: Callable[[sqlite3.Connection], T],
        together: Together[I, T] | None = None,
        item: I | None = None,
        slots: int = 1,
    ) -> T:
        """Make a change; when this returns, it is on disk.

        Changes that wait and share a way to make them `together`, each from its item of about so many slots, are made
        so. Whoever gives up waiting gives up the answer, not the change.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._gathered.add([_Change(change, done, together, item)], slots)
        if self._gathered.slots >= ENOUGH:
            self._hand_over()
        elif len(self._gathered.changes) == 1:
            loop.call_soon(self._gather, loop, self._gathered, 0, loop.time() + LONGEST_S)
        return await done

    def close(self) -> None:
        """Write what waits, then stop."""
        if self._gathered.changes:
            self._hand_over()
        self._waiting.put(None)
        self._thread.join()
        self._connection.close()

    def _gather(self, loop: asyncio.AbstractEventLoop, batch: _Batch, before: int, until: float) -> None:
        """Hand a batch over once the loop has read all that came: reading and writing at once slow each other down."""
        if batch is not self._gathered:
            return
        if before < len(batch.changes) and loop.time() < until:
            loop.call_soon(self._gather, loop, batch, len(batch.changes), until)
        else:
            self._hand_over()

    def _hand_over(self) -> None:
        batch, self._gathered = self._gathered, _Batch()
        self._waiting.put(batch)

    def _run(self) -> None:
        while (batch := self._waiting.get()) is not None:
            stop = False
            while batch.slots < MOST_AT_ONCE and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    stop = True
                    break
                batch.add(following.changes, following.slots)
            began = time.perf_counter()
            outcomes = self._commit(batch.changes)
            self.heard(len(batch.changes), time.perf_counter() - began)
            _tell(outcomes)
            if stop:
                return

    def _commit(self, changes: list[_Change]) -> list[_Outcome]:
        """Make the changes in one transaction; a failing disk fails them all.

        So does a mistake of ours: if it ended this thread instead, everybody would wait for ever.
        """
        outcomes: list[_Outcome] = []
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._observe("begun")
            for together, group in groupby(changes, lambda change: change.together):
                some = list(group)
                outcomes += self._make_all(some) if together is None else self._make_together(together, some)
            self._connection.execute("COMMIT")
            self._observe("committed")
        except Exception as error:
            with contextlib.suppress(sqlite3.Error):
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            self._observe("undone")
            if not isinstance(error, sqlite3.Error):
                _LOGGER.exception("Nothing was written: the hub made a mistake")
                return [_Outcome(change.done, error=error) for change in changes]
            _LOGGER.error("Nothing could be written: %s", error)  # noqa: TRY400 - the sentence says it all, a trace helps nobody
            failure = StorageError(f"The hub could not write to its disk ({error}).")
            failure.__cause__ = error
            return [_Outcome(change.done, error=failure) for change in changes]
        return outcomes

    def _make_together(self, together: Together[Any, Any], changes: list[_Change]) -> list[_Outcome]:
        """Make changes of a kind at once; where that can not be, one by one."""
        made = self._try(lambda connection: together(connection, [change.item for change in changes]))
        if isinstance(made, Exception):
            return self._make_all(changes)
        return [_Outcome(change.done, result) for change, result in zip(changes, made, strict=True)]

    def _make_all(self, changes: list[_Change]) -> list[_Outcome]:
        made = ((change.done, self._try(change.make)) for change in changes)
        return [
            _Outcome(done, error=result) if isinstance(result, Exception) else _Outcome(done, result)
            for done, result in made
        ]

    def _try[T](self, change: Callable[[sqlite3.Connection], T]) -> T | Exception:
        """Make a change, or take back what it did and return why; leave its neighbours as they are."""
        self._connection.execute("SAVEPOINT change")
        try:
            result = change(self._connection)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                raise  # the disk, not this change: whatever is open fails with it
            self._take_back()
            return error
        except Exception as error:  # noqa: BLE001 - whatever it is goes to the one who asked for the change
            self._take_back()
            return error
        self._connection.execute("RELEASE change")
        return result

    def _take_back(self) -> None:
        self._connection.execute("ROLLBACK TO change")
        self._connection.execute("RELEASE change")
        self._observe("undone")

    def _observe(self, what: Literal["begun", "committed", "undone"]) -> None:
        if self._observer is not None:
            getattr(self._observer, what)()


def _tell(outcomes: Iterable[_Outcome]) -> None:
    """Wake each event loop once for all that it waits for; one that was closed meanwhile waits for nothing."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
    for outcome in outcomes:
        by_loop.setdefault(outcome.done.get_loop(), []).append(outcome)
    for loop, told in by_loop.items():
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell_all, told)


def _tell_all(outcomes: Iterable[_Outcome]) -> None:
    for outcome in outcomes:
        outcome.tell()
