"""Peaks ahead: windows of a home and of its community as matters that stay the same while forecasts move.

Every hour brings new windows: edges move, two become one, one becomes two. A person heard of "the peak this evening",
and that is the same peak for as long as it touches what was told, or comes within an hour of it on the same day.

Where windows of the home and of its community meet, the graver one is told of, with its own figures; both together only
where they are equally grave.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..forecast.windows import Severity, Window
from ..hours import edge
from .matter import GRAVITY, Facts, Matter, Topic

NEAR = timedelta(hours=1)
EVENING = time(19)
"""When people hear of a severe peak of the coming day: early enough to plan."""
HOME, COMMUNITY, BOTH = "home", "community", "both"

type Known = Mapping[str, tuple[datetime, datetime]]
"""The peaks that are remembered: key, start and end."""


@dataclass(frozen=True, slots=True)
class _Found:
    whose: str
    window: Window


def peaks_ahead(
    own: Sequence[Window], community: Sequence[Window], known: Known, lead: timedelta, zone: ZoneInfo
) -> list[Matter]:
    """Return one matter for each peak, whoever's it is."""
    found = [_Found(HOME, window) for window in own] + [_Found(COMMUNITY, window) for window in community]
    found.sort(key=lambda each: (each.window.start, each.window.end, each.whose))
    spans = dict(known)
    groups: dict[str, list[_Found]] = {}
    for each in found:
        window = each.window
        group = next((key for key in groups if _near(window, _span(groups[key]), zone)), None)
        key = group or next((key for key, span in known.items() if _near(window, span, zone)), None)
        key = key or _new_key(window.start, spans)
        spans.setdefault(key, (window.start, window.end))
        groups.setdefault(key, []).append(each)
    return [_matter(key, group, lead, zone) for key, group in groups.items()]


def _near(window: Window, span: tuple[datetime, datetime], zone: ZoneInfo) -> bool:
    start, end = span
    if window.start < end and start < window.end:
        return True
    if window.start.astimezone(zone).date() != start.astimezone(zone).date():
        return False
    return window.start - end <= NEAR and start - window.end <= NEAR


def _span(group: Sequence[_Found]) -> tuple[datetime, datetime]:
    return min(each.window.start for each in group), max(each.window.end for each in group)


def _new_key(start: datetime, taken: Mapping[str, object]) -> str:
    """Name a peak by its start; a name stays with its peak, also when that has moved away."""
    key = f"peak {start:%Y-%m-%dT%H:%M}Z"
    while key in taken:
        key += "+"
    return key


def _matter(key: str, group: Sequence[_Found], lead: timedelta, zone: ZoneInfo) -> Matter:
    start, end = _span(group)
    severity = max((each.window.severity for each in group), key=GRAVITY.index)
    gravest = {each.whose for each in group if each.window.severity is severity}
    told = [each for each in group if each.whose in gravest]
    main = max(
        (each for each in told if each.whose == (HOME if HOME in gravest else COMMUNITY)),
        key=lambda each: each.window.power_w,
    ).window
    begins, ends = _span(told)
    due = begins - lead
    if severity is Severity.SEVERE:
        eve = begins.astimezone(zone).date() - timedelta(days=1)
        due = min(due, edge(eve, EVENING, zone))
    facts: Facts = {
        "whose": BOTH if len(gravest) > 1 else next(iter(gravest)),
        "start": begins.isoformat(),
        "end": ends.isoformat(),
        "power_w": main.power_w,
        "limit_w": main.limit_w,
        "probability": round(main.probability, 3),
    }
    return Matter(Topic.UPCOMING_PEAK, key, severity, due, start, end, facts)
