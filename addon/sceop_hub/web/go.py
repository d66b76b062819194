"""Where a browser goes after a form: to a page that can be loaded again without sending anything twice."""

from urllib.parse import urlencode

from aiohttp import web

from ..auth.people import base


def see(request: web.Request, path: str, said: str | None = None, **query: str) -> web.HTTPSeeOther:
    """Return the answer that leads to a page, which begins with the word `said.<said>`."""
    asked = urlencode({**query, **({"said": said} if said else {})})
    place, _, fragment = path.partition("#")
    return web.HTTPSeeOther(f"{base(request)}{place}{'?' if asked else ''}{asked}{'#' if fragment else ''}{fragment}")
