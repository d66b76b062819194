"""Peak windows: spans of slots in which a site or a community is expected to run hot."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from .band import Band
from .clock import cells
from .peak_of_day import PeakOfDay
from .series import Floats, Series
from .surroundings import Place

TOP = 0.05
"""Without a limit that was set, the share of slots that count as the top."""
ENOUGH, SEASON = timedelta(days=7), timedelta(days=60)
"""How much of the past it takes to say what the top is, and how much is looked at: each season has its own."""
LIKELY = 0.35
"""From this probability on a step belongs to a window."""
CLOSE = timedelta(minutes=45)
"""Windows that lie no further apart are one: nobody changes his plans for the minutes between."""
LONGEST = timedelta(hours=3)
"""A window that follows from the day's peak alone, whose time is not sure, is no longer than this."""
FAINT = 0.15
"""Three hours that hold the day's peak with less than this are told to nobody: it may as well come at another time."""
MOST = 3
"""So many windows a day are read."""
REACHED = 0.5
"""A span of which so little of the limit is expected is none: its chance comes from not knowing, not from load."""
MORE_LIKELY_THAN_NOT = 0.5
A_SIGMA = 1.2816
"""Where P90 of a normal distribution lies."""


class Severity(StrEnum):
    """How much a window matters."""

    MILD = "mild"
    SERIOUS = "serious"
    SEVERE = "severe"


GRADES = ((Severity.SEVERE, 1.15, 0.002, 0.6), (Severity.SERIOUS, 1.05, 0.01, 0.5))
"""What a window must reach to be called so: so many times a limit that was set, or else the level above which so few of
the season's slots lie, for ordinary evenings are no emergency; and how sure that is. The first that fits counts."""


type Grades = tuple[tuple[Severity, float, float], ...]
"""The graver grades, the gravest first: from which power and which probability on."""


@dataclass(frozen=True, slots=True, eq=False)
class Peak:
    """The highest step of a local day: how high, in W, and when, as a probability for each step from `start` on."""

    day: date
    low_w: float
    mid_w: float
    high_w: float
    start: datetime
    step: timedelta
    when: Floats
    """It adds up to one, unless nothing is known: then it is NaN."""

    @property
    def told(self) -> PeakOfDay | None:
        """As people hear of it, at its likeliest time; None while nothing of it is known."""
        edges = self.low_w, self.mid_w, self.high_w
        if not len(self.when) or not (np.isfinite(edges).all() and np.isfinite(self.when).all()):
            return None
        low, mid, high = (round(edge) for edge in edges)
        return PeakOfDay(self.day, low, mid, high, self.start + int(np.argmax(self.when)) * self.step)


@dataclass(frozen=True, slots=True)
class Window:
    """A span that is expected to run hot. Who hears of it again knows it by its day and place in the day."""

    start: datetime
    end: datetime
    power_w: int
    """How high it is expected to come."""
    limit_w: int
    """What it is measured against: a limit that was set, or the level above which the top slots lie."""
    probability: float
    severity: Severity


