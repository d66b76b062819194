"""Patterns: what is usual, by hour and weekday, by month and season, and group beside group."""

from aiohttp import web

from ...api.keys import HUB
from ..frame import page

routes = web.RouteTableDef()


@routes.get("/patterns")
async def patterns(request: web.Request) -> web.Response:
    """Show the page; its script asks for the figures of the span, circle and flow that are chosen."""
    return page(request, "patterns", today=request.app[HUB].day().isoformat())
