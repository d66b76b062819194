"""A community that shifts together stays near the least peak that any plan could reach, and replans in milliseconds."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import repeat

import numpy as np

from sceop_hub.core.forecast.series import Floats, Series
from sceop_hub.core.slots import SLOT
from sceop_hub.domain.forecast.load import consumption
from sceop_hub.domain.plan.places import Outlook

from . import home_plan
from ._flexible import A_DAY, HOMES, SLOTS_AN_HOUR, Load, asked, at_once, bound, cheap, drawn, noon_of, street
from ._scotland import BEGAN, DATA, STEP, STEPS, homes, place
from ._shifted import Community, Shifted
from .harness import Figure, at_least, at_most

SEEDS = (0, 1)
FIRST, DAYS, WARM = 63, 28, 7
"""From the noon of day 63 on; a week before it the homes have begun to ask."""
FLEXIBLE_KWH, ABOUT = 3350, 0.05
ROOM = 1.14
"""How much higher than the base's own peak the bound has to be: else there was nothing to plan."""
LIMIT_W = 400_000.0
BROKEN = HOMES // 3
HOURS_TOLD = 48
SURE_DAYS = 3
"""How sure the forecast is, the hub tells from so many days of slots that had been told an hour before."""
ASK_MEAN_S, ASK_P99_S, DAY_S = 0.0002, 0.005, 2.0
HEADS = ("base alone", "bound", "starting at once", "each by its price", "by price, random start")


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What was told at each hour of some days, in W: a row of slots each, and by how much its first hour was missed."""

    expected_w: Floats
    missed_w: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One seed: the base from the first noon on in Wh a slot, what is asked, and who breaks the word."""

    base: Floats
    before: list[Load]
    days: list[list[Load]]
    breaks: frozenset[int]


def measure() -> Iterator[Figure]:
    """Yield the figures of a community's plan, then those of a household's."""
    yield from _community()
    yield from home_plan.measure()


def _community() -> Iterator[Figure]:
    """Yield every figure that the data at hand allow."""
    if not DATA.exists():
        print(f"Skipped the community's plan: there is no {DATA.name} in ../shared/data.")
        yield at_least("days planned", 0, DAYS)
        return
    with ProcessPoolExecutor() as pool:
        hours = [pool.map(_told, repeat(seed), range(-SURE_DAYS, DAYS)) for seed in SEEDS]
        bounds = [
            [pool.map(_bound, repeat(seed), range(DAYS), repeat(broken)) for broken in (False, True)] for seed in SEEDS
        ]
        told = [_joined(list(days)) for days in hours]
        kinds = {"forecast": (True, False), "true base": (False, False), "a third breaking its word": (True, True)}
        runs = {
            name: [
                pool.submit(_lived, seed, its if real else None, broken) for seed, its in zip(SEEDS, told, strict=True)
            ]
            for name, (real, broken) in kinds.items()
        }
        least = [[np.array(list(one)) for one in of] for of in bounds]
        lived = {name: [run.result() for run in of] for name, of in runs.items()}
    cases = [case(seed) for seed in SEEDS]
    plain = np.concatenate([_plainly(one, seed) for one, seed in zip(cases, SEEDS, strict=True)])
    free, fixed = (np.concatenate([of[which] for of in least]) for which in (0, 1))
    peaks = {
        name: np.concatenate([_peaks(one, run) for one, run in zip(cases, of, strict=True)])
        for name, of in lived.items()
    }
    _table(plain, free, fixed, peaks)
    yield from _protocol(cases, plain, free)
    yield from _against_bound(peaks, free, fixed)
    yield from _against_plain(peaks, plain)
    yield from _times([run for of in lived.values() for run in of])


@cache
def case(seed: int) -> Case:
    """Return what one seed draws: which homes, what they have, what they ask, and a third of them."""
    every = homes()
    rows = np.random.default_rng(seed).choice(len(every), HOMES, replace=False)
    noon = FIRST * A_DAY + A_DAY // 2
    chance = np.random.default_rng(100 + seed)
    has = street(chance)
    every_day = [asked(has, day, chance) for day in range(FIRST - WARM, FIRST + DAYS)]
    before = [load for day in every_day[:WARM] for load in day]
    breaks = frozenset(chance.permutation(HOMES)[:BROKEN].tolist())
    return Case(_slots(every[rows].sum(axis=0).ravel())[noon:], before, every_day[WARM:], breaks)


def _slots(halves: Floats) -> Floats:
    """Return half hours as slots."""
    return np.repeat(halves / 2, 2)


def _told(seed: int, day: int) -> Told:
    """Return what the hub's own forecast told at each hour of a day that begins at noon, of the hours before it."""
    every = homes()
    rows = np.random.default_rng(seed).choice(len(every), HOMES, replace=False)
    base = every[rows].sum(axis=0).ravel()
    noon = (FIRST + day) * STEPS + STEPS // 2
    an_hour = STEPS // 24
    expected, missed = [], []
    for now in range(noon, noon + STEPS, an_hour):
        band = consumption(Series(BEGAN, base[:now], STEP), place(), None, HOURS_TOLD * an_hour)
        expected.append(_slots(band.mid) * SLOTS_AN_HOUR)
        missed.append(_slots(base[now : now + an_hour] - band.mid[:an_hour]) * SLOTS_AN_HOUR)
    return Told(np.array(expected), np.array(missed))


def _joined(days: Sequence[Told]) -> Told:
    return Told(*(np.concatenate([getattr(day, name) for day in days]) for name in ("expected_w", "missed_w")))


