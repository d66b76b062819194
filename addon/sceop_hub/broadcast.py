"""The newest figures: made once, told to everybody who asks or looks on.

Asking often shows nothing more than asking once.
"""

import asyncio
from collections.abc import AsyncIterator

import msgspec
from aiohttp import web

from .domain.community import Now, SoFar, Today


class Broadcast:
    """The newest figures, and the pages that wait for the next."""

    def __init__(self) -> None:
        self.now: Now | None = None
        self.today: Today | None = None
        self.so_far: SoFar | None = None
        self._told: bytes = b""
        self._next: asyncio.Event = asyncio.Event()
        self._closed = False

    def publish(self, now: Now) -> None:
        """Tell every open page."""
        self.now, self._told = now, b"event: now\ndata: " + msgspec.json.encode(now) + b"\n\n"
        self._wake()

    def publish_day(self, today: Today, so_far: SoFar | None) -> None:
        """Keep the day's curve, and what it comes to."""
        self.today, self.so_far = today, so_far

    def close(self) -> None:
        """Let every page go, so that the hub can stop."""
        self._closed = True
        self._wake()

    async def listen(self) -> AsyncIterator[bytes]:
        """Give the newest figure as an event, and each later one as it comes; a slow page misses some."""
        while not self._closed:
            coming = self._next
            yield self._told
            await coming.wait()

    def _wake(self) -> None:
        self._next.set()
        self._next = asyncio.Event()


BROADCAST = web.AppKey("broadcast", Broadcast)
