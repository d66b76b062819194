"""Serving: the ports, the log, stopping when told, and starting again into a restored database."""

import asyncio
import contextlib
import errno
import gc
import logging
import resource
import signal
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

from aiohttp import web

from . import __version__, tls
from .api.envelope import UNDER_WAY
from .app import build, utc_now
from .backup import restore
from .discovery import announced
from .hub import HUB
from .listening import Listening, told
from .settings import Settings
from .store import database

_LOGGER = logging.getLogger(__name__)

BACKLOG = 1024
"""Households that connect in the same instant, after a power cut say; 128 lost some."""

AT_ONCE = 64
"""Of them, how many are taken before the room is asked for the first; each is an open file by then."""

GOODBYE_SECONDS = 3
"""For what was accepted and is not answered yet, and again for what does not let go. Both, the households' goodbye and
the last commit fit into the ten seconds that Docker gives."""

MOST_CONNECTIONS = 5000
"""Two for each of 2,000 households and room for pages; one costs about 7 KB."""

FILES_BESIDE = 200
"""Database, log, pages' own files: what the hub opens beside connections."""

IDLE_SECONDS = 60
"""A connection may be silent for so long, or take so long over the head of a request."""

LINGERING_SECONDS = 2
"""How long the rest of a refused body is still taken in, so that the refusal reaches who sends it."""

HANDSHAKE_SECONDS = 10


YOUNG_OBJECTS = 20_000
"""Made before garbage is looked for: that many are a hundred requests, not ten."""


class ListenError(Exception):
    """The address can not be listened on, and why."""


async def serve(settings: Settings) -> None:
    """Run the hub until it is told to stop. It listens first: a hub that can not must not touch its data."""
    with ExitStack() as held:
        listening = [held.enter_context(_listen(settings.host, port)) for port in _ports(settings)]
        certificate = tls.context(settings, utc_now())
        folder = held.enter_context(contextlib.closing(database.take(settings.data)))
        host, port, *_ = listening[0].getsockname()
        held.enter_context(told(folder, Listening(host, port, secure=certificate is not None)))
        for doubt in settings.doubts:
            _LOGGER.warning("%s", doubt)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        while not stop.is_set():
            await _one_life(settings, listening, certificate, stop)


async def _one_life(
    settings: Settings, listening: list[socket.socket], certificate: ssl.SSLContext | None, stop: asyncio.Event
) -> None:
    """Serve until told to stop or to start again; connections that come in between wait for the next life."""
    await asyncio.to_thread(restore.finish, settings.data)
    again = asyncio.Event()
    app = build(settings, restart=again.set)
    ports = [sock.getsockname()[1] for sock in listening]
    async with doors_open(app, [sock.dup() for sock in listening], certificate) as addresses:
        renewing = asyncio.create_task(tls.keep_fresh(certificate, settings)) if certificate else None
        keep_garbage_calm()
        _LOGGER.info("The hub %s serves %s", __version__, addresses[0])
        async with announced(app[HUB], *ports):
            await _first(stop, again)
        _LOGGER.info("The hub stops%s", "" if stop.is_set() else " and starts again")
        if renewing is not None:
            renewing.cancel()


def keep_garbage_calm() -> None:
    """Leave what lives as long as the hub out of the search for garbage, in which every request would wait for it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 10, 20)


@asynccontextmanager
async def doors_open(
    app: web.Application,
    listening: list[socket.socket],
    certificate: ssl.SSLContext | None = None,
    most: int = MOST_CONNECTIONS,
) -> AsyncIterator[list[str]]:
    """Answer on sockets for as long as this lasts: the first one with the certificate, if there is one."""
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=GOODBYE_SECONDS,
        keepalive_timeout=IDLE_SECONDS,
        lingering_time=LINGERING_SECONDS,
    )
    try:
        await runner.setup()
        assert runner.server is not None  # setup made it
        room = _Room(runner.server, app[UNDER_WAY], _most(most))
        sites = [_Site(runner, sock, room, None if number else certificate) for number, sock in enumerate(listening)]
        for site in sites:
            await site.start()
        yield [site.name for site in sites]
    finally:
        await runner.cleanup()
        for sock in listening:
            sock.close()


class _Room:
    """Lets connections in while there is room, and makes room: who is silent for the longest goes first."""

    def __init__(self, server: web.Server, under_way: dict[object, str], most: int) -> None:
        self._server = server
        self._under_way = under_way
        self._most = most

    def __call__(self) -> asyncio.Protocol:
        if len(connections := self._server.connections) >= self._most:
            # Those without a transport were sent away a moment ago.
            staying = [one for one in connections if one.transport is not None]
            if len(staying) >= self._most and not self._make_room(staying):
                _LOGGER.warning("All %d connections are in use; others are turned away", self._most)
                return _TurnedAway()
        return self._server()

    def _make_room(self, staying: list[web.RequestHandler]) -> bool:
        silent = [one for one in staying if one not in self._under_way]
        for one in silent[: max(1, self._most // 100)]:
            one.force_close()
        return bool(silent)


class _TurnedAway(asyncio.Protocol):
    """Says that there is no room, to somebody who may come again."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(
            b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 60\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        transport.close()


class _Site(web.BaseSite):
    """A socket on which connections come in through the room."""

    def __init__(
        self, runner: web.AppRunner, sock: socket.socket, room: _Room, certificate: ssl.SSLContext | None
    ) -> None:
        super().__init__(runner, ssl_context=certificate, backlog=BACKLOG)
        self._sock = sock
        self._room = room

    @property
    def name(self) -> str:
        """Return where it is, for the log."""
        host, port, *_ = self._sock.getsockname()
        scheme = "http" if self._ssl_context is None else "https"
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    async def start(self) -> None:
        """Begin to listen."""
        await super().start()
        self._server = await asyncio.get_running_loop().create_server(
            self._room,
            sock=self._sock,
            ssl=self._ssl_context,
            backlog=AT_ONCE,
            ssl_handshake_timeout=None if self._ssl_context is None else HANDSHAKE_SECONDS,
        )
        self._sock.listen(BACKLOG)


def _most(wished: int) -> int:
    """Return how many connections this machine lets the hub have; it asks for what it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wished + FILES_BESIDE
    if soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wished if soft == resource.RLIM_INFINITY else max(16, min(wished, soft - FILES_BESIDE))


async def _first(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


def _ports(settings: Settings) -> list[int]:
    return [settings.port] if settings.ingress_port is None else [settings.port, settings.ingress_port]


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ListenError(
                f"Port {port} is taken: another program, perhaps another hub, listens there. Stop it, or"
                " choose another with --port."
            ) from error
        raise ListenError(
            f"The hub can not listen on {host}, port {port}: {error.strerror or error}. Choose another --host."
        ) from error
