"""Places: what a home asks of the community's plan, and what it gets, as the wire carries it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

from ..core.blocks import wire_time
from ..core.plan.wants import Need, RunOnce
from ..core.slots import SLOT_SECONDS, slot_of
from .errors import NotAHub

MOST_REQUESTS = 20
MOST_SLOTS = 200
"""Two days, one of which may have 100: nothing is planned farther ahead."""
MOST_WH = 100_000
"""In a slot: more than any home's connection carries."""
MOST_PRESSURE = 10.0
_FARTHEST = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Request:
    """One request: what a load asks of the plan, and whether it runs already."""

    want: RunOnce | Need
    running: bool = False

    @property
    def essence(self) -> tuple[object, ...]:
        """Return what makes it another request: that a window begins later since time has passed does not."""
        want = self.want
        if isinstance(want, RunOnce):
            return (want.id, want.wh, want.ready_by, self.running)
        return (want.id, want.wh, want.min_w, want.max_w, want.interruptible, want.ready_by, self.running)

    def to_json(self) -> dict[str, Any]:
        """Return it as a request carries it: energy and a window under a random name, and nothing else."""
        want = self.want
        told: dict[str, Any] = {
            "id": want.id,
            "earliest": wire_time(want.earliest),
            "ready_by": wire_time(want.ready_by),
        }
        if isinstance(want, RunOnce):
            told["profile"] = list(want.wh)
        else:
            told |= {"wh": want.wh, "min_w": want.min_w, "max_w": want.max_w, "interruptible": want.interruptible}
        return told | ({"running": True} if self.running else {})


@dataclass(frozen=True, slots=True)
class Place:
    """Where the community has room for a request: Wh of the slots from `start` on."""

    id: str
    start: datetime
    wh: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """All places that this home has, and how hard it presses in each slot from `start` on."""

    made: datetime
    places: Mapping[str, Place]
    start: datetime
    pressure: tuple[float, ...]


def read_places(answer: Mapping[str, Any], now: datetime) -> Places:
    """Read the hub's answer. What no plan can hold makes all of it nonsense."""
    try:
        places = [_place(each, now) for each in _some(answer["places"], MOST_REQUESTS)]
        return Places(
            _near(answer["made"], now),
            {place.id: place for place in places},
            _counted_in_slots(answer, now),
            tuple(_level(each) for each in _some(answer["pressure"], MOST_SLOTS)),
        )
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise NotAHub("The hub's plan makes no sense.") from error


def _some(told: list[Any], most: int) -> list[Any]:
    if len(told) > most:
        raise ValueError("nobody asked for so much")
    return told


def _counted_in_slots(answer: Mapping[str, Any], now: datetime) -> datetime:
    if int(answer.get("step", SLOT_SECONDS)) != SLOT_SECONDS:
        raise ValueError("places are counted in quarter hours")
    return slot_of(_near(answer["start"], now))


def _place(told: Mapping[str, Any], now: datetime) -> Place:
    start, wh = _near(told["start"], now), tuple(int(each) for each in told["wh"])
    if start != slot_of(start) or not wh or len(wh) > MOST_SLOTS or not all(0 <= each <= MOST_WH for each in wh):
        raise ValueError(f"no place: {told}")
    return Place(str(told["id"]), start, wh)


def _level(told: float) -> float:
    level = float(told)
    if not isfinite(level):
        raise ValueError(f"no pressure: {told}")
    return min(max(level, 0.0), MOST_PRESSURE)


def _near(told: str, now: datetime) -> datetime:
    at = datetime.fromisoformat(told)
    if at.tzinfo is None or abs(at - now) > _FARTHEST:
        raise ValueError(f"an instant that is not of these days: {told}")
    return at.astimezone(UTC)
