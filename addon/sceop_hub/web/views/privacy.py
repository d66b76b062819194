"""Privacy: what is kept of whom, why, for how long, and who sees it, with the numbers that hold here."""

from aiohttp import web

from ...auth.access import ROLES, Permission
from ...domain.privacy import largest_share
from ...hub import HUB
from ..frame import page

routes = web.RouteTableDef()


@routes.get("/privacy")
async def privacy(request: web.Request) -> web.Response:
    """Show the page; whoever may see the community's figures may read how they come about."""
    profile = request.app[HUB].profile
    return page(
        request,
        "privacy",
        fewest=profile.fewest_homes,
        largest_share=float(largest_share(profile.fewest_homes)),
        retention_days=profile.retention_days,
        approval=profile.approval,
        notify=profile.notify,
        published_since=profile.published_since,
        roles=ROLES,
        permissions=[permission.value for permission in Permission],
    )
