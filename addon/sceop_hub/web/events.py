"""What the pages are told: one figure for all of them, made once however many look on."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
from aiohttp import web

from ..domain.community import Now, Today


class Broadcast:
    """The newest figures, and the pages that wait for the next."""

    def __init__(self) -> None:
        """Begin with nothing to tell."""
        self.today: Today | None = None
        self._now = b""
        self._next: asyncio.Event = asyncio.Event()
        self._closed = False

    def publish(self, now: Now) -> None:
        """Tell every open page."""
        self._now = msgspec.json.encode(now)
        self._wake()

    def close(self) -> None:
        """Let every page go, so that the hub can stop."""
        self._closed = True
        self._wake()

    async def listen(self) -> AsyncIterator[bytes]:
        """Give the newest figure at once and each later one as it comes; a slow page misses some and gets the last."""
        while not self._closed:
            coming = self._next
            if self._now:
                yield self._now
            await coming.wait()

    def _wake(self) -> None:
        self._next.set()
        self._next = asyncio.Event()


BROADCAST = web.AppKey("broadcast", Broadcast)
