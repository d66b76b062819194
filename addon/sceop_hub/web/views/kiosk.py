"""The kiosk: the community on a screen in a lobby, for passers-by, for months, with nobody to look after it."""

import msgspec
from aiohttp import web

from ...broadcast import BROADCAST
from ..frame import page

routes = web.RouteTableDef()


@routes.get("/kiosk")
async def kiosk(request: web.Request) -> web.Response:
    """Show the screen; what it holds is what every viewer may see, less the organisations."""
    now = msgspec.to_builtins(request.app[BROADCAST].now)
    return page(request, "kiosk", now=now and {**now, "organisations": []})
