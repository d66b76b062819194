"""Peak windows: spans of slots in which a site or a community is expected to run hot."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np

from .band import Band
from .series import Floats, Series
from .surroundings import Place

TOP = 0.05
"""Without a limit that was set, the share of slots that count as the top."""
ENOUGH = timedelta(days=7)
"""How much of the past says what the top is."""


class Severity(StrEnum):
    """How much a window matters."""

    MILD = "mild"
    SERIOUS = "serious"
    SEVERE = "severe"


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
    """Return the spans that are expected above the limit; without one, above what the past's top slots reached."""
    del peaks, place
    hours = band.step / timedelta(hours=1)
    known = past.wh[np.isfinite(past.wh)]
    if np.isnan(band.mid).any() or (limit_w is None and len(known) * past.step < ENOUGH):
        return ()
    limit = float(np.quantile(known, 1 - TOP)) / hours if limit_w is None else float(limit_w)
    above = band.mid / hours > limit
    edges = np.flatnonzero(np.diff(np.concatenate(([False], above, [False]))))
    return tuple(
        Window(
            band.start + int(first) * band.step,
            band.start + int(end) * band.step,
            round(float(band.mid[first:end].max()) / hours),
            round(limit),
            0.5,
            Severity.MILD,
        )
        for first, end in edges.reshape(-1, 2)
    )
