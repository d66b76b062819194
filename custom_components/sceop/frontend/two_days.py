"""Today and tomorrow as the card of the forecast draws them: mean power by instants, with gaps where nothing is known.

A curve goes by instants and a day is as long as it is, so the night in which the clock changes needs no care.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import isfinite
from operator import attrgetter
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np

from ..core.forecast.band import Band
from ..core.forecast.peak_of_day import PeakOfDay
from ..core.forecast.series import Floats, Series
from ..core.forecast.windows import Peak, Window
from ..core.hours import DAY, Interval, edge
from ..core.slots import SLOT, local_midnight
from .week import MARKED_HOURS

DAYS = 2
_HOUR = timedelta(hours=1)
_LOW, _MID, _HIGH = (attrgetter(edge_of) for edge_of in ("low", "mid", "high"))


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


@dataclass(frozen=True, slots=True)
class Figure:
    """What is used, or what is made: so far, and to come."""

    name: str
    actual: Curve | None
    """Absent where it is not told, as what a community used."""
    low: Curve
    mid: Curve
    high: Curve
    model: str
    """One of the household's `Model`, or what a newer hub calls its own."""
    days: float


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of a home, or of a community."""

    whose: str
    figures: tuple[Figure, ...] = ()
    windows: tuple[Window, ...] = ()
    peaks: tuple[PeakOfDay, ...] = ()
    limits_consumption: bool = True
    """Whether the windows measure what is used; where a home makes electricity, it is what comes from the grid."""


class Spanning(Protocol):
    """Whatever lasts from one instant to another."""

    @property
    def start(self) -> datetime:
        """Its first instant."""

    @property
    def end(self) -> datetime:
        """The instant at which it is over."""


def two_days(now: datetime, zone: ZoneInfo) -> tuple[Day, ...]:
    """Return today and tomorrow, as people at the place live them."""
    today = now.astimezone(zone).date()
    return tuple(_day(today + number * DAY, zone) for number in range(DAYS))


def days_of(within: Interval, zone: ZoneInfo) -> tuple[Day, ...]:
    """Return the days that an interval touches."""
    first = within[0].astimezone(zone).date()
    days = (_day(first + number * DAY, zone) for number in range((within[1] - within[0]) // DAY + 2))
    return tuple(day for day in days if day.start < within[1] and within[0] < day.end)


def whole(days: Sequence[Day]) -> Interval:
    """Return the first instant of days that follow each other, and their end."""
    return days[0].start, days[-1].end


def curve(start: datetime, wh: Floats, step: timedelta, within: Interval) -> Curve:
    """Return the steps that begin within an interval, as power."""
    watts = (wh * (_HOUR / step)).tolist()
    return passage(Curve(start, step, tuple(round(each) if isfinite(each) else None for each in watts)), within)


def passage(known: Curve, within: Interval) -> Curve:
    """Return the steps of a curve that begin within an interval."""
    first, end = (max(-((known.start - edge_of) // known.step), 0) for edge_of in within)
    return Curve(known.start + first * known.step, known.step, known.watts[first:end])


def figure(name: str, past: Series | None, bands: Sequence[Band], within: Interval) -> Figure:
    """Return what of a past and of bands lies within an interval; where two bands tell, the later one is right."""
    low, mid, high = (
        curve(within[0], _laid([(band.start, edge_of(band)) for band in bands], within), SLOT, within)
        for edge_of in (_LOW, _MID, _HIGH)
    )
    actual = None if past is None else curve(past.start, past.wh, past.step, within)
    return Figure(name, actual, low, mid, high, bands[-1].model, bands[-1].days)


def drawn(peak: Peak) -> PeakOfDay | None:
    """Return a home's peak of a day, or None while nothing of it is known.

    What a home draws from the grid is never less than nothing, whatever the edge of a band says.
    """
    if (told := peak.told) is None:
        return None
    low_w, mid_w, high_w = (max(watts, 0) for watts in (told.low_w, told.mid_w, told.high_w))
    return PeakOfDay(told.day, low_w, mid_w, high_w, told.at)


def between[Span: Spanning](spans: Sequence[Span], within: Interval) -> Iterator[Span]:
    """Return those of which some lies within an interval, in their order."""
    touching = (span for span in spans if span.start < within[1] and within[0] < span.end)
    yield from sorted(touching, key=lambda span: span.start)


def _laid(pieces: Sequence[tuple[datetime, Floats]], within: Interval) -> Floats:
    """Return the slots of an interval with pieces laid on it, each over those before it."""
    slots = np.full((within[1] - within[0]) // SLOT, np.nan)
    for start, wh in pieces:
        offset = (start - within[0]) // SLOT
        first, end = max(offset, 0), min(offset + len(wh), len(slots))
        if first < end:
            slots[first:end] = wh[first - offset : end - offset]
    return slots


def _day(day: date, zone: ZoneInfo) -> Day:
    return Day(
        date=day,
        start=local_midnight(day, zone),
        end=local_midnight(day + DAY, zone),
        marks=tuple((hour, edge(day, time(hour), zone)) for hour in MARKED_HOURS),
    )
