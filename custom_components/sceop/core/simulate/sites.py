"""What is simulated: places, homes and offices, and what makes each of them differ."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

type Habit = Literal["commuter", "home_worker", "retired", "late_shift"]
"""When the people of a home are there and awake."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site stands: its sun, its weather and its clock follow."""

    latitude: float
    longitude: float
    zone: ZoneInfo
    weather_seed: int


@dataclass(frozen=True, slots=True)
class Solar:
    """Panels on one roof; the direction in degrees clockwise from north."""

    peak_w: int
    tilt: float = 35
    facing: float = 180


@dataclass(frozen=True, slots=True)
class Battery:
    """A home battery that stores what the roof makes too much."""

    capacity_wh: int
    power_w: int


@dataclass(frozen=True, slots=True)
class LeftOn:
    """Something that was switched on once and has run ever since."""

    watts: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Home:
    """One household, with what it owns and how it lives."""

    name: str
    seed: int
    place: Place
    people: int
    habit: Habit
    solar: Solar | None = None
    battery: Battery | None = None
    car_w: int = 0
    heat_pump_w_per_degree: int = 0
    left_on: LeftOn | None = None
    frozen: datetime | None = None
    """From then on its meters tell again and again what they told last."""


@dataclass(frozen=True, slots=True)
class LightZone:
    """Lights that belong together in an office; `name` ends the channel `light.<name>`."""

    name: str
    rated_w: int


@dataclass(frozen=True, slots=True)
class Office:
    """An office with desks, ventilation and lit zones, where somebody sometimes forgets a switch."""

    name: str
    seed: int
    place: Place
    desks: int
    zones: tuple[LightZone, ...]


type Site = Home | Office
