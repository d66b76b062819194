"""Signing in where no Home Assistant stands before the hub, and the first account of all."""

import hmac
import sqlite3
from urllib.parse import urlsplit

from aiohttp import web

from ...auth import cookies, passwords as digests, programs
from ...auth.guards import GUARDS, neighbourhood
from ...auth.origin import remote
from ...auth.sessions import sign_in
from ...domain.accounts import account_name, check_password
from ...domain.invites import normalise
from ...domain.refusal import Refusal
from ...domain.saying import Saying
from ...hub import HUB
from ...store import accounts, audit
from ..form import sent
from ..frame import page
from ..go import see

routes = web.RouteTableDef()

ONE_YEAR = 31_536_000


@routes.get("/login")
async def login_page(request: web.Request) -> web.StreamResponse:
    """Show where one signs in."""
    if not await request.app[HUB].store.read(accounts.any_):
        raise see(request, "/setup")
    return page(request, "login", to=_inside(request.query.get("to", "")), wrong=None, name="")


@routes.post("/login")
async def login(request: web.Request) -> web.StreamResponse:
    """Sign somebody in who knows the password; who does not waits longer each time."""
    hub, guards, form = request.app[HUB], request.app[GUARDS], await sent(request)
    name, password, to = form.text("name"), form.secret("password"), _inside(form.text("to"))
    address, known_as = neighbourhood(remote(request)), name.casefold()
    guards.addresses.check(address)
    guards.names.check(known_as)
    # Counted before the answer is known: who tries many at once would else have them all for one wait.
    guards.addresses.failed(address)
    guards.names.failed(known_as)
    found = await hub.store.read(lambda books: accounts.password_of(books, name))
    account, kept = found or (None, None)
    if not await guards.passwords.fits(password, kept) or account is None or kept is None:
        return page(request, "login", status=403, to=to, wrong=True, name=name)
    guards.addresses.succeeded(address)
    guards.names.succeeded(known_as)
    if digests.is_weaker(kept):
        better = await guards.passwords.digest(password)
        await hub.store.write(lambda books: accounts.improve_password(books, account, kept, better))
    await sign_in(request, account)
    raise see(request, to)


@routes.get("/setup")
async def setup_page(request: web.Request) -> web.StreamResponse:
    """Show where the first account is made."""
    if await request.app[HUB].store.read(accounts.any_):
        raise see(request, "/login")
    return page(request, "setup", coded=request.app[GUARDS].setup_code is not None, mistake=None, name="")


@routes.post("/setup")
async def setup(request: web.Request) -> web.StreamResponse:
    """Make the first account for whoever read the code in the log."""
    hub, guards, form = request.app[HUB], request.app[GUARDS], await sent(request)
    address, code = neighbourhood(remote(request)), guards.setup_code
    guards.addresses.check(address)
    if code is None or not hmac.compare_digest(normalise(form.text("code")).encode(), normalise(code).encode()):
        guards.addresses.failed(address)
        return _setup_again(request, form.text("name"), "setup.wrong_code", 403)
    try:
        name = account_name(form.text("name"))
        check_password(form.secret("password"), name)
    except Refusal as refusal:
        return _setup_again(request, form.text("name"), refusal.saying, 422)
    kept = await guards.passwords.digest(form.secret("password"))
    now = hub.clock()

    def change(books: sqlite3.Connection) -> int:
        account = accounts.add_first(books, name, kept, now)
        audit.note(books, now, "setup", "account.make", f"account:{account}", role="owner")
        return account

    await sign_in(request, await hub.store.write(change))
    guards.setup_code = None
    raise see(request, "/")


@routes.get("/kiosk/enter")
async def enter_kiosk(request: web.Request) -> web.StreamResponse:
    """Let the screen in the lobby in, by the key in its address; from then on a cookie knows it."""
    guards, address = request.app[GUARDS], neighbourhood(remote(request))
    guards.addresses.check(address)
    key = request.query.get("key", "")
    program = await programs.program_of(request, key)
    if program is None or "community" not in program.scopes:
        guards.addresses.failed(address)
        raise Refusal("forbidden", "This screen's key is not valid any more. Ask an owner of the hub for a new one.")
    answer = see(request, "/kiosk")
    cookies.send(request, answer, programs.KIOSK_COOKIE, key, ONE_YEAR)
    raise answer


def _setup_again(request: web.Request, name: str, mistake: Saying | str, status: int) -> web.Response:
    coded = request.app[GUARDS].setup_code is not None
    return page(request, "setup", status=status, coded=coded, mistake=mistake, name=name)


def _inside(to: str) -> str:
    """Return where to go after signing in: a path of ours, whatever somebody wrote into the address."""
    parts = urlsplit(to)
    ours = to.startswith("/") and not parts.scheme and not parts.netloc and "\\" not in to and to.isprintable()
    return to if ours and not to.startswith("//") else "/"
