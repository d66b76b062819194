"""Timetables: what is odd about the periods of a tariff, so that whoever types them can be told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from .tariff import OnHolidays, Period

QUARTERS_OF_A_DAY = 96
QUARTERS_OF_A_WEEK = 7 * QUARTERS_OF_A_DAY
LEAP_YEAR = tuple(date(2000, 1, 1) + timedelta(days=number) for number in range(366))


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two periods that hold at the same time; the first one counts."""

    first: str
    second: str


def on_the_quarter(period: Period) -> bool:
    """Tell whether the period begins and ends with a slot, which has one price only."""
    return all(clock.minute % 15 == clock.second == clock.microsecond == 0 for clock in (period.begin, period.end))


def overlaps(periods: Sequence[Period]) -> Iterator[Overlap]:
    """Find periods that share quarter hours on ordinary days."""
    for number, second in enumerate(periods):
        for first in periods[:number]:
            if _week(first) & _week(second) and _days(first) & _days(second):
                yield Overlap(first.name, second.name)


def hidden(periods: Sequence[Period]) -> Iterator[str]:
    """Find periods that never count, because on every day that they hold, earlier ones hold too."""
    for number, period in enumerate(periods):
        earlier = [
            (_week(other), _days(other))
            for other in periods[:number]
            if other.holidays in {OnHolidays.AS_USUAL, period.holidays}
        ]
        week = _week(period)
        if all(week <= set().union(*(hours for hours, days in earlier if day in days)) for day in _days(period)):
            yield period.name


def _days(period: Period) -> set[date]:
    return {day for day in LEAP_YEAR if period.season is None or day in period.season}


def _week(period: Period) -> set[int]:
    """Return the quarter hours of a week, counted from Monday's midnight; Sunday's night ends on Monday."""
    begin, end = _quarter(period.begin), _quarter(period.end)
    length = (end - begin) % QUARTERS_OF_A_DAY or QUARTERS_OF_A_DAY
    return {
        (day * QUARTERS_OF_A_DAY + begin + quarter) % QUARTERS_OF_A_WEEK
        for day in period.weekdays
        for quarter in range(length)
    }


def _quarter(clock: time) -> int:
    return clock.hour * 4 + clock.minute // 15
