"""Accounts: who may do what here, given by an owner: roles of Home Assistant's users, local accounts, API tokens."""

import sqlite3
from collections.abc import Callable

from aiohttp import web

from ...auth import programs
from ...auth.access import ROLES, SCOPES
from ...auth.guards import GUARDS
from ...auth.people import PERSON
from ...domain.accounts import account_name, check_password
from ...domain.refusal import Refusal
from ...domain.saying import Saying
from ...hub import HUB
from ...store import accounts, audit, visitors
from ..form import number_in, sent
from ..frame import page
from ..go import see

routes = web.RouteTableDef()

ROLES_OF_GUESTS = tuple(role for role in ROLES if role != "owner")
"""What an owner may give a user of Home Assistant's: owners by that door are those who administrate it."""


@routes.get("/accounts")
async def accounts_page(request: web.Request) -> web.Response:
    """Show everybody who may do something here."""
    return await _show(request)


@routes.post("/accounts")
async def add(request: web.Request) -> web.StreamResponse:
    """Make an account for somebody, with a password that they change themselves."""
    hub, form = request.app[HUB], await sent(request)
    try:
        name, role = account_name(form.text("name")), _role(form.text("role"))
        check_password(form.secret("password"), name)
        kept = await request.app[GUARDS].passwords.digest(form.secret("password"))

        def change(books: sqlite3.Connection) -> None:
            account = accounts.add(books, name, kept, role, hub.clock())
            audit.note(books, hub.clock(), request[PERSON].key, "account.make", f"account:{account}", role=role)

        await hub.store.write(change)
    except Refusal as refusal:
        return await _show(request, refusal.saying)
    raise see(request, "/accounts", "account_made")


@routes.post("/accounts/{account}/role")
async def set_role(request: web.Request) -> web.StreamResponse:
    """Give an account another role."""
    hub, account, role = request.app[HUB], number_in(request, "account"), _role((await sent(request)).text("role"))

    def change(books: sqlite3.Connection) -> None:
        accounts.set_role(books, account, role, only_way=_only_way(request))
        audit.note(books, hub.clock(), request[PERSON].key, "account.role", f"account:{account}", role=role)

    return await _change(request, change)


@routes.post("/accounts/{account}/password")
async def set_password(request: web.Request) -> web.StreamResponse:
    """Give an account a new password, because its owner forgot the old one; it is signed out everywhere."""
    hub, account, form = request.app[HUB], number_in(request, "account"), await sent(request)
    try:
        check_password(form.secret("password"), "")
    except Refusal as refusal:
        return await _show(request, refusal.saying)
    kept = await request.app[GUARDS].passwords.digest(form.secret("password"))

    def change(books: sqlite3.Connection) -> None:
        accounts.set_password(books, account, kept)
        audit.note(books, hub.clock(), request[PERSON].key, "account.password", f"account:{account}")

    return await _change(request, change)


@routes.post("/accounts/{account}/delete")
async def delete(request: web.Request) -> web.StreamResponse:
    """Take an account away."""
    hub, account = request.app[HUB], number_in(request, "account")

    def change(books: sqlite3.Connection) -> None:
        accounts.delete(books, account, only_way=_only_way(request))
        audit.note(books, hub.clock(), request[PERSON].key, "account.delete", f"account:{account}")

    return await _change(request, change)


@routes.post("/accounts/ingress/{user}/role")
async def give_role(request: web.Request) -> web.StreamResponse:
    """Give a user of Home Assistant's a role, or take it away."""
    hub, user, role = request.app[HUB], request.match_info["user"], (await sent(request)).text("role")
    if role and role not in ROLES_OF_GUESTS:
        raise Refusal(
            "invalid", "Home Assistant's users are owners here where they administrate it; other roles can be given."
        )

    def change(books: sqlite3.Connection) -> None:
        visitors.give_role(books, user, role or None)
        audit.note(books, hub.clock(), request[PERSON].key, "user.role", f"ha:{user}", role=role or None)

    return await _change(request, change)


@routes.post("/accounts/tokens")
async def make_token(request: web.Request) -> web.StreamResponse:
    """Make a token for a program, and show it this once."""
    hub, form, person = request.app[HUB], await sent(request), request[PERSON]
    name, scopes = " ".join(form.text("name").split()), form.texts("scopes")
    try:
        program, token = await hub.store.write(
            lambda books: programs.make(books, person.key, name, scopes, hub.clock())
        )
    except Refusal as refusal:
        return await _show(request, refusal.saying)
    request.app[GUARDS].shown.keep(f"{person.key} token", f"{program} {token}")
    raise see(request, "/accounts#tokens", "token_made")


@routes.post("/accounts/tokens/{token}/revoke")
async def revoke_token(request: web.Request) -> web.StreamResponse:
    """End a program's token."""
    hub, program = request.app[HUB], number_in(request, "token")

    def change(books: sqlite3.Connection) -> None:
        visitors.revoke_program(books, program, hub.clock())
        audit.note(books, hub.clock(), request[PERSON].key, "token.revoke", f"token:{program}")

    return await _change(request, change)


def _only_way(request: web.Request) -> bool:
    """Tell whether nobody owns the hub but by an account."""
    told = request.app[HUB].settings
    return not told.ingress_from and not told.local_owner


def _role(role: str) -> str:
    if role not in ROLES:
        raise Refusal("invalid", "Choose a role from the list.")
    return role


async def _change(request: web.Request, change: Callable[[sqlite3.Connection], None]) -> web.StreamResponse:
    """Make a change, and say on the page why it can not be made."""
    try:
        await request.app[HUB].store.write(change)
    except Refusal as refusal:
        return await _show(request, refusal.saying)
    raise see(request, "/accounts", "saved")


async def _show(request: web.Request, mistake: Saying | None = None) -> web.Response:
    hub, guards = request.app[HUB], request.app[GUARDS]
    users = await hub.store.read(visitors.ingress_users)
    administrates = {user.id: await guards.administrators.include(user.id) for user in users}
    _, _, fresh = (guards.shown.get(f"{request[PERSON].key} token") or "").partition(" ")
    return page(
        request,
        "accounts",
        status=200 if mistake is None else 422,
        accounts=await hub.store.read(accounts.all_),
        users=users,
        administrates=administrates,
        programs=await hub.store.read(visitors.programs),
        fresh=fresh,
        roles=tuple(ROLES),
        roles_of_guests=ROLES_OF_GUESTS,
        scopes=sorted(SCOPES),
        by_home_assistant=bool(hub.settings.ingress_from),
        mistake=mistake,
    )
