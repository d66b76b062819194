"""Patterns: what is usual, by hour and weekday, by month and season, and group beside group."""

from datetime import timedelta

import msgspec
from aiohttp import web

from ... import figures
from ...api.wire import PatternsQuery, query, reply
from ...hub import HUB
from ..frame import HEADERS, page

DEFAULT_SPAN = timedelta(days=365)
LONGEST_SPAN = timedelta(days=3660)

routes = web.RouteTableDef()


@routes.get("/patterns")
async def patterns(request: web.Request) -> web.Response:
    """Show the page; its script asks for the figures of the span, circle and flow that are chosen."""
    return page(request, "patterns", today=request.app[HUB].day().isoformat())


@routes.get("/patterns/data")
async def data(request: web.Request) -> web.Response:
    """Give what is usual in a circle over a span of days, the last year unless told."""
    hub = request.app[HUB]
    asked = query(request, PatternsQuery)
    start, end = asked.days(hub.day(), DEFAULT_SPAN, LONGEST_SPAN)
    found = msgspec.to_builtins(await figures.patterns(hub, asked.circle, start, end, asked.figure))
    answer = reply(found | {"from": found.pop("start"), "to": found.pop("end")})
    answer.headers.update(HEADERS)
    return answer
