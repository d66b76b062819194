"""The course of events: what becomes of them as forecasts move and time passes.

Every hour brings new windows: edges move, two become one, one is gone. What was proposed follows them; what members
know of, and what a person decided, stays as it is, and no window near it makes a second one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ...core.slots import SLOT
from ..forecast.kept import Curve, PeakWindow
from .event import GRAVITY, LONGEST, Event
from .rule import Rule, by_itself, may_tell

NEAR = timedelta(hours=1)
"""Windows of a day that lie no further apart are of one event: nobody cooks in the hour between."""

type Power = Callable[[datetime, datetime], Curve]
"""What is expected of the slots between two instants."""


def step(
    events: Iterable[Event],
    windows: Sequence[PeakWindow] | None,
    rule: Rule,
    zone: ZoneInfo,
    now: datetime,
    new_id: Callable[[], str],
    power: Power = lambda _start, _end: (),
) -> list[Event]:
    """Return the events that change at this moment, and the new ones.

    `windows` are those of the newest forecast, or None where it may not be shown or is old: then proposals wait.
    `events` are all of the weeks around.
    """
    before = {event.id: event for event in events}
    after = dict(before)
    if rule.mode == "off":
        windows = ()
    if windows is not None:
        for event in _proposals(list(before.values()), windows, rule, zone, now, new_id, power):
            after[event.id] = event
    for id_ in sorted(after, key=lambda id_: after[id_].start):
        after[id_] = _passed(after[id_], after.values(), rule, zone, now)
    return [event for id_, event in after.items() if event != before.get(id_)]


def cancelled(event: Event, now: datetime) -> Event:
    """Return the event called off; what members answered stays, and nothing of it is reckoned."""
    return replace(event, state="cancelled", closed=now)


def hottest(start: datetime, end: datetime, power: Power, longest: timedelta = LONGEST) -> tuple[datetime, datetime]:
    """Return the part of a span in which most is expected, no longer than an event may be."""
    slots, room = (end - start) // SLOT, longest // SLOT
    if slots <= room:
        return start, end
    expected = [wh or 0 for wh in power(start, end)]
    expected += [0] * (slots - len(expected))
    first = max(range(slots - room + 1), key=lambda at: (sum(expected[at : at + room]), -at))
    return start + first * SLOT, start + (first + room) * SLOT


def _proposals(
    events: Sequence[Event],
    windows: Sequence[PeakWindow],
    rule: Rule,
    zone: ZoneInfo,
    now: datetime,
    new_id: Callable[[], str],
    power: Power,
) -> list[Event]:
    groups: dict[str, list[PeakWindow]] = {}
    still: set[str] = set()
    for window in sorted(windows, key=lambda window: (window.start, window.end)):
        near = [event for event in events if _near(window, event.start, event.end, zone)]
        nearest = min(near, key=lambda event: (not event.stays, event.state == "expired", event.start), default=None)
        if nearest is not None and nearest.stays:
            continue
        if window.start <= now:  # too late to make one of it, and no reason to take one back
            still |= {event.id for event in near}
            continue
        group = next((id_ for id_, found in groups.items() if _near(window, *_edges(found), zone)), None)
        groups.setdefault(group or (new_id() if nearest is None else nearest.id), []).append(window)
    known = {event.id: event for event in events}
    made = [_proposed(known.get(id_), id_, group, rule, now, power) for id_, group in groups.items()]
    gone = [
        replace(event, state="expired", closed=now)
        for event in events
        if event.state == "proposed" and not event.stays and event.id not in {*groups, *still}
    ]
    return made + gone


def _proposed(
    known: Event | None, id_: str, group: Sequence[PeakWindow], rule: Rule, now: datetime, power: Power
) -> Event:
    """Return what is proposed of windows that lie together: at its hottest, with the gravest one's figures."""
    start, end = hottest(*_edges(group), power)
    main = max(group, key=lambda window: (GRAVITY.index(window.severity), window.power_w))
    about = Event(
        id=id_,
        start=start,
        end=end,
        severity=main.severity,
        target_percent=rule.target_percent,
        made=now,
        power_w=main.power_w,
        limit_w=main.limit_w,
        probability=main.probability,
    )
    return about if known is None else replace(about, made=known.made)


def _passed(event: Event, events: Iterable[Event], rule: Rule, zone: ZoneInfo, now: datetime) -> Event:
    """Return what time makes of an event."""
    if event.state in {"announced", "running"}:
        if now >= event.end:
            return replace(event, state="over")
        return replace(event, state="running") if now >= event.start else event
    if event.state != "proposed":
        return event
    if now >= event.start:
        return replace(event, state="expired", closed=now)
    if may_tell(event, rule, zone, now) and (event.approved or by_itself(event, events, rule, zone)):
        return replace(event, state="announced", announced=now)
    return event


def _near(window: PeakWindow, start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    if window.start < end and start < window.end:
        return True
    if window.start.astimezone(zone).date() != start.astimezone(zone).date():
        return False
    return window.start - end <= NEAR and start - window.end <= NEAR


def _edges(group: Sequence[PeakWindow]) -> tuple[datetime, datetime]:
    return min(window.start for window in group), max(window.end for window in group)
