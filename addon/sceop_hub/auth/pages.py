"""Who may open the pages: whoever comes through Home Assistant's ingress, or sits at the hub's own machine."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from ..api.keys import HUB
from ..domain.refusal import Refusal

_PREFIX = re.compile(r"(/[A-Za-z0-9_-]+)+")


def came_through_ingress(request: web.Request) -> bool:
    """Tell whether the request comes from the one address whose headers are believed."""
    return request.remote in request.app[HUB].settings.ingress_from


def base(request: web.Request) -> str:
    """Return what every address in a page begins with: the ingress path, or nothing."""
    prefix = request.headers.get("X-Ingress-Path", "").rstrip("/")
    return prefix if came_through_ingress(request) and _PREFIX.fullmatch(prefix) else ""


def for_people(handler: Handler) -> Handler:
    """Guard a page: Home Assistant has already asked ingress users who they are, and others must sit at the machine."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not (came_through_ingress(request) or _sits_here(request)):
            raise Refusal(
                "forbidden",
                "The hub's pages open through Home Assistant's sidebar, or on the machine that the hub runs on.",
            )
        return await handler(request)

    return guarded


def _sits_here(request: web.Request) -> bool:
    """Tell whether the browser runs on this machine and was sent to it by name, not by a foreign page's trick."""
    try:
        host = urlsplit(f"//{request.host}").hostname
    except ValueError:
        return False
    return _is_loopback(request.remote) and _is_loopback(host)


def _is_loopback(address: str | None) -> bool:
    try:
        return address == "localhost" or ip_address(address or "").is_loopback
    except ValueError:
        return False
