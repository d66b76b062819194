"""A plan: which load takes how much in which slot, what that costs beside starting at once, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ..slots import SLOT


class Reason(StrEnum):
    """Why a load was placed where it is; the first is the one that weighed most. Words are made of it at the edge."""

    CHEAP = "cheap"
    """Electricity costs less then."""
    OWN_SUN = "own_sun"
    """It takes what would be sold for less."""
    CLEAN = "clean"
    ROOM = "room"
    """The community has room then."""
    RESERVED = "reserved"
    """The community gave it this place."""
    READY_BY = "ready_by"
    """There is no later time that keeps the promise."""
    TOO_LATE = "too_late"
    """It cannot be ready by then any more; it runs as soon as possible."""
    COMFORT = "comfort"
    """The temperature has to be kept."""
    NO_DIFFERENCE = "no_difference"
    """No time is better than now."""
    RUNNING = "running"
    """It runs already."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A load's place: Wh of each slot from `start` on, below zero where a battery gives; none where it does nothing."""

    id: str
    start: datetime
    wh: tuple[int, ...]
    reasons: tuple[Reason, ...]
    cost: float
    """What it costs in this place, and started at once; both as the horizon tells prices, pressure not among them."""
    cost_at_once: float
    facts: Mapping[str, float] = field(default_factory=dict)
    """What words are made of: `price`, `price_at_once`, `own_sun_share`, `short_wh`, `pressure`."""

    @property
    def end(self) -> datetime:
        """The end of its last slot."""
        return self.start + len(self.wh) * SLOT


@dataclass(frozen=True, slots=True)
class Plan:
    """What all loads do together."""

    made: datetime
    placements: tuple[Placement, ...]
    cost: float
    cost_at_once: float
    """What the site pays for everything in the horizon, planned and with each load started at its earliest."""
