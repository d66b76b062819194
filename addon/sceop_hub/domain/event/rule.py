"""The coordinator's rule: which peaks become events by themselves, how often, and when members are told of them.

It binds what happens by itself. A coordinator may approve or make more events than the rule has, and at shorter notice:
what a person decides wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from ...core.warnings.quiet import Quiet
from ..forecast.kept import Severity
from .event import GRAVITY, Event

type Mode = Literal["off", "propose", "automatic"]

MODES: tuple[Mode, ...] = ("off", "propose", "automatic")

BEFORE_THE_NIGHT = timedelta(hours=1)
"""So long before nobody is told any more, members hear of what comes too early in the morning."""

DAY, WEEK = timedelta(days=1), 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Off, proposed for approval, or announced by themselves from a severity on; milder ones are proposed then too.

    Members are told `ahead` of the start at the earliest and `notice` at the latest, and not in the quiet time.
    """

    mode: Mode = "propose"
    severity: Severity = "serious"
    target_percent: int = 20
    ahead: timedelta = timedelta(hours=18)
    notice: timedelta = timedelta(hours=1)
    a_day: int = 1
    a_week: int = 3
    quiet_from: time = time(22)
    quiet_to: time = time(7)


def due(event: Event, rule: Rule, zone: ZoneInfo) -> datetime:
    """Return when members are told of an event: in the evening before, where the night ends too late for it."""
    earliest = event.start - rule.ahead
    night = _night(rule, zone, event.start - rule.notice)
    return earliest if night is None else min(earliest, night[0] - BEFORE_THE_NIGHT)


def may_tell(event: Event, rule: Rule, zone: ZoneInfo, now: datetime) -> bool:
    """Tell whether members may hear of an event now.

    A night is broken only for a severe one, or one that a person approved, of which the morning would come too late.
    """
    if not due(event, rule, zone) <= now < event.start:
        return False
    last = event.start - rule.notice
    if now > last:
        return event.approved
    night = _night(rule, zone, now)
    return night is None or (night[1] > last and (event.approved or event.severity == "severe"))


def by_itself(event: Event, others: Iterable[Event], rule: Rule, zone: ZoneInfo) -> bool:
    """Tell whether a proposal becomes an event without a person: grave enough, and among the gravest of its day.

    `others` are all events of the weeks around it.
    """
    if not _is_grave(event, rule):
        return False
    others = [other for other in others if other.id != event.id]
    counted = [_day(other, zone) for other in others if other.counts]
    day = _day(event, zone)
    room = rule.a_day - counted.count(day)
    graver = sum(
        _day(other, zone) == day and _rank(other) > _rank(event)
        for other in others
        if other.state == "proposed" and not other.approved and _is_grave(other, rule)
    )
    return graver < room and all(
        sum(first <= other < first + WEEK * DAY for other in counted) < rule.a_week
        for first in (day - ago * DAY for ago in range(WEEK))
    )


def _is_grave(event: Event, rule: Rule) -> bool:
    return rule.mode == "automatic" and GRAVITY.index(event.severity) >= GRAVITY.index(rule.severity)


def _rank(event: Event) -> tuple[int, float, float]:
    return GRAVITY.index(event.severity), event.probability or 0.0, -event.start.timestamp()


def _day(event: Event, zone: ZoneInfo) -> date:
    return event.start.astimezone(zone).date()


def _night(rule: Rule, zone: ZoneInfo, at: datetime) -> tuple[datetime, datetime] | None:
    return Quiet(rule.quiet_from, rule.quiet_to, zone).around(at)
