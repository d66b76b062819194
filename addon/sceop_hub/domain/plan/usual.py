"""Usual: the requests that will probably come, made of those of the last seven days.

They hold places until their hour has come. Without them the first to ask fill the valley that the last will need.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from .fairness import UNKNOWN
from .places import Asked, Lately, Request, Usual

DAYS = 7
"""A seventh of each kind: whatever a week asked, a day usually asks."""
AHEAD = 2
"""Days to come."""

type Later = Callable[[datetime, int], datetime]
"""Gives the same time of day so many days later."""


def coming(
    asked: Iterable[Asked],
    now: datetime,
    zone: ZoneInfo,
    days: int = DAYS,
    lately: Mapping[int, Lately] | None = None,
) -> tuple[Usual, ...]:
    """Return what was asked in the last days, at the same local hours of the days to come.

    `days` is for how many days the community has been asking, if that is fewer than seven. Who did not use its places
    of late is expected with so much less.
    """
    counted = max(min(days, DAYS), 1)
    since, until, homes = now - timedelta(days=counted), now + timedelta(days=AHEAD), lately or {}
    later = _by_wall(zone) if _changes(zone, since, until) else _by_days
    found = []
    for one in asked:
        if not since <= one.at < now:
            continue
        weight = homes.get(one.household, UNKNOWN).kept / counted
        first = max((now - one.at).days, 1)
        for day in range(first, first + AHEAD + 2):
            comes = later(one.at, day)
            if now <= comes < until:
                found.append(Usual(comes, _moved(one.request, day, later), weight))
    return tuple(found)


def _changes(zone: ZoneInfo, since: datetime, until: datetime) -> bool:
    """Tell whether clocks change between two instants, or soon after: a request reaches beyond its hour."""
    soon = until + timedelta(days=AHEAD + 1)
    return since.astimezone(zone).utcoffset() != soon.astimezone(zone).utcoffset()


def _by_days(instant: datetime, days: int) -> datetime:
    return instant + timedelta(days=days)


def _by_wall(zone: ZoneInfo) -> Later:
    """Return what gives the same local time so many days later."""

    def later(instant: datetime, days: int) -> datetime:
        local = instant.astimezone(zone)
        return datetime.combine(local.date() + timedelta(days=days), local.time(), zone).astimezone(UTC)

    return later


def _moved(request: Request, days: int, later: Later) -> Request:
    """Return a request as it would be asked so many days later."""
    return replace(request, earliest=later(request.earliest, days), ready_by=later(request.ready_by, days))
