"""Sessions: a browser in which somebody signed in shows a cookie, whose token changes from time to time."""

import sqlite3

from aiohttp import web

from ..hub import HUB
from ..store import accounts, audit
from ..store.accounts import LONGEST, Session
from . import cookies

COOKIE = "sceop_session"
_SENDS = web.RequestKey("session_cookie", str)
"""The token that the answer sets; empty where it takes the cookie away."""


async def session_of(request: web.Request) -> Session | None:
    """Return the session of the browser that asks, and change its token when that is due."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    hub, now = request.app[HUB], request.app[HUB].clock()
    session = await hub.store.read(lambda books: accounts.session_of(books, token, now))
    if session is None:
        await _end_if_stolen(request, token)
    elif session.wants_renewal(now):
        renewed = await hub.store.write(lambda books: accounts.renew_session(books, session.id, token, now))
        if renewed is not None:
            request[_SENDS] = renewed
    elif session.wants_note(now):
        await hub.store.write(lambda books: accounts.note_seen(books, session.id, now))
    return session


async def sign_in(request: web.Request, account: int) -> None:
    """Open a session for the browser that asks; the one that it showed ends."""
    hub, now = request.app[HUB], request.app[HUB].clock()
    former = await session_of(request)
    browser = request.headers.get("User-Agent", "").encode(errors="replace").decode()

    def change(books: sqlite3.Connection) -> str:
        if former is not None:
            accounts.end_session(books, former.id, former.account.id)
        audit.note(books, now, f"account:{account}", "session.open", f"account:{account}")
        return accounts.open_session(books, account, browser, now)

    request[_SENDS] = await hub.store.write(change)


def forget_cookie(request: web.Request) -> None:
    """Let the answer take the cookie away."""
    request[_SENDS] = ""


async def send_cookie(request: web.Request, answer: web.StreamResponse) -> None:
    """Set the cookie on whatever answer leaves, a stream of events too."""
    token = request.get(_SENDS)
    if token is not None:
        cookies.send(request, answer, COOKIE, token, int(LONGEST.total_seconds()) if token else 0)


async def _end_if_stolen(request: web.Request, token: str) -> None:
    """End a session of which an outworn token is shown: two browsers hold it, and nobody knows which is the thief's."""
    hub = request.app[HUB]
    session = await hub.store.read(lambda books: accounts.was_stolen(books, token))
    if session is None:
        return
    account = session.account.id

    def change(books: sqlite3.Connection) -> None:
        accounts.end_session(books, session.id, account)
        audit.note(books, hub.clock(), f"account:{account}", "session.end", f"account:{account}", why="outworn token")

    await hub.store.write(change)
