"""Faults put into real homes, each with a seed of its own, so that every run meets the same."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sceop_hub.core.anomaly.anomaly import Kind
from sceop_hub.core.forecast.series import Floats

HOUR = 2
"""Steps: the homes are half-hourly."""
DAY = 24 * HOUR
FIRST, DAYS = 64, 92
"""The days from the first on may hold a fault; those before only say what is usual."""

LEAST_STANDBY_WH = 10.0
"""A home that uses less than 20 W in its least hour has no standby that could creep."""

LOUD = frozenset({Kind.STUCK, Kind.UNUSUAL})


@dataclass(frozen=True, slots=True)
class Injected:
    """A home's half hours with a fault in them, and the steps in which it is."""

    wh: Floats
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault: how it is put in, what may be said of it, and how often somebody looks meanwhile."""

    name: str
    put: Callable[[Floats, np.random.Generator], Injected | None]
    kinds: frozenset[Kind]
    look_every: int = 6 * HOUR


def stuck(watts: int, hours: int) -> Fault:
    """Let a load run on for some hours."""

    def put(wh: Floats, chance: np.random.Generator) -> Injected:
        begin, end = _somewhere(hours * HOUR, chance)
        changed = wh.copy()
        changed[begin:end] += watts / HOUR
        return Injected(changed, begin, end)

    return Fault(f"{watts} W for {hours} h", put, LOUD)


def _creep(wh: Floats, chance: np.random.Generator) -> Injected | None:
    begin = int(chance.integers(FIRST * DAY, (FIRST + 7) * DAY))
    hours = (wh[1:] + wh[:-1]) / 2
    before = hours[: begin // DAY * DAY].reshape(-1, DAY)[-28:].min(1)
    standby = float(np.median(before))
    if standby < LEAST_STANDBY_WH:
        return None
    changed = wh.copy()
    ramp = np.minimum(np.arange(len(wh) - begin) / (14 * DAY), 1.0)
    changed[begin:] += np.round(0.3 * standby * ramp)
    return Injected(changed, begin, len(wh))


def _same(wh: Floats, chance: np.random.Generator) -> Injected:
    """Hold a power, of which a counter makes whole Wh: not always the same number."""
    begin, end = _for_a_while(chance)
    changed = wh.copy()
    counted = np.floor(chance.random() + (changed[begin - 1] + chance.random()) * np.arange(end - begin + 1))
    changed[begin:end] = np.diff(counted)
    return Injected(changed, begin, end)


def _nothing(wh: Floats, chance: np.random.Generator) -> Injected:
    begin, end = _for_a_while(chance)
    changed = wh.copy()
    changed[begin:end] = 0
    changed[end] += wh[begin:end].sum()
    return Injected(changed, begin, end)


def _spike(wh: Floats, chance: np.random.Generator) -> Injected:
    begin, end = _somewhere(int(chance.integers(1, 2 * HOUR + 1)), chance)
    changed = wh.copy()
    changed[begin:end] = round(float(np.exp(chance.uniform(np.log(30_000), np.log(1_000_000)))) / HOUR)
    return Injected(changed, begin, end)


def _somewhere(steps: int, chance: np.random.Generator) -> tuple[int, int]:
    begin = int(chance.integers(FIRST * DAY, DAYS * DAY - steps - HOUR))
    return begin, begin + steps


def _for_a_while(chance: np.random.Generator) -> tuple[int, int]:
    return _somewhere(int(np.exp(chance.uniform(np.log(8 * HOUR), np.log(72 * HOUR)))), chance)


CREEP = Fault("standby +30% over 14 days", _creep, frozenset({Kind.STANDBY}), DAY)
SAME = Fault("frozen at a power, 8 h to 3 days", _same, frozenset({Kind.FROZEN}))
NOTHING = Fault("frozen counter, 8 h to 3 days", _nothing, frozenset({Kind.FROZEN}))
SPIKE = Fault("spike of 30 to 1000 kW, up to 2 h", _spike, frozenset({Kind.SPIKE}))
STUCK = tuple(stuck(watts, hours) for watts in (1000, 300) for hours in (3, 6, 12, 24, 72))
FAULTS = (*STUCK, CREEP, SAME, NOTHING, SPIKE)
