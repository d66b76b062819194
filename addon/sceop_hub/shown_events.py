"""What pages show of peak events: those to come, those that were, how many answered, what homes saved together."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .domain.event.event import Counts, Event, Told
from .domain.event.rule import Rule, by_itself, due
from .domain.event.savings import Sum
from .domain.refusal import Refusal
from .hub import Hub
from .store import events

SHOWN_FOR = timedelta(days=92)
"""As long as the arithmetic of an event is kept."""


@dataclass(frozen=True, slots=True)
class Row:
    """An event as coordinators see it: with counts of answers and the sum of savings, and nothing of a single home.

    `tells` is when members are to be told of it, where they were not yet; `by_itself` whether that needs nobody's word.
    `together` is None until it is reckoned.
    """

    event: Event
    answers: Told
    tells: datetime | None
    together: Sum | None
    by_itself: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Proposals and events to come or under way in the order of time, and those that were, the newest first.

    Counts are None below `fewest`. What was proposed and came to nothing is left out.
    """

    ahead: tuple[Row, ...]
    past: tuple[Row, ...]
    rule: Rule
    fewest: int


async def events_page(hub: Hub) -> Page:
    """Return what the page of events shows."""
    now = hub.clock()

    def look(books: sqlite3.Connection) -> list[Row]:
        counts = events.counts(books, now - SHOWN_FOR)
        found = [event for event in events.since(books, now - SHOWN_FOR) if event.state != "expired"]
        rows = [_row(hub, books, event, counts.get(event.id, Counts())) for event in found]
        return [
            replace(row, by_itself=True)
            if row.event.state == "proposed" and by_itself(row.event, found, hub.profile.event_rule, hub.profile.zone)
            else row
            for row in rows
        ]

    rows = await hub.store.read(look)
    ahead = tuple(row for row in rows if row.event.end > now and row.event.state != "cancelled")
    past = tuple(row for row in reversed(rows) if row not in ahead)
    return Page(ahead, past, hub.profile.event_rule, hub.profile.fewest_homes)


async def event_page(hub: Hub, event: str) -> Row:
    """Return one event; the arithmetic of its sum is in `together.savings.audit`, with figures of homes together."""

    def look(books: sqlite3.Connection) -> Row:
        found = events.find(books, event)
        if found is None:
            raise Refusal("not-found", "The hub knows no such event. It may be gone in the meantime.")
        return _row(hub, books, found, events.counts(books, found.end - timedelta(seconds=1)).get(event, Counts()))

    return await hub.store.read(look)


def _row(hub: Hub, books: sqlite3.Connection, event: Event, counts: Counts) -> Row:
    tells = None
    if event.state == "proposed":
        tells = max(due(event, hub.profile.event_rule, hub.profile.zone), hub.clock())
    return Row(event, counts.told(hub.profile.fewest_homes), tells, events.sum_of(books, event.id))
