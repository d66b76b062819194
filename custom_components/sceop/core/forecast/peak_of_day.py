"""A day's peak as it is told and kept: whole W and an instant, without the distributions that it was read from.

Whoever only passes it on, as the hub's server does, loads no numpy for it.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PeakOfDay:
    """How high the highest step of a local day is expected to come, and when that is most likely."""

    day: date
    low_w: int
    mid_w: int
    high_w: int
    at: datetime
