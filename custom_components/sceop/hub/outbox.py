"""The outbox: what was measured stays here, on disk, until the hub has it."""

from asyncio import Lock
from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..core.blocks import Block
from ..core.meter import ClosedSlot
from ..core.slots import slot_of
from ..core.wire import OLDEST
from ..storage import Held, StrictStore, take_up
from . import queue, wire
from .past import Told
from .rewinds import Rewind, Rewinds, recent, revision


def outbox_store(hass: HomeAssistant, entry_id: str) -> StrictStore:
    """Return where the outbox of a site is kept."""
    return StrictStore(hass, f"{DOMAIN}.{entry_id}.outbox")


@dataclass(frozen=True, slots=True)
class Renewal:
    """A token that was given in place of another, and that may not have reached the site's entry yet."""

    token: str
    instead_of: str


@dataclass(frozen=True, slots=True)
class _Kept:
    household: str
    queue: queue.Queue
    past: Told | None
    last_sent: datetime | None
    rewinds: Rewinds
    renewal: Renewal | None


class Outbox:
    """A queue that is written to disk before anyone believes in it."""

    def __init__(self, store: StrictStore, entry_id: str, household: str) -> None:
        self._store = store
        self._entry_id = entry_id
        self._household = household
        self._lock = Lock()
        self._queue: queue.Queue = ()
        self._waiting = 0
        self._unwritten = 0
        self._past: Told | None = None
        self._last_sent: datetime | None = None
        self._rewinds: Rewinds = ()
        self._renewal: Renewal | None = None
        self._listeners: list[Callable[[], None]] = []

    async def load(self) -> None:
        """Bring back what waits. A household is told of the past once, however often its key is renewed."""
        if (kept := await take_up(self._store, Held.OUTBOX, self._entry_id, _read)) is None:
            return
        self._rewinds = kept.rewinds
        if kept.household == self._household:
            self._renewal = kept.renewal
            self._queue, self._past, self._last_sent = kept.queue, kept.past, kept.last_sent
        else:
            self._queue = tuple(block for block in kept.queue if block.quality != "imported")
        self._waiting = queue.count(self._queue)

    @callback
    def keep(self, channels: Container[str]) -> None:
        """Let go of what was not sent yet and is not shared any more; the file follows with the next writing."""
        self._queue = tuple(block for block in self._queue if block.channel in channels)
        self._waiting = queue.count(self._queue)

    @property
    def past(self) -> Told | None:
        """How much of the past lies in here or at the hub."""
        return self._past

    @property
    def last_sent(self) -> datetime | None:
        """When the hub last acknowledged readings."""
        return self._last_sent

    @property
    def waiting(self) -> int:
        """How many slots wait."""
        return self._waiting

    def token(self, known: str) -> str:
        """Return the token that holds: the known one, unless it was changed and the entry was not written in time."""
        return self._renewal.token if self._renewal is not None and self._renewal.instead_of == known else known

    async def keep_token(self, token: str, instead_of: str) -> None:
        """Have a new token on disk, or raise OSError: before that nobody may use it."""
        async with self._lock:
            self._renewal = Renewal(token, instead_of)
            await self._write(self._queue, self._past)

    def next_blocks(self) -> tuple[Block, ...]:
        """Return what one request may carry, oldest first."""
        return self._queue[: wire.BLOCKS_A_REQUEST]

    async def add(self, closed: Mapping[str, Sequence[ClosedSlot]], *, past: Told | None = None) -> None:
        """Take in slots, all of them or, with an OSError, none; what lies outside the time that a hub can take goes."""
        async with self._lock:
            waiting, told = self._queue, past or self._past
            for channel, slots in closed.items():
                waiting = queue.with_slots(waiting, channel, slots, partial(revision, self._rewinds))
            now = dt_util.utcnow()
            waiting = queue.within(waiting, now - OLDEST, now)
            await self._write(waiting, told)
            self._queue, self._past = waiting, told
            self._waiting = queue.count(waiting)
        self._tell()

    async def come_back(self, now: datetime, shown: datetime) -> None:
        """Take a clock that was put back for what it is: what it made up goes, and what passes again is a correction.

        If it can not be written now, it is with the next slots.
        """
        async with self._lock:
            self._rewinds = (*recent(self._rewinds, now), Rewind.of(now, shown))
            self._queue = queue.within(self._queue, now - OLDEST, slot_of(now))
            self._waiting = queue.count(self._queue)
            with suppress(OSError):
                await self._write(self._queue, self._past)
        self._tell()

    async def acknowledged(self, blocks: tuple[Block, ...]) -> None:
        """Forget what the hub has."""
        self._last_sent = dt_util.utcnow()
        await self.give_up(blocks)

    async def give_up(self, blocks: tuple[Block, ...]) -> None:
        """Forget what the hub will never take.

        The file follows when as much is gone as is left: a long queue would else be written once for each request. What
        a power cut brings back is only sent again.
        """
        async with self._lock:
            self._queue, gone = queue.without(self._queue, blocks)
            self._waiting -= gone
            self._unwritten += len(blocks)
        if self._unwritten >= len(self._queue):
            await self.save()
        else:
            self._tell()

    async def save(self) -> None:
        """Write down what is forgotten. If that fails, a restart only sends again what the hub has."""
        async with self._lock:
            with suppress(OSError):
                await self._write(self._queue, self._past)
        self._tell()

    async def _write(self, waiting: queue.Queue, past: Told | None) -> None:
        self._unwritten = 0
        await self._store.async_save(
            {
                "household": self._household,
                "past": past and past.to_json(),
                "last_sent": self._last_sent and self._last_sent.isoformat(),
                "rewinds": [each.to_json() for each in self._rewinds],
                "renewal": self._renewal and asdict(self._renewal),
                "blocks": queue.dump(waiting),
            }
        )

    @callback
    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call the listener whenever the queue has changed; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()


def _read(kept: Mapping[str, Any]) -> _Kept:
    past, last_sent, renewal = kept["past"], kept["last_sent"], kept.get("renewal")
    return _Kept(
        kept["household"],
        queue.load(kept["blocks"]),
        None if past is None else Told.from_json(past),
        None if last_sent is None else datetime.fromisoformat(last_sent),
        tuple(Rewind.from_json(each) for each in kept.get("rewinds", ())),
        None if renewal is None else Renewal(**renewal),
    )
