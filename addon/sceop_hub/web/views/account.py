"""One's own account: the password, and the browsers in which one is signed in."""

import sqlite3

from aiohttp import web

from ...auth.guards import GUARDS
from ...auth.people import PERSON
from ...auth.sessions import forget_cookie
from ...domain.accounts import check_password
from ...domain.refusal import Refusal
from ...domain.saying import Saying
from ...hub import HUB
from ...store import accounts, audit
from ..form import sent
from ..frame import page
from ..go import see

routes = web.RouteTableDef()


@routes.get("/account")
async def account_page(request: web.Request) -> web.StreamResponse:
    """Show somebody the own account."""
    return await _show(request)


@routes.post("/account/password")
async def change_password(request: web.Request) -> web.StreamResponse:
    """Change one's password; all other browsers are signed out."""
    hub, guards, form = request.app[HUB], request.app[GUARDS], await sent(request)
    account, person = _account(request), request[PERSON]
    guards.names.check(person.key)
    found = await hub.store.read(lambda books: accounts.password_of(books, person.name))
    if not await guards.passwords.fits(form.secret("old"), None if found is None else found[1]):
        guards.names.failed(person.key)
        return await _show(request, "account.wrong_old")
    try:
        check_password(form.secret("new"), person.name)
    except Refusal as refusal:
        return await _show(request, refusal.saying)
    kept = await guards.passwords.digest(form.secret("new"))

    def change(books: sqlite3.Connection) -> None:
        accounts.set_password(books, account, kept, but=person.session)
        audit.note(books, hub.clock(), person.key, "account.password", f"account:{account}")

    await hub.store.write(change)
    raise see(request, "/account", "password_changed")


@routes.post("/account/sessions/end")
async def end_session(request: web.Request) -> web.StreamResponse:
    """Sign one of one's browsers out."""
    hub, account, session = request.app[HUB], _account(request), (await sent(request)).needed("session")

    def change(books: sqlite3.Connection) -> None:
        accounts.end_session(books, session, account)
        audit.note(books, hub.clock(), request[PERSON].key, "session.end", f"account:{account}")

    await hub.store.write(change)
    raise see(request, "/account", "session_ended")


@routes.post("/logout")
async def logout(request: web.Request) -> web.StreamResponse:
    """Sign this browser out."""
    hub, account, session = request.app[HUB], _account(request), request[PERSON].session

    def change(books: sqlite3.Connection) -> None:
        accounts.end_session(books, session or 0, account)
        audit.note(books, hub.clock(), request[PERSON].key, "session.end", f"account:{account}")

    await hub.store.write(change)
    forget_cookie(request)
    raise see(request, "/login")


def _account(request: web.Request) -> int:
    """Return the account that somebody signed in with; Home Assistant's users have theirs there."""
    kind, _, number = request[PERSON].key.partition(":")
    if kind != "account":
        raise Refusal(
            "forbidden", "You came without an account of the hub, so there is nothing of yours to change here."
        )
    return int(number)


async def _show(request: web.Request, mistake: Saying | str | None = None) -> web.Response:
    hub, person = request.app[HUB], request[PERSON]
    open_ = []
    if person.session is not None:
        account = _account(request)
        open_ = await hub.store.read(lambda books: accounts.sessions_of(books, account, hub.clock()))
    status = 200 if mistake is None else 422
    return page(request, "account", status=status, sessions=open_, mistake=mistake)
