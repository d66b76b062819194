"""Usual: the requests that will probably come, made of those of the last seven days.

They hold places until their hour has come. Without them the first to ask fill the valley that the last will need.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from .fairness import UNKNOWN
from .places import Asked, Lately, Request, Usual

DAYS = 7
"""A seventh of each kind: whatever a week asked, a day usually asks."""
AHEAD = 2
"""Days to come."""


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
    found = []
    for one in asked:
        if not since <= one.at < now:
            continue
        weight = homes.get(one.household, UNKNOWN).kept / counted
        first = max((now - one.at).days, 1)
        for day in range(first, first + AHEAD + 2):
            comes = _later(one.at, day, zone)
            if now <= comes < until:
                found.append(Usual(comes, _moved(one, day, zone), weight))
    return tuple(found)


def _later(instant: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the same local time so many days later."""
    local = instant.astimezone(zone)
    return datetime.combine(local.date() + timedelta(days=days), local.time(), zone).astimezone(UTC)


def _moved(one: Asked, days: int, zone: ZoneInfo) -> Request:
    """Return a request as it would be asked so many days later."""
    request = one.request
    return replace(
        request, earliest=_later(request.earliest, days, zone), ready_by=_later(request.ready_by, days, zone)
    )
