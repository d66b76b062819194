"""Serving: the port, the log, and stopping when told."""

import asyncio
import errno
import logging
import signal
import socket
from contextlib import closing

from aiohttp import web

from . import __version__
from .app import build
from .settings import Settings
from .store import database

_LOGGER = logging.getLogger(__name__)

BACKLOG = 1024
"""Households that connect in the same instant, after a power cut say; 128 lost some."""

GOODBYE_SECONDS = 5


class ListenError(Exception):
    """The address can not be listened on, and why."""


async def serve(settings: Settings) -> None:
    """Run the hub until it is told to stop. It listens first: a hub that can not must not touch its data."""
    listening = _listen(settings)
    with closing(listening), closing(database.take(settings.data)):
        runner = web.AppRunner(build(settings), access_log=None, shutdown_timeout=GOODBYE_SECONDS)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        try:
            await runner.setup()
            await web.SockSite(runner, listening, backlog=BACKLOG).start()
            _LOGGER.info("The hub %s serves %s", __version__, _address(runner))
            await stop.wait()
            _LOGGER.info("The hub stops")
        finally:
            await runner.cleanup()


def _listen(settings: Settings) -> socket.socket:
    where = f"{settings.host}, port {settings.port}"
    try:
        family, *_, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ListenError(
                f"Port {settings.port} is taken: another program, perhaps another hub, listens there. Stop it, or"
                " choose another with --port."
            ) from error
        raise ListenError(
            f"The hub can not listen on {where}: {error.strerror or error}. Choose another --host."
        ) from error


def _address(runner: web.AppRunner) -> str:
    """Return where the hub listens, for the log."""
    host, port, *_ = runner.addresses[0]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
