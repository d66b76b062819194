"""Today and tomorrow as the card of the forecast draws them: mean power by instants, with gaps where nothing is known.

A curve goes by instants and a day is as long as it is, so the night in which the clock changes needs no care.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np

from ..core.forecast.series import Floats
from ..core.hours import DAY, Interval, edge
from ..core.slots import local_midnight
from .week import MARKED_HOURS

DAYS = 2
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Day:
    """One local day; 23 or 25 hours when the clocks change."""

    date: date
    start: datetime
    end: datetime
    marks: tuple[tuple[int, datetime], ...]
    """Hours of the clock, and when it shows them."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Mean W of steps that follow each other from `start` on; None where nothing is known."""

    start: datetime
    step: timedelta
    watts: tuple[int | None, ...]


class Spanning(Protocol):
    """Whatever lasts from one instant to another."""

    @property
    def start(self) -> datetime:
        """Its first instant."""

    @property
    def end(self) -> datetime:
        """The instant at which it is over."""


def outlook(now: datetime, zone: ZoneInfo) -> tuple[Day, ...]:
    """Return today and tomorrow, as people at the place live them."""
    today = now.astimezone(zone).date()
    return tuple(_day(today + number * DAY, zone) for number in range(DAYS))


def whole(days: Sequence[Day]) -> Interval:
    """Return the first instant of days that follow each other, and their end."""
    return days[0].start, days[-1].end


def curve(start: datetime, wh: Floats, step: timedelta, within: Interval) -> Curve:
    """Return the steps that begin within an interval, as power."""
    first = max(-((start - within[0]) // step), 0)
    end = max(-((start - within[1]) // step), 0)
    watts = wh[first:end] * (_HOUR / step)
    return Curve(start + first * step, step, tuple(None if np.isnan(each) else round(each) for each in watts.tolist()))


def between[Span: Spanning](spans: Sequence[Span], within: Interval) -> Iterator[Span]:
    """Return those of which some lies within an interval, in their order."""
    touching = (span for span in spans if span.start < within[1] and within[0] < span.end)
    yield from sorted(touching, key=lambda span: span.start)


def _day(day: date, zone: ZoneInfo) -> Day:
    return Day(
        date=day,
        start=local_midnight(day, zone),
        end=local_midnight(day + DAY, zone),
        marks=tuple((hour, edge(day, time(hour), zone)) for hour in MARKED_HOURS),
    )
