"""Flexible loads of 500 homes, drawn by a seed: cars, boilers, dishwashers and washing machines; and what they come to.

The base is real, these are invented. A day runs from noon to noon; nobody asks before its first noon or after its last.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from scipy.optimize import linprog  # type: ignore[import-untyped] # it ships no types
from scipy.sparse import coo_array  # type: ignore[import-untyped] # it ships no types

from sceop_hub.core.forecast.series import Floats
from sceop_hub.core.plan.wants import Need, RunOnce
from sceop_hub.core.slots import SLOT

from ._scotland import BEGAN

HOMES, A_DAY, SLOT_MINUTES, SLOTS_AN_HOUR = 500, 96, 15, 4
EV, BOILER, DISHES, LAUNDRY = 0.35, 0.5, 0.6, 0.4
"""Which share of homes has each."""
DISHES_WH, LAUNDRY_WH = 1100, 900
NOON, NIGHT = 12, 20
"""Whoever loads the dishwasher after this hour needs it in the morning."""
CHEAP_FROM, CHEAP_UNTIL = 0.5, 7.5
"""The hours of a price by time of use, local."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a home asks for, and when."""

    home: int
    asked: datetime
    request: RunOnce | Need

    @property
    def profile(self) -> tuple[int, ...]:
        """Return what it takes slot by slot once it is simply on."""
        match self.request:
            case RunOnce(wh=wh):
                return wh
            case Need(wh=wh, max_w=max_w):
                whole, rest = divmod(wh, max_w // SLOTS_AN_HOUR)
                return (max_w // SLOTS_AN_HOUR,) * whole + ((rest,) if rest else ())

    def window(self, noon: datetime) -> tuple[int, int]:
        """Return the slots of its window, counted from a noon."""
        return -((noon - self.request.earliest) // SLOT), (self.request.ready_by - noon) // SLOT


@dataclass(frozen=True, slots=True)
class Home:
    """What a home has: Wh, W or nothing."""

    car_w: int | None
    boiler_w: int | None
    dishes: bool
    laundry: bool


def street(chance: np.random.Generator) -> list[Home]:
    """Return homes, of which just the shares have each."""
    has = [set(chance.permutation(HOMES)[: round(share * HOMES)].tolist()) for share in (EV, BOILER, DISHES, LAUNDRY)]
    cars = chance.choice([3700, 7400], HOMES).tolist()
    boilers = chance.uniform(2000, 3000, HOMES).tolist()
    return [
        Home(
            cars[home] if home in has[0] else None,
            round(boilers[home]) if home in has[1] else None,
            home in has[2],
            home in has[3],
        )
        for home in range(HOMES)
    ]


def noon_of(day: int) -> datetime:
    """Return the noon at which a day begins."""
    return BEGAN + timedelta(days=day, hours=12)


def asked(homes: list[Home], day: int, chance: np.random.Generator) -> list[Load]:
    """Return what is asked between the noon of a day and the next, in the order in which it is asked."""
    midnight = BEGAN + timedelta(days=day)
    loads: list[Load] = []

    def at(hours: float) -> datetime:
        return midnight + timedelta(minutes=round(hours * 60))

    def normal(mean: float, spread: float) -> float:
        return float(np.clip(chance.normal(mean, spread), mean - 3.5 * spread, mean + 3.5 * spread))

    for number, home in enumerate(homes):
        if home.car_w is not None:
            came, leaves = at(normal(18, 1.5)), at(24 + normal(7.5, 1))
            wh = round(chance.uniform(4000, 14000))
            loads.append(
                Load(
                    number,
                    came,
                    Need(f"car{day}", wh, home.car_w, home.car_w, interruptible=True, earliest=came, ready_by=leaves),
                )
            )
        if home.boiler_w is not None:
            came, wh = at(normal(20, 2)), round(chance.uniform(3000, 7000))
            loads.append(
                Load(
                    number,
                    came,
                    Need(
                        f"boiler{day}",
                        wh,
                        home.boiler_w,
                        home.boiler_w,
                        interruptible=True,
                        earliest=came,
                        ready_by=at(24 + 6.5),
                    ),
                )
            )
        if home.dishes:
            hours = normal(19.5, 2)
            ready = at(24 + 7) if hours > NIGHT else at(hours + 4)
            loads.append(Load(number, at(hours), RunOnce(f"dishes{day}", _even(DISHES_WH, 6), at(hours), ready)))
        if home.laundry:
            hours = chance.uniform(8, 17)
            hours += 24 * (hours < NOON)
            loads.append(
                Load(number, at(hours), RunOnce(f"laundry{day}", _even(LAUNDRY_WH, 4), at(hours), at(hours + 5)))
            )
    chance.shuffle(loads)  # type: ignore[arg-type] # a list is shuffled as an array is
    return sorted(loads, key=lambda load: load.asked)


def at_once(load: Load, noon: datetime) -> int:
    """Return the slot in which a load begins that waits for nothing."""
    return load.window(noon)[0]


def cheap(load: Load, noon: datetime, chance: np.random.Generator | None) -> int:
    """Return the slot in which a home begins that looks at its price alone: at once where no cheap hour is in time.

    With chance it begins at any of the cheap slots from which it is done in time and in the cheap hours.
    """
    first, end = load.window(noon)
    opens, closes = (round((12 + hour) * SLOTS_AN_HOUR) for hour in (CHEAP_FROM, CHEAP_UNTIL))
    length = len(load.profile)
    earliest, latest = max(first, opens), min(end, closes) - length
    if latest < earliest:
        return first if end < opens + length else max(first, min(opens, end - length))
    return earliest if chance is None else int(chance.integers(earliest, latest + 1))


def drawn(base: Floats, starts: list[tuple[Load, int]]) -> Floats:
    """Return base and loads together over a day and what of it runs on, in Wh a slot."""
    total = base.copy()
    for load, start in starts:
        for at, wh in enumerate(load.profile, start):
            if at < len(total):
                total[at] += wh
    return total


def bound(base: Floats, loads: list[Load], noon: datetime) -> float:
    """Return the least peak in Wh a slot that any plan with whole knowledge can make of these loads."""
    slots = len(base)
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    one_rows: list[int] = []
    one_values: list[float] = []
    upper: list[float] = []
    needed: list[float] = []
    for number, load in enumerate(loads):
        first, end = load.window(noon)
        end = min(end, slots)
        profile = load.profile
        if isinstance(load.request, RunOnce):
            starts = range(first, max(end - len(profile), first) + 1)
            for start in starts:
                for at, wh in enumerate(profile, start):
                    if at < slots:
                        rows.append(at)
                        columns.append(len(upper))
                        values.append(wh)
                one_rows.append(number)
                one_values.append(1.0)
                upper.append(1.0)
            needed.append(1.0)
        else:
            most = load.request.max_w / SLOTS_AN_HOUR
            end = max(end, first + len(profile))
            for slot in range(first, min(end, slots)):
                rows.append(slot)
                columns.append(len(upper))
                values.append(1.0)
                one_rows.append(number)
                one_values.append(1.0)
                upper.append(most)
            needed.append(min(load.request.wh, most * (min(end, slots) - first)))
    count = len(upper)
    rows += range(slots)
    columns += [count] * slots
    values += [-1.0] * slots
    under = coo_array((values, (rows, columns)), shape=(slots, count + 1)).tocsr()
    whole = coo_array((one_values, (one_rows, range(count))), shape=(len(loads), count + 1)).tocsr()
    found = linprog(
        np.append(np.zeros(count), 1.0),
        A_ub=under,
        b_ub=-base,
        A_eq=whole,
        b_eq=needed,
        bounds=np.column_stack([np.zeros(count + 1), [*upper, np.inf]]),
        method="highs",
    )
    if found.status:
        raise RuntimeError(found.message)
    return float(found.fun)


def _even(wh: int, slots: int) -> tuple[int, ...]:
    return tuple(wh * (at + 1) // slots - wh * at // slots for at in range(slots))
