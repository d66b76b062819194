"""The newest figures: made once, told to everybody who asks or looks on.

Asking often shows nothing more than asking once.
"""

import asyncio
from collections.abc import AsyncIterator

import msgspec

from .domain.community import Now, Today, keep_published
from .domain.privacy import NOBODY, Group


class Broadcast:
    """The newest figures, and the pages that wait for the next."""

    def __init__(self) -> None:
        self.now: Now | None = None
        self.today: Today | None = None
        self._drawn_for: Group = NOBODY
        self._next: asyncio.Event = asyncio.Event()
        self._closed = False

    def publish(self, now: Now) -> None:
        """Tell every open page."""
        self.now = now
        self._wake()

    def publish_day(self, drawn: Today, group: Group) -> None:
        """Keep the day's curve; what was published of the same homes is changed only by several of them at once."""
        published = self.today
        if published is not None and published.day == drawn.day and group == self._drawn_for:
            drawn = keep_published(published, drawn)
        self.today, self._drawn_for = drawn, group

    def close(self) -> None:
        """Let every page go, so that the hub can stop."""
        self._closed = True
        self._wake()

    async def listen(self) -> AsyncIterator[bytes]:
        """Give the newest figure at once and each later one as it comes; a slow page misses some and gets the last."""
        while not self._closed:
            coming = self._next
            yield msgspec.json.encode(self.now)
            await coming.wait()

    def _wake(self) -> None:
        self._next.set()
        self._next = asyncio.Event()
