"""A whole street out of one seed: homes with and without sun, and the office at its corner."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from numpy.random import Generator

from .calendar import dice
from .sites import Battery, Habit, Home, LeftOn, LightZone, Office, Place, Site, Solar

SEVILLE = Place(37.39, -5.98, ZoneInfo("Europe/Madrid"), weather_seed=7)
"""Sunny enough that roofs have something to show in every season."""

SOLAR_SHARE = 0.6
BATTERY_SHARE = 0.75
"""Of the homes with solar. Forty homes thus hold 24 roofs and 18 batteries, enough of each to be shown as a sum."""

CELLAR_PUMP_W = 640

OFFICE_ZONES = (
    LightZone("lobby", 320),
    LightZone("floor_1", 900),
    LightZone("floor_2", 900),
    LightZone("meeting", 260),
)

_HABITS: tuple[Habit, ...] = ("commuter", "commuter", "home_worker", "retired", "late_shift")


def community(
    seed: int, households: int, place: Place = SEVILLE, *, frozen: datetime | None = None
) -> tuple[Site, ...]:
    """Return the homes and, last, the office of a simulated street; the last home's meter may have frozen."""
    roofs = round(households * SOLAR_SHARE)
    batteries = round(roofs * BATTERY_SHARE)
    homes = [
        home(f"Mill Street {number + 1}", seed * 1000 + number, place, solar=number < roofs, battery=number < batteries)
        for number in range(households)
    ]
    homes[-1:] = [replace(last, frozen=frozen) for last in homes[-1:]]
    return (*homes, office("Mill House", seed * 1000 + 999, place))


def home(name: str, seed: int, place: Place, *, solar: bool, battery: bool) -> Home:
    """Return the home that belongs to this seed."""
    roll = dice(seed, 1)
    return Home(
        name=name,
        seed=seed,
        place=place,
        people=int(roll.choice([1, 2, 3, 4, 5], p=[0.25, 0.35, 0.16, 0.17, 0.07])),
        habit=_HABITS[int(roll.integers(len(_HABITS)))],
        car_w=int(roll.choice([0, 3700, 7400], p=[0.72, 0.18, 0.10])),
        heat_pump_w_per_degree=int(roll.choice([0, 45, 70], p=[0.75, 0.15, 0.10])),
        solar=_roof(roll) if solar else None,
        battery=_battery(roll) if battery else None,
    )


def with_pump_left_on(home: Home, since: datetime) -> Home:
    """Return a home whose cellar pump does not stop any more, and where nothing else runs for as long."""
    return replace(home, car_w=0, heat_pump_w_per_degree=0, left_on=LeftOn(CELLAR_PUMP_W, since))


def office(name: str, seed: int, place: Place) -> Office:
    """Return an office of four lit zones."""
    return Office(name, seed, place, desks=36, zones=OFFICE_ZONES)


def _roof(roll: Generator) -> Solar:
    return Solar(
        peak_w=int(roll.integers(7, 17)) * 410,
        tilt=float(roll.integers(20, 46)),
        facing=float(roll.choice([95, 140, 180, 180, 205, 250])),
    )


def _battery(roll: Generator) -> Battery:
    capacity_wh = int(roll.choice([5000, 7700, 10000, 13500]))
    return Battery(capacity_wh, power_w=capacity_wh // 3)
