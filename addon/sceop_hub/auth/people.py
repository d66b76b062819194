"""People at the pages: who they are, by the door through which they came."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from ..hub import HUB
from ..store import visitors
from . import programs
from .access import CHANGE, ROLES, Permission
from .guards import GUARDS
from .ingress import came_through
from .origin import forwarded
from .sessions import session_of

_PREFIX = re.compile(r"(/[A-Za-z0-9_-]+)+")
_USER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may do something here. `key` names them in the audit log.

    `session` is the browser in which they signed in. A program has `scopes` in place of a role.
    """

    key: str
    name: str
    role: str
    session: int | None = None
    scopes: frozenset[str] | None = None

    def may(self, permission: Permission, *, change: bool = False) -> bool:
        """Tell whether this person may do it; for a program, to change something is more than to see it."""
        if self.scopes is None:
            return permission in ROLES.get(self.role, frozenset())
        return (f"{permission}{CHANGE}" if change else str(permission)) in self.scopes

    @property
    def may_admit(self) -> bool:
        """Tell whether pages show this person what decides about members."""
        return self.may(Permission.ADMIT, change=True)


PERSON = web.RequestKey("person", Person)


async def recognise(request: web.Request) -> Person | None:
    """Return who sends this request, or None for a stranger."""
    if (token := programs.bearer(request)) is not None:
        return await _program(request, token)
    if came_through_ingress(request):
        return await _user_of_home_assistant(request) or _local_owner(request)
    if (session := await session_of(request)) is not None:
        account = session.account
        return Person(f"account:{account.id}", account.name, account.role, session.id)
    if key := request.cookies.get(programs.KIOSK_COOKIE):
        return await _kiosk(request, key)
    return _local_owner(request)


def came_through_ingress(request: web.Request) -> bool:
    """Tell whether the request comes from the one address whose headers are believed."""
    return came_through(request, request.app[HUB].settings.ingress_from)


def base(request: web.Request) -> str:
    """Return what every address in a page begins with: the ingress path, or nothing."""
    prefix = request.headers.get("X-Ingress-Path", "").rstrip("/")
    return prefix if came_through_ingress(request) and _PREFIX.fullmatch(prefix) else ""


def _local_owner(request: web.Request) -> Person | None:
    """Return whoever sits at the hub's own machine, where that makes an owner."""
    if request.app[HUB].settings.local_owner and _sits_here(request):
        return Person("local", "This machine", "owner")
    return None


async def _user_of_home_assistant(request: web.Request) -> Person | None:
    """Return the user that the Supervisor names: an owner where Home Assistant says so, else what an owner gave."""
    user = request.headers.get("X-Remote-User-Id", "")
    if not _USER.fullmatch(user):
        return None
    said = request.headers.get("X-Remote-User-Display-Name") or request.headers.get("X-Remote-User-Name") or "?"
    name = "".join(sign for sign in said if sign.isprintable())[:_LONGEST_NAME] or "?"
    hub, now = request.app[HUB], request.app[HUB].clock()
    known = await hub.store.read(lambda books: visitors.ingress_user(books, user))
    if known is None or known.name != name or abs(now - known.seen_at) >= visitors.SEEN_EVERY:
        await hub.store.write(lambda books: visitors.note_visit(books, user, name, now))
    administrates = await request.app[GUARDS].administrators.include(user)
    return Person(f"ha:{user}", name, "owner" if administrates else (known and known.role) or "")


async def _program(request: web.Request, token: str) -> Person | None:
    program = await programs.program_of(request, token)
    return None if program is None else Person(f"token:{program.id}", program.name, "", scopes=program.scopes)


async def _kiosk(request: web.Request, key: str) -> Person | None:
    """Return the screen in the lobby: it sees what the community may see, whatever else its token is good for."""
    program = await programs.program_of(request, key)
    if program is None or Permission.COMMUNITY not in program.scopes:
        return None
    return Person(f"token:{program.id}", program.name, "", scopes=frozenset({Permission.COMMUNITY.value}))


def _sits_here(request: web.Request) -> bool:
    """Tell whether the browser runs on this machine and was sent to it by name, not by a foreign page's trick."""
    try:
        host = urlsplit(f"//{request.host}").hostname
    except ValueError:
        return False
    return _is_loopback(request.remote) and _is_loopback(host) and not forwarded(request)


def _is_loopback(address: str | None) -> bool:
    try:
        return address == "localhost" or ip_address(address or "").is_loopback
    except ValueError:
        return False
