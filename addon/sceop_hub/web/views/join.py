"""The page that an invite's picture opens on a phone: what a hub is, and what to do with the code.

The code stands behind the # of the address, which browsers send to nobody; a script of the page shows it.
"""

from aiohttp import web

from ..frame import page

routes = web.RouteTableDef()


@routes.get("/join")
async def join_page(request: web.Request) -> web.Response:
    """Show an invited neighbour what to do."""
    return page(request, "join")
