"""Invites as people pass them on: a code, a link and a picture, shown while whoever made them looks on."""

import asyncio
import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web
from markupsafe import Markup
from yarl import URL

from .auth.guards import GUARDS
from .auth.origin import scheme
from .auth.people import PERSON, came_through_ingress
from .domain import invites as rules
from .domain.address import AddressError, InsecureAddressError, address
from .domain.names import can_be_read
from .domain.refusal import Refusal
from .hub import HUB
from .secrets import choose
from .settings import Settings
from .store import audit, invites
from .tls import certificate_sha256

MOST_USES = 1000
LONGEST_DAYS = 366
LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class Made:
    """An invite that was just made. `page` is what the picture carries, for a phone; `link` is for Home Assistant."""

    id: int
    code: str
    address: str
    page: str
    link: str
    qr: Markup


async def make(request: web.Request, *, label: str = "", uses: int = 1, days: int = 30) -> Made:
    """Make an invite, once it is known that its link leads here without betraying the code on the way."""
    hub, person = request.app[HUB], request[PERSON]
    where = hub_address(request)
    if not 1 <= uses <= MOST_USES or not 1 <= days <= LONGEST_DAYS:
        raise Refusal(
            "invalid",
            "An invite is for 1 to {most} households and 1 to {days} days.",
            most=MOST_USES,
            days=LONGEST_DAYS,
        )
    label = " ".join(label.split())
    if len(label) > LONGEST_LABEL or not can_be_read(label):
        raise Refusal("invalid", "A note has at most {longest} characters that can be seen.", longest=LONGEST_LABEL)
    new = invites.NewInvite(rules.make_code(choose), uses, timedelta(days=days), label, person.key)

    def change(books: sqlite3.Connection) -> int:
        invite = invites.add(books, new, hub.clock())
        audit.note(books, hub.clock(), person.key, "invite.make", f"invite:{invite}", uses=uses, days=days)
        return invite

    certificate = await _certificate(hub.settings, where)
    invite = await hub.store.write(change)
    request.app[GUARDS].shown.keep(_name(request, invite), f"{new.code} {certificate or ''}")
    return _made(invite, new.code, where, certificate)


def shown(request: web.Request, invite: int) -> Made | None:
    """Return an invite that the same person made a moment ago; later nobody knows its code any more."""
    kept = request.app[GUARDS].shown.get(_name(request, invite))
    if kept is None:
        return None
    code, _, certificate = kept.partition(" ")
    return _made(invite, code, hub_address(request), certificate or None)


def hub_address(request: web.Request) -> str:
    """Return where households reach the hub: as the coordinator said, else as the browser found it.

    Behind ingress the browser found Home Assistant, on whose machine the hub has a port of its own.
    """
    hub = request.app[HUB]
    if hub.profile.address:
        return hub.profile.address
    found = f"{scheme(request)}://{request.host}"
    try:
        if came_through_ingress(request):
            host = URL(f"//{request.headers.get('X-Forwarded-Host', '')}").host or ""
            secure = hub.settings.tls_certificate is not None
            door = URL.build(scheme="https" if secure else "http", host=host, port=hub.settings.port) if host else ""
            found = str(door)
        return address(found)
    except InsecureAddressError as error:
        raise Refusal(
            "insecure-address",
            "Invites for {found} would cross the internet for everybody to read. Set an address"
            " that begins with https, or one inside your network, under Settings.",
            found=found,
        ) from error
    except (AddressError, ValueError) as error:
        raise Refusal(
            "insecure-address", "The hub does not know where households reach it. Set its address under Settings."
        ) from error


def qr(text: str) -> Markup:
    """Draw a text for a phone's camera, in the colours of the page around it."""
    import segno  # noqa: PLC0415 - an idle hub draws nothing

    drawn = segno.make(text, error="m", micro=False)
    size = drawn.symbol_size(border=4)[0]
    squares = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(drawn.matrix_iter(border=4)) for x, dark in enumerate(row) if dark
    )
    return Markup('<svg class="qr" viewBox="0 0 {0} {0}" aria-hidden="true" shape-rendering="crispEdges">').format(
        size
    ) + Markup('<rect width="{0}" height="{0}" fill="#fff"/><path d="{1}" fill="#000"/></svg>').format(size, squares)


def _made(invite: int, code: str, where: str, certificate: str | None) -> Made:
    page = rules.page(where, code, certificate)
    return Made(invite, code, where, page, rules.link(where, code, certificate), qr(page))


async def _certificate(settings: Settings, where: str) -> str | None:
    """Return the digest by which a household knows the hub's certificate, where no authority vouches for it.

    Behind a reverse proxy, households see the proxy's certificate.
    """
    if not where.startswith("https://") or settings.proxy_from:
        return None
    return await asyncio.to_thread(certificate_sha256, settings)


def _name(request: web.Request, invite: int) -> str:
    return f"{request[PERSON].key} invite {invite}"
