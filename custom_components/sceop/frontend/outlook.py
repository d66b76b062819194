"""Today and tomorrow as the card of the forecast draws them: mean power by instants, with gaps where nothing is known.

A curve goes by instants and a day is as long as it is, so the night in which the clock changes needs no care.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np

from ..core.forecast.band import Band, Model
from ..core.forecast.series import Floats, Series
from ..core.forecast.windows import Peak, Window
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


@dataclass(frozen=True, slots=True)
class Figure:
    """What is used, or what is made: so far, and to come."""

    name: str
    actual: Curve | None
    """Absent where it is not told, as what a community used."""
    low: Curve
    mid: Curve
    high: Curve
    model: Model
    days: float


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """What is expected of a home, or of a community."""

    whose: str
    figures: tuple[Figure, ...]
    windows: tuple[Window, ...]
    peaks: tuple[Peak, ...]


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


def figure(name: str, past: Series | None, band: Band, within: Interval) -> Figure:
    """Return what of a past and of a band lies within an interval."""
    low, mid, high = (curve(band.start, wh, band.step, within) for wh in (band.low, band.mid, band.high))
    actual = None if past is None else curve(past.start, past.wh, past.step, within)
    return Figure(name, actual, low, mid, high, band.model, band.days)


def likeliest(peak: Peak) -> datetime | None:
    """Return the step in which a day's highest most likely lies, or None while nothing of it is known."""
    if np.isnan([peak.low_w, peak.mid_w, peak.high_w]).any() or np.isnan(peak.when).any() or not len(peak.when):
        return None
    return peak.start + int(np.argmax(peak.when)) * peak.step


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
