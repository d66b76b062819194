"""Invites: made, shown once with their picture, and withdrawn."""

import sqlite3

from aiohttp import web

from ... import invitations
from ...auth.people import PERSON
from ...domain.refusal import Refusal
from ...domain.saying import Saying
from ...hub import HUB
from ...store import audit, invites
from ..form import number_in, sent
from ..frame import page
from ..go import see
from ..names import names_of_people

routes = web.RouteTableDef()


@routes.get("/invites")
async def invites_page(request: web.Request) -> web.Response:
    """Show every invite, and a form for a new one."""
    return await _show(request)


@routes.post("/invites")
async def make(request: web.Request) -> web.StreamResponse:
    """Make an invite and show it."""
    form = await sent(request)
    try:
        made = await invitations.make(
            request, label=form.text("label"), uses=form.needed("uses"), days=form.needed("days")
        )
    except Refusal as refusal:
        return await _show(request, refusal.saying, form.text("label"))
    raise see(request, f"/invites/{made.id}")


@routes.get("/invites/{invite}")
async def invite_page(request: web.Request) -> web.Response:
    """Show an invite that was just made, with what a neighbour needs; later only that there is one."""
    made = invitations.shown(request, number_in(request, "invite"))
    return page(request, "invite", made=made)


@routes.post("/invites/{invite}/revoke")
async def revoke(request: web.Request) -> web.StreamResponse:
    """Withdraw an invite."""
    hub, invite = request.app[HUB], number_in(request, "invite")

    def change(books: sqlite3.Connection) -> None:
        invites.revoke(books, invite, hub.clock())
        audit.note(books, hub.clock(), request[PERSON].key, "invite.revoke", f"invite:{invite}")

    await hub.store.write(change)
    raise see(request, "/invites", "invite_revoked")


async def _show(request: web.Request, mistake: Saying | None = None, label: str = "") -> web.Response:
    hub = request.app[HUB]
    found = await hub.store.read(invites.all_)
    return page(
        request,
        "invites",
        status=200 if mistake is None else 422,
        invites=found,
        now=hub.clock(),
        people=await hub.store.read(names_of_people),
        mistake=mistake,
        label=label,
        most_uses=invitations.MOST_USES,
        longest_days=invitations.LONGEST_DAYS,
    )
