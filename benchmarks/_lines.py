"""Two thousand households and fifty pages from one process, which costs the hub nothing but what they say."""

import asyncio
import json
import pickle
import random
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from benchmarks._street import token_of

EVERY_S = 10
OPENED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Watch:
    """How many households talk and pages look on, and for how long after all of them are there."""

    port: int
    homes: int
    pages: int
    seconds: float


@dataclass(slots=True)
class Seen:
    """How long after it was due each page was told each figure, how many homes the last one held, and who was lost."""

    told: dict[float, list[float]] = field(default_factory=dict)
    homes: int = 0
    lost: int = 0


class Household(asyncio.Protocol):
    """A line on which a household tells its power; what the hub says is not looked at."""

    def __init__(self, home: int, seen: Seen) -> None:
        self._home, self._seen = home, seen
        self.open = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the line."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(
            b"GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            b"Authorization: Bearer " + token_of(self._home).encode() + b"\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        """Hear that the line is open."""
        if not self.open.done():
            if not data.startswith(b"HTTP/1.1 101"):
                raise SystemExit(f"The hub does not open the line: {data[:200]!r}")
            self.open.set_result(None)

    def connection_lost(self, _error: Exception | None) -> None:
        """Count who was cut off."""
        self._seen.lost += 1

    def say(self) -> None:
        """Tell the power, which moves."""
        assert self.transport is not None
        watts = {"grid_import": random.randrange(100, 4000), "grid_export": 0, "production": random.randrange(2000)}  # noqa: S311 - any number will do
        message = {"type": "power", "at": "2026-11-20T12:00:00Z", "w": watts | {"load.heat_pump": 100}}
        body = json.dumps(message).encode()
        self.transport.write(b"\x81\xfe" + len(body).to_bytes(2) + b"\0\0\0\0" + body)  # masked with zeros


class Page(asyncio.Protocol):
    """An open page, which notes when it is told a figure."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the figures."""
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"GET /now/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")

    def data_received(self, data: bytes) -> None:
        """Note the figures that came whole."""
        now = time.time()
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"data: "):
                figure = json.loads(line[6:])
                due = datetime.fromisoformat(figure["at"]).timestamp() // EVERY_S * EVERY_S
                self._seen.told.setdefault(due, []).append(now - due)
                self._seen.homes = figure["homes"]["reporting"]

    def connection_lost(self, _error: Exception | None) -> None:
        """Count who was cut off."""
        self._seen.lost += 1


async def watch(wish: Watch) -> Seen:
    """Open everything, let everybody talk at a moment of their own, and note what pages are told."""
    loop, seen = asyncio.get_running_loop(), Seen()
    households = []
    for first in range(0, wish.homes, OPENED_AT_ONCE):
        opening = range(first, min(first + OPENED_AT_ONCE, wish.homes))
        some = [
            await loop.create_connection(partial(Household, home + 1, seen), "127.0.0.1", wish.port) for home in opening
        ]
        await asyncio.gather(*(household.open for _, household in some))
        households += [household for _, household in some]
    for _ in range(wish.pages):
        await loop.create_connection(lambda: Page(seen), "127.0.0.1", wish.port)

    def talk(household: Household) -> None:
        household.say()
        loop.call_later(EVERY_S, talk, household)

    for number, household in enumerate(households):
        loop.call_later(EVERY_S * number / len(households), talk, household)
    await asyncio.sleep(2 * EVERY_S)
    seen.told.clear()
    print("ready", file=sys.stderr, flush=True)
    await asyncio.sleep(wish.seconds)
    return seen


def main() -> None:
    """Watch as standard input says, and answer on standard output."""
    wish: Watch = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - from our own process
    sys.stdout.buffer.write(pickle.dumps(asyncio.run(watch(wish))))
