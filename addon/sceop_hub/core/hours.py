"""Hours: the weekly windows in which a zone is let or cleaned, read on the clock of the people who are there.

A window begins and ends at the first instant at which that clock shows its time or a later one. So neighbouring
windows meet on every day of the year, a night of 8 hours has 9 when the clocks go back and 7 when they go forward, and
a window inside the hour that is left out does not exist on that day.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Self
from zoneinfo import ZoneInfo

from .slots import local_midnight

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
_DAY_SECONDS = 86_400
_FORESIGHT = timedelta(days=15)
"""How far ahead the next edge is sought: farther than any run of holidays."""

type Interval = tuple[datetime, datetime]
"""From its first instant up to but not including its last, in UTC."""


@dataclass(frozen=True, slots=True)
class Window:
    """The same hours on some days of the week. One that does not end after it begins ends on the next day."""

    days: frozenset[int]
    start: time
    end: time

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read the form in which a config entry keeps it."""
        days = frozenset(WEEKDAYS.index(day) for day in kept["days"])
        return cls(days, time.fromisoformat(kept["from"]), time.fromisoformat(kept["to"]))

    @property
    def seconds(self) -> int:
        """How long it is on a day without a clock change."""
        return (_of_day(self.end) - _of_day(self.start) - 1) % _DAY_SECONDS + 1

    def on(self, day: date, zone: ZoneInfo) -> Interval:
        """Return the window that begins on this day."""
        last = day if self.end > self.start else day + DAY
        return edge(day, self.start, zone), edge(last, self.end, zone)


def overlap(windows: Sequence[Window]) -> bool:
    """Tell whether two of the windows share a moment of the week."""
    week = 7 * _DAY_SECONDS
    spans = sorted(
        (day * _DAY_SECONDS + _of_day(window.start), window.seconds) for window in windows for day in window.days
    )
    if not spans:
        return False
    again = (spans[0][0] + week, 0)
    return any(start + length > following for (start, length), (following, _) in pairwise((*spans, again)))


def edge(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the first instant of a day at which its clock shows this time or a later one."""
    shown = datetime.combine(day, at, zone)
    instant, earlier = shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)
    if instant <= earlier:
        return instant
    before = zone.utcoffset(earlier.astimezone(zone))  # the clock leaps over this time: find when it leaps
    while instant - earlier > timedelta(seconds=1):
        middle = earlier + (instant - earlier) // 2
        if middle.astimezone(zone).utcoffset() == before:
            earlier = middle
        else:
            instant = middle
    return instant.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly windows at one place; none of them begins on a day that is closed."""

    windows: tuple[Window, ...]
    zone: ZoneInfo
    closed: Callable[[date], bool] = lambda _day: False

    def spans(self, day: date) -> list[Interval]:
        """Return what begins on a day, in order."""
        if self.closed(day):
            return []
        found = (window.on(day, self.zone) for window in self.windows if day.weekday() in window.days)
        return sorted((start, end) for start, end in found if start < end)

    def within(self, start: datetime, end: datetime) -> list[Interval]:
        """Return every span that touches a stretch of time."""
        first, last = (instant.astimezone(self.zone).date() for instant in (start, end))
        days = (first + number * DAY for number in range(-1, (last - first).days + 1))
        return [span for day in days for span in self.spans(day) if span[0] < end and span[1] > start]

    def inside(self, instant: datetime) -> bool:
        """Tell whether an instant lies in one of the windows."""
        day = instant.astimezone(self.zone).date()
        return any(start <= instant < end for near in (day - DAY, day) for start, end in self.spans(near))


class Share(StrEnum):
    """Whose time it is."""

    CONTRACTED = "contracted"
    CLEANING = "cleaning"
    AFTER_HOURS = "after_hours"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one local day that belongs to one share."""

    day: date
    share: Share
    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        """How long it is; instants here are whole seconds."""
        return (self.end - self.start) // timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Timetable:
    """Contracted hours first; cleaning outside of them is nobody's after-hours light."""

    contracted: Hours
    cleaning: Hours

    @property
    def zone(self) -> ZoneInfo:
        """The clock on which it is read."""
        return self.contracted.zone

    def share(self, instant: datetime) -> Share:
        """Tell whose time an instant is."""
        if self.contracted.inside(instant):
            return Share.CONTRACTED
        return Share.CLEANING if self.cleaning.inside(instant) else Share.AFTER_HOURS

    def pieces(self, start: datetime, end: datetime) -> Iterator[Piece]:
        """Cut a stretch of time at every edge of hours and at every local midnight."""
        if start >= end:
            return
        contracted, cleaning = self.contracted.within(start, end), self.cleaning.within(start, end)
        cuts = {start, *self._edges(start, end, (*contracted, *cleaning))}
        for first, last in pairwise((*sorted(cuts), end)):
            share = Share.AFTER_HOURS
            if _holds(contracted, first):
                share = Share.CONTRACTED
            elif _holds(cleaning, first):
                share = Share.CLEANING
            yield Piece(first.astimezone(self.zone).date(), share, first, last)

    def next_edge(self, after: datetime) -> datetime | None:
        """Return when the share may change next, if that is near."""
        spans = (*self.contracted.within(after, after + _FORESIGHT), *self.cleaning.within(after, after + _FORESIGHT))
        return min((instant for span in spans for instant in span if instant > after), default=None)

    def since(self, instant: datetime) -> datetime:
        """Return when the share of this instant began, at most a few weeks ago."""
        current = instant - _FORESIGHT
        share: Share | None = None
        for piece in self.pieces(current, instant + timedelta(seconds=1)):
            if piece.share is not share:
                current, share = piece.start, piece.share
        return current

    def _edges(self, start: datetime, end: datetime, spans: Sequence[Interval]) -> Iterator[datetime]:
        yield from (instant for span in spans for instant in span if start < instant < end)
        day = start.astimezone(self.zone).date() + DAY
        while (midnight := local_midnight(day, self.zone)) < end:
            if midnight > start:
                yield midnight
            day += DAY


def _holds(spans: Sequence[Interval], instant: datetime) -> bool:
    return any(start <= instant < end for start, end in spans)


def _of_day(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second