def windows(past: Series, band: Band, peaks: tuple[Peak, ...], limit_w: int | None, place: Place) -> tuple[Window, ...]:
    """Return the spans that are expected above the limit; without one, above what the season's top slots reached.

    A step belongs to one if its band says so; and where the day's peak is likely to exceed the limit though no single
    step is, because nobody knows when it comes, the likeliest time for it is a window.
    """
    limit = float(limit_w) if limit_w is not None else _top(past, TOP)
    if limit is None or not len(band.mid) or np.isnan(band.mid).any():
        return ()
    grades = _grades(past, limit_w)
    hours = band.step / timedelta(hours=1)
    mid, low, high = (wh / hours for wh in (band.mid, band.low, band.high))
    chance = np.array([_above(limit, *each) for each in zip(low, mid, high, strict=True)])
    days = cells(band.start, len(mid), band.step, place.zone).day
    by_day = {peak.day.toordinal(): peak for peak in peaks if np.isfinite(peak.when).all()}
    found: list[Window] = []
    for day in np.unique(days):
        steps = np.flatnonzero(days == day)
        peak = by_day.get(int(day))
        spans = [slice(steps[first], steps[end - 1] + 1) for first, end in _spans(chance[steps], CLOSE // band.step)]
        told = [_window(band, span, limit, chance, mid, peak, grades) for span in spans]
        told = [window for window in told if window.power_w >= REACHED * limit]
        if not told and peak is not None and _of_peak_ahead(limit, peak, band) >= MORE_LIKELY_THAN_NOT:
            told = [_window_of_peak(band, steps, limit, peak, grades)]
            told = [window for window in told if window.probability >= FAINT]
        likely = sorted(told, key=lambda window: window.probability, reverse=True)[:MOST]
        found += sorted(likely, key=lambda window: window.start)
    return tuple(found)


def _top(past: Series, share: float) -> float | None:
    """Return the power above which the season's top steps lie; None where too little is known, or nothing flows.

    A home whose sun and battery carry it draws nearly nothing in most of its top steps too. So the top lies no lower
    than the mean draw and its spread, which is below the top steps wherever draws are of the usual kind.
    """
    recent = past.wh[-(SEASON // past.step) :]
    known = recent[np.isfinite(recent)]
    if len(known) * past.step < ENOUGH:
        return None
    drawn = np.maximum(known, 0.0)
    top = max(float(np.quantile(drawn, 1 - share)), float(drawn.mean() + drawn.std()))
    return top / (past.step / timedelta(hours=1)) if top > 0 else None


def _above(limit: float, low: float, mid: float, high: float) -> float:
    """Return how probable it is that more than a limit comes, where each half of a bell reaches to its edge."""
    reach = (high - mid if limit >= mid else mid - low) / A_SIGMA
    if reach <= 0:
        return float(mid > limit)
    return (1 - erf((limit - mid) / reach / sqrt(2))) / 2


def _of_peak(limit: float, peak: Peak) -> float:
    return _above(limit, peak.low_w, peak.mid_w, peak.high_w)


def _of_peak_ahead(limit: float, peak: Peak, band: Band) -> float:
    """Return how probable it is that the day's peak exceeds a limit and is still to come: today's may have been."""
    return _of_peak(limit, peak) * min(float(_when(peak, band).sum()), 1.0)


def _spans(chance: Floats, close: int) -> list[tuple[int, int]]:
    """Return first and end of the runs of likely steps, those that lie close together as one."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], chance >= LIKELY, [False])))).reshape(-1, 2)
    merged: list[tuple[int, int]] = []
    for first, end in edges.tolist():
        if merged and first - merged[-1][1] <= close:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((first, end))
    return merged


def _likeliest(when: Floats, longest: int) -> tuple[int, int]:
    """Return the span that most likely holds the peak."""
    length = min(max(longest, 1), len(when))
    first = int(np.argmax(np.convolve(when, np.ones(length), mode="valid")))
    return first, first + length


def _when(peak: Peak, band: Band) -> Floats:
    """Return on each step of the band how probable it is that a day's peak comes then."""
    offset = (peak.start - band.start) // band.step
    on = np.zeros(len(band.mid))
    first, end = max(offset, 0), min(offset + len(peak.when), len(on))
    on[first:end] = peak.when[first - offset : end - offset]
    return on


def _window(
    band: Band, inside: slice, limit: float, chance: Floats, mid: Floats, peak: Peak | None, grades: Grades
) -> Window:
    probability, power = float(chance[inside].max()), float(mid[inside].max())
    if peak is not None:
        share = float(_when(peak, band)[inside].sum())
        probability = max(probability, _of_peak(limit, peak) * min(share, 1.0))
        power = max(power, peak.mid_w) if share >= MORE_LIKELY_THAN_NOT else power
    return _told(band, inside, power, limit, probability, grades)


def _window_of_peak(band: Band, steps: NDArray[np.int64], limit: float, peak: Peak, grades: Grades) -> Window:
    """Return a window of a day of which only its peak tells: it comes as high as that, if it comes then."""
    first, end = _likeliest(_when(peak, band)[steps], LONGEST // band.step)
    inside = slice(steps[first], steps[end - 1] + 1)
    share = min(float(_when(peak, band)[inside].sum()), 1.0)
    return _told(band, inside, peak.mid_w, limit, _of_peak(limit, peak) * share, grades)


def _told(band: Band, inside: slice, power: float, limit: float, probability: float, grades: Grades) -> Window:
    return Window(
        band.start + int(inside.start) * band.step,
        band.start + int(inside.stop) * band.step,
        round(power),
        round(limit),
        min(probability, 1.0),
        next((grade for grade, least, sure in grades if power >= least and probability >= sure), Severity.MILD),
    )


def _grades(past: Series, limit_w: int | None) -> Grades:
    """Return what a window must reach, in W, and how surely, for each grade above the mildest."""
    if limit_w is not None:
        return tuple((grade, times * limit_w, sure) for grade, times, _, sure in GRADES)
    return tuple((grade, top, sure) for grade, _, share, sure in GRADES if (top := _top(past, share)) is not None)
