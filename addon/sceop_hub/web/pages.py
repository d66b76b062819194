"""The pages' handlers: what a browser asks for, behind ingress or at the hub's own machine."""

import contextlib
from importlib import resources
from pathlib import Path

import msgspec
from aiohttp import ClientConnectionResetError, web

from .. import __version__
from ..api.keys import BROADCAST
from ..api.wire import reply
from .frame import HEADERS, page

_STATIC = Path(str(resources.files(__package__))) / "static"
STATIC_FILES = {str(file.relative_to(_STATIC)): file for file in _STATIC.rglob("*") if file.is_file()}
"""All that can be asked for; what is not in the list has no path to be tricked with."""

ONE_YEAR = 31_536_000

routes = web.RouteTableDef()


@routes.get("/")
async def now(request: web.Request) -> web.Response:
    """Show the community at this moment."""
    return page(request, "now", now=msgspec.to_builtins(request.app[BROADCAST].now))


@routes.get("/now/events")
async def events(request: web.Request) -> web.StreamResponse:
    """Tell a page of every new figure while it is open."""
    stream = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await stream.prepare(request)
    with contextlib.suppress(ClientConnectionResetError):  # a page that was closed, which is how all of them end
        async for figure in request.app[BROADCAST].listen():
            await stream.write(b"event: now\ndata: " + figure + b"\n\n")
    return stream


@routes.get("/now/today")
async def today(request: web.Request) -> web.Response:
    """Give the curve of the running day."""
    answer = reply(request.app[BROADCAST].today)
    answer.headers.update(HEADERS)
    return answer


@routes.get("/static/{path:.+}")
async def static(request: web.Request) -> web.FileResponse:
    """Give a file of the pages; their addresses carry the version, so a browser may keep them."""
    file = STATIC_FILES.get(request.match_info["path"])
    if file is None:
        raise web.HTTPNotFound
    cache = f"max-age={ONE_YEAR}, immutable" if request.query.get("v") == __version__ else "no-cache"
    return web.FileResponse(file, headers={"Cache-Control": cache, "X-Content-Type-Options": "nosniff"})
