"""How a home draws power: what always runs, who is awake, and the machines that people switch on."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from .calendar import MINUTES, LocalDay, LocalWeek, dice
from .sites import Habit, Home
from .weather import Weather

type Watts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Awake:
    """How much of the household is up and about, by the hour of a working and of a free day."""

    working: tuple[float, ...]
    free: tuple[float, ...]


def _awake_by_hour(percent: str) -> tuple[float, ...]:
    return tuple(int(number) / 100 for number in percent.split())


_FREE = _awake_by_hour("10 5 2 2 2 3 10 30 60 80 80 70 80 70 60 60 70 85 95 100 95 85 60 30")
AWAKE: dict[Habit, Awake] = {
    "commuter": Awake(
        _awake_by_hour("5 2 2 2 2 10 60 90 40 10 8 8 10 8 8 10 30 70 100 100 95 85 60 20"),
        _FREE,
    ),
    "home_worker": Awake(
        _awake_by_hour("5 2 2 2 2 5 30 70 70 60 60 60 80 60 60 60 60 80 100 95 90 80 50 20"),
        _FREE,
    ),
    "retired": Awake(
        _awake_by_hour("3 2 2 2 3 10 40 70 70 70 60 80 80 50 50 60 70 90 90 90 80 60 20 8"),
        _FREE,
    ),
    "late_shift": Awake(
        _awake_by_hour("70 40 10 3 2 2 3 10 20 50 70 70 80 40 10 10 8 8 10 10 10 10 40 80"),
        _FREE,
    ),
}


@dataclass(frozen=True, slots=True)
class Machine:
    """Something that is switched on: how much it draws, how long, how often, and when people do it."""

    watts: tuple[int, int]
    minutes: tuple[int, int]
    times_a_day: float
    hours: tuple[int, ...]


AWAY_SHARE = 0.03
"""One day a month nobody is at home."""

MACHINES = (
    Machine((1800, 2400), (3, 5), 3.0, (6, 7, 8, 10, 13, 16, 20, 21)),
    Machine((900, 2600), (20, 45), 1.1, (17, 18, 18, 18, 19)),
    Machine((800, 1600), (8, 20), 0.6, (7, 8, 12, 12, 13)),
    Machine((1700, 2000), (35, 50), 0.55, (13, 19, 20, 20, 21, 21)),
    Machine((500, 700), (70, 110), 0.35, (8, 9, 10, 11, 14, 18)),
    Machine((1500, 2200), (40, 70), 0.2, (11, 12, 16, 20)),
)
"""Kettle, evening cooking, a smaller meal, dishwasher, washing machine, dryer."""


def load(home: Home, local: LocalWeek, weather: Weather, daylight: NDArray[np.float64]) -> Watts:
    """Return what the home uses, by minute; daylight from 0 (night) to 1."""
    nature = dice(home.seed, 0)
    watts = np.full(MINUTES, nature.uniform(45, 110) + 12 * home.people)
    watts += _fridge(nature, int(local.since_1970[0]))
    awake = _awake(home.habit, local)
    watts += awake * home.people * nature.uniform(45, 90)
    watts += awake * (1 - daylight) * home.people**0.5 * nature.uniform(60, 130)
    if home.heat_pump_w_per_degree:
        watts += home.heat_pump_w_per_degree * np.maximum(17 - weather.celsius, 0)
    for day in local.days:
        _live(home, day, watts)
    return watts


def _fridge(nature: Generator, since_1970: int) -> Watts:
    """Return a compressor that runs a third of the time, on its own rhythm."""
    period = int(nature.integers(38, 62))
    return np.where((np.arange(MINUTES) + since_1970) % period < period // 3, nature.uniform(70, 120), 0)


def _awake(habit: Habit, local: LocalWeek) -> NDArray[np.float64]:
    hours = np.arange(25)
    profile = AWAKE[habit]
    at = local.minute_of_day / 60
    working = np.interp(at, hours, (*profile.working, profile.working[0]))
    free = np.interp(at, hours, (*profile.free, profile.free[0]))
    return np.where(local.working, working, free)


def _live(home: Home, day: LocalDay, watts: Watts) -> None:
    """Add what the people of a home switch on during one local day."""
    roll = dice(home.seed, day.day.toordinal())
    away = roll.random() < AWAY_SHARE
    appetite = (0.4 + 0.3 * home.people) * (0.0 if away else 1.0) * (1.0 if day.working else 1.25)
    for machine in MACHINES:
        for _ in range(roll.poisson(machine.times_a_day * appetite)):
            start = 60 * int(roll.choice(machine.hours)) + int(roll.integers(0, 60))
            minutes = int(roll.integers(*machine.minutes))
            _run(watts, day.first_minute + start, minutes, int(roll.integers(*machine.watts)))
    if home.car_w and not away and roll.random() < (0.6 if day.working else 0.35):
        start = 60 * 17 + int(roll.integers(0, 150))
        _run(watts, day.first_minute + start, int(roll.integers(50, 240)), home.car_w)


def _run(watts: Watts, start: int, minutes: int, draw: int) -> None:
    first, end = max(start, 0), max(start + minutes, 0)
    watts[first:end] += draw
