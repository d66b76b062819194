"""What a coordinator does with peak events, and who is told of what became of them."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from .core.slots import SLOT
from .domain.event.course import cancelled, step
from .domain.event.event import Event, check_by_hand
from .domain.event.waiting import waiting
from .domain.forecast.kept import Severity
from .domain.refusal import Refusal
from .hub import Hub
from .secrets import new_id
from .store import audit, events


async def approve(hub: Hub, who: str, event: str) -> Event:
    """Approve a proposal: members are told when it is time, which may be at once."""

    def change(found: Event) -> Event:
        if found.state == "announced":
            return found
        if found.state != "proposed" or found.start <= hub.clock():
            raise Refusal("event-over", "This proposal is no longer open: its time has come, or it was withdrawn.")
        return replace(found, approved=True)

    return await _change(hub, who, "event.approve", event, change)


async def cancel(hub: Hub, who: str, event: str) -> Event:
    """Call an event off, also while it runs; of a proposal, say that nothing comes of it."""

    def change(found: Event) -> Event:
        if found.state == "cancelled":
            return found
        if found.state not in {"proposed", "announced", "running"} or found.end <= hub.clock():
            raise Refusal("event-over", "The event is over, so it can no longer be called off.")
        return cancelled(found, hub.clock())

    return await _change(hub, who, "event.cancel", event, change)


async def create(
    hub: Hub,
    who: str,
    start: datetime,
    end: datetime,
    target_percent: int,
    text: str = "",
    severity: Severity = "serious",
) -> Event:
    """Make an event by hand; members are told when it is time, which may be at once."""
    now = hub.clock()
    text = check_by_hand(start, end, target_percent, text, now)
    made = Event(
        id=new_id(),
        start=start,
        end=end,
        severity=severity,
        target_percent=target_percent,
        made=now,
        origin="hand",
        text=text,
        approved=True,
    )

    def keep(books: sqlite3.Connection) -> list[Event]:
        for other in events.around(books, now):
            if other.stays and other.state != "cancelled" and other.start < end and start < other.end:
                raise Refusal("event-taken", "There is an event at that time already. Call that one off first.")
        events.save(books, [made])
        audit.note(
            books,
            now,
            who,
            "event.create",
            f"event:{made.id}",
            slots=(end - start) // SLOT,
            target_percent=target_percent,
            severity=severity,
        )
        return _go_on(books, hub, now)

    return await _told(hub, made, await hub.store.write(keep))


async def count(hub: Hub) -> None:
    """Count the proposals that wait for somebody, for the menu."""
    now, about = hub.clock(), hub.profile
    around = await hub.store.read(lambda books: events.around(books, now))
    hub.events_waiting = len(waiting(around, about.event_rule, about.zone, now))


async def tell(hub: Hub, changed: Iterable[Event]) -> None:
    """Tell households of events that changed, if they know of them."""
    for event in changed:
        if event.known:
            for listener in hub.event_listeners:
                await listener(event)


async def _change(hub: Hub, who: str, action: str, event: str, change: Callable[[Event], Event]) -> Event:
    now = hub.clock()

    def keep(books: sqlite3.Connection) -> tuple[Event, list[Event]]:
        found = events.find(books, event)
        if found is None:
            raise Refusal("not-found", "The hub knows no such event. It may be gone in the meantime.")
        changed = change(found)
        if changed == found:
            return found, []
        events.save(books, [changed])
        audit.note(books, now, who, action, f"event:{event}")
        return changed, [changed, *_go_on(books, hub, now)]

    found, changed = await hub.store.write(keep)
    return await _told(hub, found, changed)


def _go_on(books: sqlite3.Connection, hub: Hub, now: datetime) -> list[Event]:
    """Do at once what the next look would do."""
    changed = step(events.around(books, now), None, hub.profile.event_rule, hub.profile.zone, now, new_id)
    events.save(books, changed)
    return changed


async def _told(hub: Hub, made: Event, changed: Iterable[Event]) -> Event:
    """Tell of what changed, each once as it is now, and return what became of one."""
    newest = {event.id: event for event in changed}
    await tell(hub, newest.values())
    await count(hub)
    return newest.get(made.id, made)
