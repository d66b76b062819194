"""Serving: the port, the log, and stopping when told."""

import asyncio
import errno
import logging
import signal

from aiohttp import web

from . import __version__
from .app import build
from .settings import Settings

_LOGGER = logging.getLogger(__name__)

BACKLOG = 1024
"""Households that connect in the same instant, after a power cut say; 128 lost some."""

GOODBYE_SECONDS = 5


class PortTakenError(Exception):
    """Somebody else listens there."""


async def serve(settings: Settings) -> None:
    """Run the hub until it is told to stop."""
    runner = web.AppRunner(build(settings), access_log=None, shutdown_timeout=GOODBYE_SECONDS)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await runner.setup()
    try:
        await _listen(runner, settings)
        _LOGGER.info("The hub %s of %s serves %s", __version__, settings.community, _address(runner))
        await stop.wait()
        _LOGGER.info("The hub stops")
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port, backlog=BACKLOG).start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTakenError(
            f"Port {settings.port} is taken: another program, perhaps another hub, listens there. Stop it, or choose"
            " another with --port."
        ) from error


def _address(runner: web.AppRunner) -> str:
    """Return where the hub listens, for the log."""
    host, port, *_ = runner.addresses[0]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
