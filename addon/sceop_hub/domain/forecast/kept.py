"""Forecasts as they are kept and told: whole Wh and instants, without the arrays that they were made of.

The server reads these, and loads no numpy for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from ...core.forecast.peak_of_day import PeakOfDay

type Curve = tuple[int | None, ...]
"""Wh by slot; None where nothing is known."""

type Figure = Literal["consumption", "production", "net"]
type Severity = Literal["mild", "serious", "severe"]

FIGURES: tuple[Figure, ...] = ("consumption", "production", "net")
"""Net is what comes from the grid less what goes there."""

SLOTS = 192
"""Told in advance: two days."""

MIDNIGHTS = 28
"""Looked back on, as far as the past reaches."""

type Reason = Literal["unpublished", "young", "pending", "failed", "stale"]
"""Why there is no forecast: no figure is published, less than a day of it is known, it is about to be made, making it
failed, or the last one has become old."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One figure's forecast: of five slots four lie between `low` and `high`; `days` of past stand behind it.

    The peak is that of the day that begins with it, or of what is left of that day.
    """

    model: str
    days: float
    low: Curve
    mid: Curve
    high: Curve
    peak_w: int | None = None
    peak_at: datetime | None = None

    def times(self, factor: float) -> Expected:
        """Return the same for other homes."""
        if factor == 1:
            return self
        low, mid, high = (_times(curve, factor) for curve in (self.low, self.mid, self.high))
        peak_w = None if self.peak_w is None else round(self.peak_w * factor)
        return replace(self, low=low, mid=mid, high=high, peak_w=peak_w)


@dataclass(frozen=True, slots=True)
class PeakWindow:
    """A span in which the community is expected to run hot."""

    start: datetime
    end: datetime
    power_w: int
    limit_w: int
    probability: float
    severity: Severity


@dataclass(frozen=True, slots=True)
class Peaks:
    """The peaks to come of one figure, beside the limit that the coordinator set, if any."""

    figure: Figure | None = None
    limit_w: int | None = None
    windows: tuple[PeakWindow, ...] = ()
    days: tuple[PeakOfDay, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the slots from `start` on will hold, as it was thought when it was made."""

    start: datetime
    made: datetime
    midnight: bool
    afterwards: bool
    homes: float
    """For how many homes it was made: others are compared with it home by home."""
    figures: Mapping[Figure, Expected]
    peaks: Peaks = Peaks()


@dataclass(frozen=True, slots=True)
class Score:
    """How forecasts turned out over the day after each midnight; None where there was nothing to compare.

    Errors are shares of what came. `hit` is the share of days whose peak came within an hour of the time that was told.
    """

    midnights: int
    nmae: float | None
    nrmse: float | None
    peak_error: float | None
    peak_hit: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class DayScore:
    """How one forecast turned out, once its day is over; powers are those of the day's highest slot."""

    nmae: float | None
    nrmse: float | None
    coverage: float | None
    peak_w: int | None
    true_peak_w: int | None
    hit: bool | None


@dataclass(frozen=True, slots=True)
class Lately:
    """A figure's forecasts of the last midnights, and beside them what plainer ones would have come to."""

    model: Score
    yesterday: Score
    last_week: Score
    seven_days: Score = Score(0, None, None, None, None, None)


@dataclass(frozen=True, slots=True)
class State:
    """How far forecasting is."""

    looked: datetime
    reason: Reason | None
    lately: Mapping[Figure, Lately] = field(default_factory=dict)


def _times(curve: Curve, factor: float) -> Curve:
    return tuple(None if wh is None else round(wh * factor) for wh in curve)
