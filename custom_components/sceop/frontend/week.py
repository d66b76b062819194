"""A week of a light zone: seven local days, each as long as it was, with what was let and what was lit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ..core.hours import DAY, Interval, Piece, Timetable, edge
from ..core.lighting import Session
from ..core.slots import local_midnight

DAYS = 7
MARKED_HOURS = (0, 6, 12, 18)


@dataclass(frozen=True, slots=True)
class Lit:
    """A part of a session that lies in one day and in one share, for a bar to be drawn."""

    session: Session
    piece: Piece


@dataclass(frozen=True, slots=True)
class Day:
    """One local day; 23 or 25 hours when the clocks change."""

    date: date
    start: datetime
    end: datetime
    marks: tuple[tuple[int, datetime], ...]
    """Hours of the clock, and when it shows them."""
    contracted: tuple[Interval, ...]
    cleaning: tuple[Interval, ...]
    lit: tuple[Lit, ...]


def monday_of(day: date) -> date:
    """Return the first day of a day's week."""
    return day - timedelta(days=day.weekday())


def week(timetable: Timetable, sessions: Sequence[Session], monday: date) -> list[Day]:
    """Return the days of a week, with whatever of the sessions lies in each of them."""
    return [_day(timetable, sessions, monday + number * DAY) for number in range(DAYS)]


def span(timetable: Timetable, monday: date) -> Interval:
    """Return a week's first instant and its end."""
    return local_midnight(monday, timetable.zone), local_midnight(monday + DAYS * DAY, timetable.zone)


def _day(timetable: Timetable, sessions: Sequence[Session], day: date) -> Day:
    start, end = local_midnight(day, timetable.zone), local_midnight(day + DAY, timetable.zone)
    return Day(
        date=day,
        start=start,
        end=end,
        marks=tuple((hour, edge(day, time(hour), timetable.zone)) for hour in MARKED_HOURS),
        contracted=_clipped(timetable.contracted.within(start, end), start, end),
        cleaning=_clipped(timetable.cleaning.within(start, end), start, end),
        lit=tuple(_lit(timetable, sessions, start, end)),
    )


def _clipped(spans: Sequence[Interval], start: datetime, end: datetime) -> tuple[Interval, ...]:
    return tuple((max(first, start), min(last, end)) for first, last in spans)


def _lit(timetable: Timetable, sessions: Sequence[Session], start: datetime, end: datetime) -> Iterator[Lit]:
    for session in sessions:
        for piece in timetable.pieces(max(session.start, start), min(session.end, end)):
            yield Lit(session, piece)
