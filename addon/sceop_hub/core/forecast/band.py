"""Bands: what steps to come will hold, and how sure that is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .series import Floats, Series


class Model(StrEnum):
    """How a forecast was made; each needs a longer past than the one before it."""

    NOTHING = "nothing"
    """Of nothing nothing follows: all steps are NaN."""
    LEVEL = "level"
    """Less than a day is known: its mean goes on."""
    YESTERDAY = "yesterday"
    """A day or some: yesterday comes again."""
    WEEK = "week"
    """A week or some: the usual day."""
    LEARNED = "learned"
    """Enough to learn how days follow each other."""


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Wh of steps from `start` on: of five times, four lie between `low` (P10) and `high` (P90), and half below `mid`.

    It is all NaN, or nowhere.
    """

    start: datetime
    step: timedelta
    low: Floats
    mid: Floats
    high: Floats
    model: Model
    days: float
    """How many days of past it was learned from."""
    before: Series | None = None
    """What the same model says of days that were, each from the midnight before it: how far off it is, and how."""
    lasting: Floats | None = None
    """How much of `low`, `mid` and `high`, a row each, is there as it has lasted for hours; None if nobody looked."""