def _lived(seed: int, told: Told | None, broken: bool) -> Shifted:  # noqa: FBT001 - a process is given no names
    """Let a community live; where nothing is told it is given its true base."""
    one = case(seed)

    def foresee(at: int) -> Outlook:
        if told is None:
            known = np.resize(one.base[at:], 2 * A_DAY) * SLOTS_AN_HOUR
            return Outlook(noon_of(FIRST) + at * SLOT, known.tolist(), [0.0] * len(known), LIMIT_W)
        hour = at // SLOTS_AN_HOUR
        now = hour + SURE_DAYS * 24
        sigma_w = float(np.sqrt(np.square(told.missed_w[now - SURE_DAYS * 24 : now]).mean()))
        expected_w = told.expected_w[now].tolist()
        start = noon_of(FIRST) + hour * SLOTS_AN_HOUR * SLOT
        return Outlook(start, expected_w, [sigma_w] * len(expected_w), LIMIT_W)

    community = Community(one.base, one.before, FIRST, DAYS, foresee)
    return community.live(one.days, one.breaks if broken else frozenset())


def _bound(seed: int, day: int, broken: bool) -> float:  # noqa: FBT001 - a process is given no names
    """Return the bound of a day; where members break their word their loads are part of its base."""
    one, noon = case(seed), noon_of(FIRST + day)
    base = np.append(_base_of(one, day), np.zeros(A_DAY // 2))
    loads = one.days[day]
    if broken:
        base = drawn(base, [(load, at_once(load, noon)) for load in loads if load.home in one.breaks])
        loads = [load for load in loads if load.home not in one.breaks]
    return bound(base, loads, noon)


def _base_of(one: Case, day: int) -> Floats:
    return one.base[day * A_DAY : (day + 1) * A_DAY]


def _peaks(one: Case, run: Shifted) -> Floats:
    count = DAYS * A_DAY
    peaks: Floats = (one.base[:count] + run.flexible[:count]).reshape(DAYS, A_DAY).max(axis=1)
    return peaks


def _plainly(one: Case, seed: int) -> Floats:
    """Return the peaks of what homes do without a hub, a row a day: none, at once, by price, by price at random."""
    chance = np.random.default_rng(200 + seed)
    rows = []
    for day, loads in enumerate(one.days):
        base, noon = _base_of(one, day), noon_of(FIRST + day)
        starts: tuple[list[tuple[Load, int]], ...] = (
            [],
            [(load, at_once(load, noon)) for load in loads],
            [(load, cheap(load, noon, None)) for load in loads],
            [(load, cheap(load, noon, chance)) for load in loads],
        )
        rows.append([drawn(base, each).max() for each in starts])
    return np.array(rows)


def _table(plain: Floats, free: Floats, fixed: Floats, peaks: dict[str, Floats]) -> None:
    """Print the mean peaks in kW, and how they stand to the bound."""
    base, once, price, random = plain.mean(axis=0)
    for name, wh in zip(HEADS, (base, free.mean(), once, price, random), strict=True):
        print(f"{name:28} {wh * SLOTS_AN_HOUR / 1000:8.0f} kW")
    for name, of in peaks.items():
        least = fixed if "breaking" in name else free
        print(
            f"{name:28} {of.mean() * SLOTS_AN_HOUR / 1000:8.0f} kW, "
            f"{(of / least).mean():.3f} x the bound, worst day {(of / least).max():.3f}"
        )


def _protocol(cases: Sequence[Case], plain: Floats, free: Floats) -> Iterator[Figure]:
    """Yield whether there was something to plan, and as much as was agreed."""
    for seed, one in zip(SEEDS, cases, strict=True):
        kwh = sum(sum(load.profile) for day in one.days for load in day) / DAYS / 1000
        yield at_most(f"seed {seed}: flexible beside {FLEXIBLE_KWH} kWh a day", abs(kwh / FLEXIBLE_KWH - 1), ABOUT)
    yield at_least("bound against the base's own peak", free.mean() / plain[:, 0].mean(), ROOM)


def _against_bound(peaks: dict[str, Floats], free: Floats, fixed: Floats) -> Iterator[Figure]:
    bars = {
        "forecast": (free, 1.07, 1.20),
        "true base": (free, 1.03, 1.06),
        "a third breaking its word": (fixed, 1.05, 1.10),
    }
    for name, (least, mean, worst) in bars.items():
        yield at_most(f"{name}: peak against the bound", float((peaks[name] / least).mean()), mean)
        yield at_most(f"{name}: worst day", float((peaks[name] / least).max()), worst)


def _against_plain(peaks: dict[str, Floats], plain: Floats) -> Iterator[Figure]:
    _, once, price, random = plain.T
    for name, others, below in (
        ("each by its price", price, 0.7),
        ("random start", random, 0.4),
        ("at once", once, 0.45),
    ):
        yield at_least(f"every day below {name}", float((1 - peaks["forecast"] / others).min()), below)
    broken = peaks["a third breaking its word"]
    yield at_least("a third breaking its word: below at once", float((1 - broken / once).min()), 0.3)


def _times(runs: Sequence[Shifted]) -> Iterator[Figure]:
    asks = np.concatenate([run.asks for run in runs])
    yield at_most("requests not served to the Wh in time", sum(run.wrong for run in runs), 0)
    yield at_most("a reservation, mean", float(asks.mean()), ASK_MEAN_S, "s")
    yield at_most("a reservation, 99th percentile", float(np.quantile(asks, 0.99)), ASK_P99_S, "s")
    yield at_most("a day with replanning", max(max(run.days) for run in runs), DAY_S, "s")
    print(f"{np.mean([run.changes for run in runs]) / DAYS / HOMES:.1f} places changed a home and day")
