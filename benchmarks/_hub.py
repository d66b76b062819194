"""A hub in a process of its own, with what only a benchmark may ask: an empty answer, and the night's work at once."""

import asyncio
import socket
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from aiohttp import web

from sceop_hub.app import build
from sceop_hub.auth import access
from sceop_hub.core.slots import to_number
from sceop_hub.hub import HUB
from sceop_hub.server import BACKLOG, doors_open, keep_garbage_calm
from sceop_hub.settings import load
from sceop_hub.store import database, rollups, settle

EMPTY, ROLL_UP, SETTLE = "/empty", "/roll-up", "/settle"


async def empty(_request: web.Request) -> web.Response:
    """Answer with nothing: what a request costs before the hub does anything for it."""
    return web.Response()


async def roll_up(request: web.Request) -> web.Response:
    """Make all roll-ups that are due, in the bites that the upkeep takes."""
    hub = request.app[HUB]
    while await hub.store.write(partial(rollups.refresh, zone=hub.profile.zone)):
        pass
    return web.Response()


async def settle_all(request: web.Request) -> web.Response:
    """Settle all fresh slots, as if their day were over."""
    hub = request.app[HUB]
    before = to_number(datetime.now(UTC) + timedelta(days=1))
    done: int | None = 0
    while done is not None:
        done = await hub.store.write(partial(settle.settle, before=before, after_channel=done))
    return web.Response()


async def serve(data: Path) -> None:
    """Serve as `sceop-hub serve` does, and say on which port."""
    app = build(load({"data": data, "community": "Benchmark", "time_zone": "Europe/Amsterdam"}))
    for path, handler in ((EMPTY, empty), (ROLL_UP, roll_up), (SETTLE, settle_all)):
        access.ACCESS[("POST", path)] = access.Door.ANYBODY  # type: ignore[index] # a benchmark may widen the table
        app.router.add_post(path, handler)
    listening = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
    with closing(database.take(data)):
        async with doors_open(app, [listening]):
            keep_garbage_calm()
            print(listening.getsockname()[1], flush=True)
            await asyncio.to_thread(sys.stdin.read)  # until whoever started this lets go


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
