"""The page of alerts: what is wrong now, what was lately, and what nobody wants to hear of."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web
from markupsafe import Markup

from ... import notices
from ...auth.people import PERSON
from ...domain.alerts import ABOUT_HOUSEHOLDS, Alert, Key, Kind
from ...domain.notices import LONGEST_TEXT, LONGEST_TITLE, checked
from ...domain.refusal import Refusal
from ...domain.saying import Saying
from ...hub import HUB
from ...jobs.alerts import WATCH
from ...store import alerts as books_of_alerts, notices as books_of_notices
from ...words import language_of, speaker
from ...words.alerts import marked_up
from ..form import sent
from ..frame import page
from ..go import see
from ..names import names_of_people

routes = web.RouteTableDef()

SHOWN_FOR = timedelta(days=30)
"""How long messages to all stay on the page."""

HOUSEHOLD_PAGE = ABOUT_HOUSEHOLDS
LOOKED_AT = {
    Kind.BACKUP: "/settings/backups",
    Kind.DISK: "/settings/checks",
    Kind.CLOCK: "/settings/checks",
    Kind.SURPRISE: "/forecast",
    Kind.PROPOSAL: "/events",
}
"""Where somebody looks who wants to know more of what is about the hub as a whole."""


@dataclass(frozen=True, slots=True)
class Row:
    """An alert as the page shows it."""

    kind: Kind
    subject: str
    sentence: Markup
    since: datetime
    acknowledged_at: datetime | None
    ended_at: datetime | None
    muted: bool
    leads_to: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is not sent yet; `seen` shows it as members will read it."""

    title: str = ""
    text: str = ""
    seen: bool = False
    mistake: Saying | None = None


EMPTY = Draft()


@routes.get("/alerts")
async def alerts(request: web.Request) -> web.Response:
    """Show what is wrong now, and what was."""
    return await _show(request)


@routes.post("/alerts/tell")
async def tell(request: web.Request) -> web.Response:
    """Tell all members something, after a look at how they will read it."""
    hub, form = request.app[HUB], await sent(request)
    title, text = form.text("title"), form.text("text")
    try:
        read = Draft(*checked(title, text), seen=True)
        if form.text("step") == "tell":
            await notices.tell(hub, request[PERSON].key, read.title, read.text)
            raise see(request, "/alerts#told", "told")
    except Refusal as refusal:
        return await _show(request, Draft(title, text, mistake=refusal.saying))
    return await _show(request, read)


@routes.get("/alerts/tell")
async def back(request: web.Request) -> web.Response:
    """Lead whoever loads the page of a look again to the form."""
    raise see(request, "/alerts#tell")


async def _show(request: web.Request, draft: Draft = EMPTY) -> web.Response:
    hub, watch = request.app[HUB], request.app[WATCH]
    names = await hub.store.read(books_of_alerts.names)
    ended = await hub.store.read(books_of_alerts.ended)
    mute = await hub.store.read(books_of_alerts.muted)
    say = speaker(language_of(request))

    def row(alert: Alert) -> Row:
        kind, subject = alert.key
        leads_to = "/households" if kind in HOUSEHOLD_PAGE else LOOKED_AT.get(kind)
        text = marked_up(say, alert, names)
        return Row(kind, subject, text, alert.since, alert.acknowledged_at, alert.ended_at, alert.key in mute, leads_to)

    rows = [row(alert) for alert in watch.alerts]
    shown = {(row.kind, row.subject) for row in rows}
    quiet = [
        (kind, subject, names.get(subject) if kind in HOUSEHOLD_PAGE else None)
        for kind, subject in sorted(mute)
        if (kind, subject) not in shown
    ]
    return page(
        request,
        "alerts",
        open=[row for row in rows if not row.muted],
        muted=[row for row in rows if row.muted],
        quiet=quiet,
        ended=[row(alert) for alert in ended],
        notify=hub.profile.notify,
        reachable=hub.settings.home_assistant is not None,
        trouble=watch.trouble,
        notices=await hub.store.read(lambda books: books_of_notices.recent(books, hub.clock() - SHOWN_FOR)),
        people=await hub.store.read(names_of_people),
        draft=draft,
        longest=(LONGEST_TITLE, LONGEST_TEXT),
        status=200 if draft.mistake is None else 422,
    )


@routes.post("/alerts/acknowledge")
async def acknowledge(request: web.Request) -> web.Response:
    """Remember that somebody looks after it."""
    return await _answer(request, request.app[WATCH].acknowledge, "alert_acknowledged")


@routes.post("/alerts/mute")
async def mute(request: web.Request) -> web.Response:
    """Hear no more of it."""
    watch = request.app[WATCH]
    return await _answer(request, lambda key, who: watch.mute(key, who, on=True), "alert_muted")


@routes.post("/alerts/unmute")
async def unmute(request: web.Request) -> web.Response:
    """Hear of it again."""
    watch = request.app[WATCH]
    return await _answer(request, lambda key, who: watch.mute(key, who, on=False), "alert_unmuted")


async def _answer(request: web.Request, act: Callable[[Key, str], Awaitable[bool]], said: str) -> web.Response:
    form = await sent(request)
    kind, subject = form.text("kind"), form.text("subject")
    if kind not in Kind.__members__.values():
        raise Refusal("invalid", "There is no such kind of alert. Load the page again.")
    done = await act((Kind(kind), subject), request[PERSON].key)
    raise see(request, "/alerts", said if done else "alert_over")
