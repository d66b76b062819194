"""Homes to plan for: two days of price, sun and use, and ten loads, out of a seed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from sceop_hub.core.plan.horizon import Horizon
from sceop_hub.core.plan.wants import Battery, Comfort, Need, RunOnce
from sceop_hub.core.slots import SLOT

START = datetime(2026, 4, 14, 12, tzinfo=UTC)
SLOTS = 192
_DISHES = (500, 300, 60, 60, 120, 60)
_WASH = (550, 150, 100, 100)
_DRY = (450, 450, 400, 300, 150)


@dataclass(frozen=True, slots=True)
class Case:
    """A home's next two days."""

    horizon: Horizon
    loads: tuple[RunOnce | Need, ...]
    room: Comfort
    battery: Battery


def case(seed: int) -> Case:
    """Return the home of this seed."""
    chance = np.random.default_rng(seed)
    hours = 12 + np.arange(SLOTS) / 4
    of_day = hours % 24
    daily = np.repeat(chance.normal(1, 0.15, 3), 96)[48 : 48 + SLOTS]
    hourly = np.repeat(chance.normal(0, 0.02, SLOTS // 4), 4)
    shape = 0.07 * np.exp(-(((of_day - 19) / 2.2) ** 2)) + 0.05 * np.exp(-(((of_day - 8) / 1.8) ** 2))
    noon = chance.uniform(0, 0.12) * np.exp(-(((of_day - 13) / 2.5) ** 2))
    buy = np.maximum((0.24 + shape - noon + hourly) * daily, 0.02)
    sell = np.minimum(chance.choice([0.04, 0.08, 0.12]), buy * 0.9)
    clear = np.maximum(np.sin((of_day - 6) / 12 * np.pi), 0) ** 1.3
    clouds = np.clip(np.repeat(chance.uniform(0.1, 1, 8), 24) + chance.normal(0, 0.1, SLOTS), 0, 1)
    sun = chance.choice([0, 700, 1200, 2000]) * clear * clouds
    use = 60 + 50 * chance.random(SLOTS) + 250 * np.exp(-(((of_day - 19) / 2) ** 2)) * chance.uniform(0.5, 1.5)
    outside = 6 + 5 * np.sin((of_day - 9) / 12 * np.pi) + chance.normal(0, 1)
    horizon = Horizon(START, buy, np.full(SLOTS, sell), use - sun, outside_c=outside)
    battery = Battery("battery", int(chance.integers(5, 14)) * 1000, 2000, 500, 4000, 4000, 0.9)
    gain, loss = chance.uniform(0.8, 1.6), chance.uniform(0.02, 0.05)
    room = Comfort("room", 19.5, 22, 20.5, 2500, gain, loss, START, START + SLOTS * SLOT)
    return Case(horizon, tuple(_loads(chance)), room, battery)


def _loads(chance: np.random.Generator) -> list[RunOnce | Need]:
    """Return ten loads: six that run through, two to charge, one that may not pause, a boiler."""

    def at(hour: float) -> datetime:
        return START + timedelta(minutes=15 * round(hour * 4))

    loads: list[RunOnce | Need] = []
    for number, (wh, first) in enumerate(
        ((_DISHES, 8.0), (_DISHES, 32.0), (_WASH, 0.0), (_WASH, 20.0), (_DRY, 4.0), (_DRY, 26.0))
    ):
        begin = first + chance.uniform(0, 6)
        scaled = tuple(int(one * chance.uniform(0.8, 1.3)) for one in wh)
        loads.append(RunOnce(f"run{number}", scaled, at(begin), at(begin + chance.uniform(5, 14))))
    car = int(chance.integers(5000, 20000))
    begin = chance.uniform(4, 9)
    loads.append(
        Need(
            "car",
            car,
            1380,
            int(chance.choice([3680, 7360])),
            interruptible=True,
            earliest=at(begin),
            ready_by=at(begin + 13),
        )
    )
    begin = chance.uniform(18, 30)
    loads.append(
        Need(
            "pump",
            int(chance.integers(2000, 6000)),
            500,
            2000,
            interruptible=False,
            earliest=at(begin),
            ready_by=at(begin + 12),
        )
    )
    begin = chance.uniform(0, 12)
    boiler = int(chance.integers(5, 14)) * 500
    loads.append(Need("boiler", boiler, 2000, 2000, interruptible=True, earliest=at(begin), ready_by=at(begin + 16)))
    begin = chance.uniform(26, 32)
    loads.append(
        Need(
            "scooter",
            int(chance.integers(800, 4000)),
            300,
            1200,
            interruptible=True,
            earliest=at(begin),
            ready_by=at(begin + 14),
        )
    )
    return loads
