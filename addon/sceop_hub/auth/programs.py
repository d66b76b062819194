"""Programs of third parties: each holds a token of its own, good for what an owner chose and for no more."""

import re
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from aiohttp import web

from ..domain.names import can_be_read
from ..domain.refusal import Refusal
from ..hub import HUB
from ..secrets import new_token
from ..store import audit, visitors
from .access import SCOPES

PREFIX = "sceop_"
"""Tells a program's token from a household's, and a secret from other text where one was published by mistake."""

KIOSK_COOKIE = "sceop_kiosk"
LONGEST_NAME = 60


def bearer(request: web.Request) -> str | None:
    """Return the token that a request carries in its header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def make(connection: sqlite3.Connection, by: str, name: str, scopes: Iterable[str], now: datetime) -> tuple[int, str]:
    """Make a token for a program; it is shown this once."""
    chosen = frozenset(scopes)
    if not chosen or not chosen <= SCOPES:
        raise Refusal("invalid", "Choose at least one thing that the token may do.")
    if not 1 <= len(name) <= LONGEST_NAME or not can_be_read(name):
        raise Refusal(
            "invalid", "Name the program that will use the token, with 1 to {longest} characters.", longest=LONGEST_NAME
        )
    token = f"{PREFIX}{new_token()}"
    program = visitors.add_program(connection, name, token, chosen, now)
    audit.note(connection, now, by, "token.make", f"token:{program}", scopes=sorted(chosen))
    return program, token


async def program_of(request: web.Request, token: str) -> visitors.Program | None:
    """Return the program that holds a token, and write down now and then that it used it."""
    if not re.fullmatch(rf"{PREFIX}[A-Za-z0-9_-]{{43}}", token):
        return None
    hub, now = request.app[HUB], request.app[HUB].clock()
    program = await hub.store.read(lambda books: visitors.program_of(books, token))
    if program is not None and (program.used_at is None or abs(now - program.used_at) >= visitors.SEEN_EVERY):
        await hub.store.write(lambda books: visitors.note_program(books, program.id, now))
    return program
