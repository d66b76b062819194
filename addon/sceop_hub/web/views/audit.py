"""Audit: who changed what, and when; to read, to filter and to take along."""

import csv
import io
from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from aiohttp import web

from ...core.slots import local_day
from ...domain.refusal import Refusal
from ...hub import HUB
from ...store import audit
from ...words import language_of, speaker
from .. import noted
from ..frame import HEADERS, page
from ..names import in_order

routes = web.RouteTableDef()

MOST_ON_A_PAGE = 100
MOST_IN_A_FILE = 100_000
FIRST_YEAR, LAST_YEAR = 2000, 2200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@routes.get("/audit")
async def audit_page(request: web.Request) -> web.Response:
    """Show who changed what."""
    hub, wanted = request.app[HUB], _wanted(request)
    notes = await hub.store.read(lambda books: audit.notes(books, wanted, MOST_ON_A_PAGE + 1))
    people, actions = await hub.store.read(audit.people_and_actions)
    reader = noted.Reader(speaker(language_of(request)), await hub.store.read(noted.names))
    asked = {name: value for name, value in request.query.items() if name in {"who", "action", "from", "to"} and value}
    return page(
        request,
        "audit",
        notes=[reader.row(note) for note in notes[:MOST_ON_A_PAGE]],
        older=notes[MOST_ON_A_PAGE - 1].id if len(notes) > MOST_ON_A_PAGE else None,
        people=_in_order((key, reader.named(key).text) for key in people),
        actions=_in_order((action, reader.action(action)) for action in actions),
        asked=asked,
    )


@routes.get("/audit.csv")
async def audit_file(request: web.Request) -> web.Response:
    """Give the notes as a file."""
    hub, wanted = request.app[HUB], _wanted(request)
    notes = await hub.store.read(lambda books: audit.notes(books, wanted, MOST_IN_A_FILE))
    names = await hub.store.read(noted.names)
    text = io.StringIO()
    file = csv.writer(text)
    file.writerow(["at", "who", "name", "action", "subject", "subject_name", "detail"])
    for note in notes:
        told = "; ".join(f"{key}={value}" for key, value in note.detail.items())
        row = [note.who, names.get(note.who, ""), note.action, note.subject, names.get(note.subject, ""), told]
        file.writerow([note.at.isoformat(), *map(_harmless, row)])
    return web.Response(
        text=text.getvalue(),
        content_type="text/csv",
        charset="utf-8",
        headers={**HEADERS, "Content-Disposition": 'attachment; filename="sceop-audit.csv"'},
    )


def _in_order(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda choice: in_order(choice[1]))


def _wanted(request: web.Request) -> audit.Filter:
    """Read what somebody looks for; days are those of the community."""
    zone, query = request.app[HUB].profile.zone, request.query
    since, until = _day(query.get("from")), _day(query.get("to"))
    before = query.get("before", "")
    return audit.Filter(
        who=query.get("who") or None,
        action=query.get("action") or None,
        since=None if since is None else local_day(since, zone).start,
        until=None if until is None else local_day(until, zone).end,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < len("1234567890123") else None,
    )


def _day(text: str | None) -> date | None:
    if not text:
        return None
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
    raise Refusal("invalid", "“{text}” is no day such as 2026-11-20.", text=text[:20])


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
