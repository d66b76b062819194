"""The kiosk: the community on a screen in a lobby, for passers-by, for months, with nobody to look after it."""

import msgspec
from aiohttp import web

from ...api.wire import reply
from ...broadcast import BROADCAST
from ...hub import HUB
from ...playing.challenging import kiosk_challenge
from ..frame import HEADERS, page

routes = web.RouteTableDef()


@routes.get("/kiosk")
async def kiosk(request: web.Request) -> web.Response:
    """Show the screen; what it holds is what every viewer may see, less the organisations."""
    now = msgspec.to_builtins(request.app[BROADCAST].now)
    return page(request, "kiosk", now=now and {**now, "organisations": []})


@routes.get("/kiosk/challenge")
async def challenge(request: web.Request) -> web.Response:
    """Give the community's challenge that runs, and its level."""
    answer = reply(await kiosk_challenge(request.app[HUB]))
    answer.headers.update(HEADERS)
    return answer
