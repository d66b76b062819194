"""Wants: what a flexible load asks of a plan. Each is named by an id that tells nothing of the appliance."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class RunOnce:
    """A load that runs through once it has begun: a dishwasher, a washing machine."""

    id: str
    wh: tuple[int, ...]
    """What it takes in each slot of its run."""
    earliest: datetime
    ready_by: datetime

    def __post_init__(self) -> None:
        """Refuse what no plan can hold. Not a span that is too short: then it runs as early as possible."""
        _check_span(self.earliest, self.ready_by)
        if not self.wh or min(self.wh) < 0 or not any(self.wh):
            raise ValueError(f"a run takes energy in whole slots: {self.wh}")


@dataclass(frozen=True, slots=True)
class Need:
    """Energy by a time: a car, a boiler."""

    id: str
    wh: int
    min_w: int
    """The least it takes while it takes anything."""
    max_w: int
    interruptible: bool
    earliest: datetime
    ready_by: datetime

    def __post_init__(self) -> None:
        """Refuse what no plan can hold."""
        _check_span(self.earliest, self.ready_by)
        if self.wh <= 0 or not 0 <= self.min_w <= self.max_w or not self.max_w:
            raise ValueError(f"no need: {self.wh} Wh at {self.min_w} to {self.max_w} W")


@dataclass(frozen=True, slots=True)
class Comfort:
    """A room or a tank kept between two temperatures: it may be warmed (or cooled) ahead, and coast."""

    id: str
    low_c: float
    high_c: float
    now_c: float
    max_w: int
    gain_c_per_kwh: float
    """How much a kWh of electricity changes it: above zero for heating, below for cooling."""
    loss_per_hour: float
    """Which share of the difference to outside is lost each hour."""
    earliest: datetime
    until: datetime

    def __post_init__(self) -> None:
        """Refuse what no plan can hold."""
        _check_span(self.earliest, self.until)
        if (
            not self.low_c <= self.high_c
            or not self.gain_c_per_kwh
            or not 0 <= self.loss_per_hour < 1
            or self.max_w <= 0
        ):
            raise ValueError(f"no band of temperatures: {self}")


@dataclass(frozen=True, slots=True)
class Battery:
    """A store of energy; what goes in and out is measured at its connection."""

    id: str
    capacity_wh: int
    stored_wh: int
    reserve_wh: int
    """What is kept in it whatever it would bring."""
    charge_w: int
    discharge_w: int
    efficiency: float
    """The share of what went in that comes out again."""

    def __post_init__(self) -> None:
        """Refuse what no plan can hold."""
        if not 0 <= self.reserve_wh <= self.capacity_wh or self.stored_wh < 0 or not 0 < self.efficiency <= 1:
            raise ValueError(f"no battery: {self}")


type Want = RunOnce | Need | Comfort | Battery


def _check_span(first: datetime, last: datetime) -> None:
    if first.tzinfo is not UTC or last.tzinfo is not UTC:
        raise ValueError(f"not instants in UTC: {first}, {last}")
