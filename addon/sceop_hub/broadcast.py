"""The newest figures: made once, told to everybody who asks or looks on.

Asking often shows nothing more than asking once.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec
from aiohttp import web

from .api.limits import MOST_PAGES, MOST_PAGES_OF_ONE
from .domain.community import Now, SoFar, Today
from .domain.refusal import Refusal

RETRY_S = 60


@dataclass(frozen=True, slots=True, eq=False)
class _Seat:
    """An open page: whose it is, and whether its browser has left."""

    who: str
    gone: Callable[[], bool]


class Broadcast:
    """The newest figures, and the pages that wait for the next."""

    def __init__(self) -> None:
        self.now: Now | None = None
        self.today: Today | None = None
        self.so_far: SoFar | None = None
        self._told: bytes = b""
        self._next: asyncio.Event = asyncio.Event()
        self._closed = False
        self._seats: set[_Seat] = set()

    @contextmanager
    def seat(self, who: str, gone: Callable[[], bool]) -> Iterator[None]:
        """Give somebody's page a seat, or refuse it one; it keeps none after its browser is `gone`."""
        taken = Counter(seat.who for seat in self._seats if not seat.gone())
        mine, others = taken[who], taken.total() - taken[who]
        if mine >= MOST_PAGES_OF_ONE or mine + others >= MOST_PAGES:
            raise Refusal(
                "too-many",
                "{mine} of your pages and {others} of others show live figures at this moment, and the hub can not tell"
                " more of them. Close some that nobody looks at; this one then goes on by itself.",
                mine=mine,
                others=others,
                wait=RETRY_S,
            )
        self._seats.add(seat := _Seat(who, gone))
        try:
            yield
        finally:
            self._seats.remove(seat)

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
