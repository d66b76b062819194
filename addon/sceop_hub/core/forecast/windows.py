"""Peak windows: spans of slots in which a site or a community is expected to run hot."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from .series import Floats


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
