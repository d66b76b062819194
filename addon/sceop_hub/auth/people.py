"""People at the pages: who they are, by the door through which they came."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from ..api.keys import HUB
from .access import ROLES, Permission

_PREFIX = re.compile(r"(/[A-Za-z0-9_-]+)+")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may do something here. `key` names them in the audit log."""

    key: str
    name: str
    role: str
    session: int | None = None

    def may(self, permission: Permission) -> bool:
        """Tell whether this person's role includes it."""
        return permission in ROLES.get(self.role, frozenset())


PERSON = web.RequestKey("person", Person)


async def recognise(request: web.Request) -> Person | None:
    """Return who sends this request, or None for a stranger."""
    if came_through_ingress(request):
        name = request.headers.get("X-Remote-User-Display-Name") or request.headers.get("X-Remote-User-Name") or "?"
        return Person(f"ha:{request.headers.get('X-Remote-User-Id', '')}", name, "owner")
    if _sits_here(request):
        return Person("local", "This machine", "owner")
    return None


def came_through_ingress(request: web.Request) -> bool:
    """Tell whether the request comes from the one address whose headers are believed."""
    return request.remote in request.app[HUB].settings.ingress_from


def base(request: web.Request) -> str:
    """Return what every address in a page begins with: the ingress path, or nothing."""
    prefix = request.headers.get("X-Ingress-Path", "").rstrip("/")
    return prefix if came_through_ingress(request) and _PREFIX.fullmatch(prefix) else ""


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
