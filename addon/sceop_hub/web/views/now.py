"""Now: the community at this moment, and the day so far."""

import asyncio
import contextlib
from datetime import timedelta

import msgspec
from aiohttp import ClientConnectionResetError, web

from ...api.wire import reply
from ...auth.people import PERSON
from ...broadcast import BROADCAST
from ...hub import HUB
from ..frame import HEADERS, page
from . import guide

STALLED_SECONDS = 60
LONGEST_STREAM = timedelta(hours=1)
"""Then the browser asks anew, and is let in if it still may: a role or a screen's key may be gone by now."""

routes = web.RouteTableDef()


@routes.get("/")
async def now(request: web.Request) -> web.Response:
    """Show the community at this moment."""
    await guide.lead_there(request)
    profile = request.app[HUB].profile
    priced = profile.price_per_kwh is not None or profile.carbon_g_per_kwh is not None
    return page(request, "now", now=msgspec.to_builtins(request.app[BROADCAST].now), priced=priced)


@routes.get("/now/events")
async def events(request: web.Request) -> web.StreamResponse:
    """Tell a page of every new figure while it is open."""
    with request.app[BROADCAST].seat(
        request[PERSON].key, lambda: request.transport is None or request.transport.is_closing()
    ):
        return await _tell(request)


async def _tell(request: web.Request) -> web.StreamResponse:
    stream = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await stream.prepare(request)
    clock = request.app[HUB].clock
    opened = clock()
    # Pages are closed, which is how all of them end, or stop reading: nobody holds figures for those.
    with contextlib.suppress(ClientConnectionResetError, TimeoutError):
        async for figure in request.app[BROADCAST].listen():
            if abs(clock() - opened) >= LONGEST_STREAM:
                break
            async with asyncio.timeout(STALLED_SECONDS):
                await stream.write(figure)
    return stream


@routes.get("/now/today")
async def today(request: web.Request) -> web.Response:
    """Give the curve of the running day."""
    answer = reply(request.app[BROADCAST].today)
    answer.headers.update(HEADERS)
    return answer


@routes.get("/now/curve")
async def curve(request: web.Request) -> web.Response:
    """Give the power of the last day, minute by minute."""
    answer = reply(request.app[HUB].live_curve.drawn())
    answer.headers.update(HEADERS)
    return answer
