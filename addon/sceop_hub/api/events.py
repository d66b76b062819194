"""Peak events on the wire: each household sees them with its own answer and its own savings, and nobody else's."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from aiohttp import web
from msgspec import Struct

from ..auth.tokens import HOUSEHOLD
from ..domain.event.answering import check_answer
from ..domain.event.event import Answer, Event
from ..domain.event.savings import Savings
from ..domain.refusal import Refusal
from ..hub import HUB, Hub
from ..store import events
from ..store.events import Seen
from .wire import decode, reply, write

routes = web.RouteTableDef()

TOLD_FOR = timedelta(days=30)
"""Events that ended longer ago are no longer in the list."""

TOLD_AGAIN = timedelta(days=2)
"""Of what ended since then a household hears whenever its line opens: it may have been away."""

type By = Literal["notification", "dashboard", "automation", "standing"]


class OwnSavings(Struct, frozen=True):
    """What this household saved: between `low_wh` and `high_wh`, most likely `mid_wh`; `percent` of what it would use.

    `call` says what can be said of it. Where too little is known, the figures are null, and `why` says what is missing.
    The figures are reckoned once after the event and once more when late readings have come; then they are `final`.
    """

    low_wh: int | None
    mid_wh: int | None
    high_wh: int | None
    percent: float | None
    call: Literal["saved", "none", "more"]
    why: str | None
    revision: int
    final: bool


class EventTold(Struct, frozen=True):
    """A peak event as one household knows it. `joined` counts those who said yes; null where they are too few."""

    id: str
    start: datetime
    end: datetime
    announced: datetime
    state: Literal["announced", "running", "over", "settled", "cancelled"]
    severity: Literal["mild", "serious", "severe"]
    target_percent: int
    text: str
    answer: Literal["yes", "no"] | None
    by: By | None
    joined: int | None
    savings: OwnSavings | None


class EventMessage(EventTold, frozen=True, tag="event"):
    """A peak event, told on the live line when it opens and whenever the event changes."""


class EventsAnswer(Struct, frozen=True):
    """The peak events of the last 30 days and those to come, in the order of time."""

    events: tuple[EventTold, ...]


class EventAnswer(Struct, frozen=True):
    """What a household answers to an event, and by which way; `standing` is a consent that was given once for all."""

    answer: Literal["yes", "no"]
    by: By


class Arithmetic(Struct, frozen=True):
    """From what this household's savings were reckoned, so that a person can do it again by hand.

    `audit` holds the days that were looked at with their weights, the adjustment of the same day before and after its
    cap, how many homes it was compared with and what these came to, and each slot's baseline and use. It is empty where
    nothing could be reckoned, and 92 days after the event. `raised` says what lifted the baseline by more than it ever
    varies, if anything did: the days before, or the hours before the notice.
    """

    id: str
    savings: OwnSavings
    baseline_wh: int | None
    actual_wh: int | None
    raised: str | None
    audit: dict[str, Any]


@routes.get("/api/v1/events")
async def get_events(request: web.Request) -> web.Response:
    """Tell a household the events of a month and those to come."""
    hub, household = request.app[HUB], request[HOUSEHOLD]
    since = hub.clock() - TOLD_FOR
    seen = await hub.store.read(lambda books: events.seen_by(books, household.id, since))
    return reply(EventsAnswer(tuple(_told(hub, one, EventTold) for one in seen)))


@routes.put("/api/v1/events/{event}/answer")
async def answer_event(request: web.Request) -> web.Response:
    """Take what a household answers; the last answer before the end counts, and the same again changes nothing."""
    hub, household = request.app[HUB], request[HOUSEHOLD]
    asked = await decode(request, EventAnswer)
    now, public_id = hub.clock(), request.match_info["event"]

    def keep(books: sqlite3.Connection) -> None:
        check_answer(_find(books, public_id), now)
        events.answer(books, public_id, household.id, Answer(asked.answer, asked.by, now))

    await hub.store.write(keep)
    seen = await hub.store.read(lambda books: _seen(books, household.id, public_id))
    return reply(_told(hub, seen, EventTold))


@routes.get("/api/v1/events/{event}/savings")
async def get_savings(request: web.Request) -> web.Response:
    """Tell a household from what its own savings were reckoned."""
    hub, household = request.app[HUB], request[HOUSEHOLD]
    seen = await hub.store.read(lambda books: _seen(books, household.id, request.match_info["event"]))
    if seen.savings is None:
        if seen.event.state == "settled":
            raise Refusal("not-found", "This household did not join the event, so no savings of it were reckoned.")
        if seen.event.state == "cancelled":
            raise Refusal("not-found", "The event was called off, so no savings of it are reckoned.")
        raise Refusal(
            "not-found", "The savings of this event are not reckoned yet: ask again 15 minutes after its end."
        )
    found = seen.savings
    own = _own(seen.event, found)
    return reply(Arithmetic(seen.event.id, own, found.baseline_wh, found.actual_wh, found.raised, dict(found.audit)))


def messages(hub: Hub, books: sqlite3.Connection, household: int) -> list[str]:
    """Write what a household is told when its line opens: events to come, and those that ended of late."""
    seen = events.seen_by(books, household, hub.clock() - TOLD_AGAIN)
    return [write(_told(hub, one, EventMessage)) for one in seen]


def message(hub: Hub, event: Event, answers: Mapping[int, Answer], saved: Mapping[int, Savings], household: int) -> str:
    """Write an event that changed, as one household is told of it."""
    joined = sum(said.choice == "yes" for said in answers.values())
    return write(_told(hub, Seen(event, answers.get(household), saved.get(household), joined), EventMessage))


def _find(books: sqlite3.Connection, public_id: str) -> Event:
    event = events.find(books, public_id)
    if event is None or not event.known:
        raise Refusal("not-found", "The hub knows no such event. Ask for the events anew.")
    return event


def _seen(books: sqlite3.Connection, household: int, public_id: str) -> Seen:
    event = _find(books, public_id)
    answers = events.answers(books, public_id)
    joined = sum(said.choice == "yes" for said in answers.values())
    return Seen(event, answers.get(household), events.savings_of(books, public_id, household), joined)


def _told[T: EventTold](hub: Hub, seen: Seen, kind: type[T]) -> T:
    event = seen.event
    assert event.announced is not None
    return kind(
        event.id,
        event.start,
        event.end,
        event.announced,
        event.state,  # type: ignore[arg-type] # what was announced is in one of these states
        event.severity,
        event.target_percent,
        event.text,
        None if seen.answer is None else seen.answer.choice,
        None if seen.answer is None else seen.answer.by,
        seen.joined if seen.joined >= hub.profile.fewest_homes else None,
        None if seen.savings is None else _own(event, seen.savings),
    )


def _own(event: Event, found: Savings) -> OwnSavings:
    return OwnSavings(
        found.low_wh,
        found.mid_wh,
        found.high_wh,
        found.percent,
        found.call,
        found.why,
        event.revision,
        event.final,
    )
