"""The files that pages load: styles, scripts, fonts, pictures. A browser keeps them while they are the same."""

import hashlib
import re
from importlib import resources
from pathlib import Path

from aiohttp import web

ONE_YEAR = 31_536_000

_STATIC = Path(str(resources.files(__package__))) / "static"
STATIC_FILES = {str(file.relative_to(_STATIC)): file for file in sorted(_STATIC.rglob("*")) if file.is_file()}
"""All that can be asked for; what is not in the list has no path to be tricked with."""

STAMP = hashlib.sha256(b"".join(file.read_bytes() for file in STATIC_FILES.values())).hexdigest()[:12]
"""Stands in front of a file's path, so that what a script or style asks for in turn carries it as well."""

_STAMPED = re.compile(r"[0-9a-f]{12}/")

routes = web.RouteTableDef()


@routes.get("/static/{path:.+}")
async def static(request: web.Request) -> web.FileResponse:
    """Give a file; a page of an older version that is still open gets the file of today."""
    path = request.match_info["path"]
    file = STATIC_FILES.get(_STAMPED.sub("", path, count=1) if _STAMPED.match(path) else path)
    if file is None:
        raise web.HTTPNotFound
    cache = f"max-age={ONE_YEAR}, immutable" if path.startswith(f"{STAMP}/") else "no-cache"
    return web.FileResponse(file, headers={"Cache-Control": cache, "X-Content-Type-Options": "nosniff"})
