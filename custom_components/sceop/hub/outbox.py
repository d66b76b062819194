"""The outbox: what was measured stays here, on disk, until the hub has it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..core.blocks import Block
from ..core.meter import ClosedSlot
from . import queue, wire


def outbox_store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    """Return where the outbox of a site is kept; consumption is private, so the file is too."""
    return Store(
        hass, 1, f"{DOMAIN}.{entry_id}.outbox", private=True, atomic_writes=True, serialize_in_event_loop=False
    )


class Outbox:
    """A queue that is written to disk before anyone believes in it."""

    def __init__(self, store: Store[dict[str, Any]], household: str) -> None:
        """Start empty; `load` brings back what an earlier run left."""
        self._store = store
        self._household = household
        self._queue: queue.Queue = ()
        self._past_told_until: datetime | None = None
        self._last_sent: datetime | None = None
        self._listeners: list[Callable[[], None]] = []

    async def load(self) -> None:
        """Bring back what waits. A new household is told of the past anew, whatever an earlier one was told."""
        if (kept := await self._store.async_load()) is None:
            return
        self._queue = queue.load(kept["blocks"])
        if kept["household"] == self._household:
            self._past_told_until = _instant(kept["past_told_until"])
            self._last_sent = _instant(kept["last_sent"])
        else:
            self._queue = tuple(block for block in self._queue if block.quality != "imported")

    @property
    def past_told_until(self) -> datetime | None:
        """Up to where the past of before the joining lies in here or at the hub."""
        return self._past_told_until

    @property
    def last_sent(self) -> datetime | None:
        """When the hub last acknowledged readings."""
        return self._last_sent

    @property
    def waiting(self) -> int:
        """How many slots wait."""
        return queue.count(self._queue)

    def next_blocks(self) -> tuple[Block, ...]:
        """Return what one request may carry, oldest first."""
        return self._queue[: wire.MOST_BLOCKS]

    async def add(self, closed: Mapping[str, Sequence[ClosedSlot]], *, past_until: datetime | None = None) -> None:
        """Take in slots and write them down at once; what the hub would not take for its age goes."""
        for channel, slots in closed.items():
            self._queue = queue.with_slots(self._queue, channel, slots)
        self._queue = queue.younger(self._queue, dt_util.utcnow() - wire.OLDEST)
        self._past_told_until = past_until or self._past_told_until
        await self.save()

    async def acknowledged(self, blocks: tuple[Block, ...]) -> None:
        """Forget what the hub has."""
        self._last_sent = dt_util.utcnow()
        await self.give_up(blocks)

    async def give_up(self, blocks: tuple[Block, ...]) -> None:
        """Forget what the hub will never take."""
        for block in blocks:
            self._queue = queue.without(self._queue, block)
        await self.save()

    async def save(self) -> None:
        """Write the queue to disk and tell who shows its length."""
        for listener in list(self._listeners):
            listener()
        await self._store.async_save(
            {
                "household": self._household,
                "past_told_until": self._past_told_until and self._past_told_until.isoformat(),
                "last_sent": self._last_sent and self._last_sent.isoformat(),
                "blocks": queue.dump(self._queue),
            }
        )

    @callback
    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call the listener whenever the queue has changed; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


def _instant(kept: str | None) -> datetime | None:
    return None if kept is None else datetime.fromisoformat(kept)
