"""The pages put together, with the files that they load."""

from importlib import resources
from pathlib import Path

from aiohttp import web

from .. import __version__
from .views import (
    account,
    accounts,
    alerts,
    audit,
    backups,
    checks,
    guide,
    households,
    invites,
    join,
    kiosk,
    login,
    now,
    patterns,
    privacy,
    settings,
)

_STATIC = Path(str(resources.files(__package__))) / "static"
STATIC_FILES = {str(file.relative_to(_STATIC)): file for file in _STATIC.rglob("*") if file.is_file()}
"""All that can be asked for; what is not in the list has no path to be tricked with."""

ONE_YEAR = 31_536_000

routes = web.RouteTableDef()


@routes.get("/static/{path:.+}")
async def static(request: web.Request) -> web.FileResponse:
    """Give a file of the pages; their addresses carry the version, so a browser may keep them."""
    file = STATIC_FILES.get(request.match_info["path"])
    if file is None:
        raise web.HTTPNotFound
    cache = f"max-age={ONE_YEAR}, immutable" if request.query.get("v") == __version__ else "no-cache"
    return web.FileResponse(file, headers={"Cache-Control": cache, "X-Content-Type-Options": "nosniff"})


ALL = (
    routes,
    now.routes,
    guide.routes,
    patterns.routes,
    alerts.routes,
    settings.routes,
    backups.routes,
    checks.routes,
    privacy.routes,
    kiosk.routes,
    login.routes,
    account.routes,
    join.routes,
    households.routes,
    invites.routes,
    accounts.routes,
    audit.routes,
)
"""Every route of the pages."""
