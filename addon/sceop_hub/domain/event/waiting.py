"""Proposals that wait for a coordinator: which they are, and when somebody is told that they do."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from ...core.warnings.quiet import Quiet
from .event import Event
from .rule import Rule, by_itself


def waiting(events: Iterable[Event], rule: Rule, zone: ZoneInfo, now: datetime) -> list[Event]:
    """Return the proposals of which nothing comes unless somebody approves; `events` are all of the weeks around."""
    events = list(events)
    return [
        event
        for event in events
        if event.state == "proposed"
        and not event.approved
        and event.start > now
        and not by_itself(event, events, rule, zone)
    ]


def to_tell(proposals: Iterable[Event], rule: Rule, zone: ZoneInfo, now: datetime) -> list[Event]:
    """Return those that a phone may ring for by now: what the forecast saw in the night has time until the morning."""
    night = Quiet(rule.quiet_from, rule.quiet_to, zone).around(now)
    return [event for event in proposals if night is None or event.made < night[0]]
