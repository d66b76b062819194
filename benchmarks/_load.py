"""A client in a process of its own: prepared requests, raw connections, so that it costs less than what it measures."""

import asyncio
import pickle
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from time import perf_counter

BURST = 16
"""Requests sent in a row when late, before answers are looked at."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is sent: at `rate` a second whatever comes back, or each as soon as one of those in flight is done."""

    port: int
    requests: Sequence[bytes]
    connections: int
    rate: float | None = None
    seconds: float | None = None
    """Go round and round for so long; once through where it is None."""


@dataclass(frozen=True, slots=True)
class Result:
    """How it went: seconds from when each request was due until its answer, and from first to last."""

    waits: list[float]
    seconds: float
    refused: int


class Connection(asyncio.Protocol):
    """One connection, on which answers come in the order of the requests."""

    def __init__(self, load: Measured) -> None:
        self._load = load
        self._due: deque[float] = deque()
        self._held = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is written to."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, request: bytes, due: float) -> None:
        """Send a request that was due at a moment."""
        self._due.append(due)
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take answers apart: a head, then as many bytes as it says."""
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            head = self._held[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._held) < end + 4 + length:
                return
            self._held = self._held[end + 4 + length :]
            self._load.answered(self, self._due.popleft(), refused=not head.startswith(b"http/1.1 200"))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - it says nothing that changes the count
        """Whatever was on its way will not be answered."""
        for _ in self._due:
            self._load.lost()
        self._due.clear()


class Measured:
    """A load while it runs."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._waits: list[float] = []
        self._refused = 0
        self._waiting = 0
        self._news = asyncio.Event()
        self._next: Iterator[bytes] = iter(load.requests)
        self._until = float("inf")

    async def run(self) -> Result:
        """Send everything and wait for all answers."""
        loop = asyncio.get_running_loop()
        connections = [
            (await loop.create_connection(lambda: Connection(self), "127.0.0.1", self._load.port))[1]
            for _ in range(self._load.connections)
        ]
        if self._load.seconds is not None:
            self._next = cycle(self._load.requests)
        started = perf_counter()
        self._until = started + (self._load.seconds or float("inf"))
        if self._load.rate is None:
            for connection in connections:
                self._send_next(connection)
        else:
            await self._send_at(self._load.rate, connections)
        while self._waiting:
            self._news.clear()
            await self._news.wait()
        ended = perf_counter()
        for connection in connections:
            connection.transport.abort()
        return Result(self._waits, ended - started, self._refused)

    def answered(self, connection: Connection, due: float, *, refused: bool) -> None:
        """Count an answer; who waits for each before the next sends the next."""
        now = perf_counter()
        self._waits.append(now - due)
        self._refused += refused
        self._waiting -= 1
        if self._load.rate is None:
            self._send_next(connection)
        self._news.set()

    def lost(self) -> None:
        """Count a request that will not be answered."""
        self._refused += 1
        self._waiting -= 1
        self._news.set()

    def _send_next(self, connection: Connection) -> None:
        now = perf_counter()
        request = next(self._next, None) if now < self._until else None
        if request is not None:
            self._waiting += 1
            connection.send(request, now)

    async def _send_at(self, rate: float, connections: Sequence[Connection]) -> None:
        """Send by the clock, and count from when each request was due: a slow server can not slow its own test."""
        started = perf_counter()
        for number, (request, connection) in enumerate(zip(self._next, cycle(connections), strict=False)):
            due = started + number / rate
            if due > self._until:
                return
            ahead = due - perf_counter()
            if ahead > 0 or not number % BURST:
                await asyncio.sleep(max(ahead, 0))
            self._waiting += 1
            connection.send(request, due)


def main() -> None:
    """Take a load from standard input, and give its result to standard output."""
    load: Load = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the benchmark that started this
    result = asyncio.run(Measured(load).run())
    sys.stdout.buffer.write(pickle.dumps(result))


if __name__ == "__main__":
    main()
