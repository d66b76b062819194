"""What nobody saved is not found, true savings are seen, and intervals say how sure that is: on real homes."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial

import numpy as np

from sceop_hub.core.forecast.series import Floats, Series
from sceop_hub.core.slots import Span
from sceop_hub.domain.baseline.comparison import HOMES, compared, matched, nearest
from sceop_hub.domain.baseline.group import together
from sceop_hub.domain.baseline.home import alone
from sceop_hub.domain.baseline.interval import quantiles, spread
from sceop_hub.domain.baseline.pooled import Pooled, pooled
from sceop_hub.domain.baseline.raised import raised
from sceop_hub.domain.baseline.told import Told
from sceop_hub.domain.baseline.values import NO_COMPARISON
from sceop_hub.domain.baseline.window import Integers, window
from sceop_hub.domain.savings import Part, total

from ._plain_baselines import ten_of_ten, yesterday
from ._scotland import BEGAN, DATA, DAYS, HISTORY, STEP, homes, place
from .harness import Figure, at_least, at_most

STARTS_H = (16.0, 16.5, 17.0, 17.5, 18.0, 18.5, 19.0)
LONG, NOTICE = timedelta(hours=2), timedelta(hours=1)
SIZE, RANDOM_GROUPS, THIRD_GROUPS, SINGLE_HOMES = 50, 60, 20, 200
EVENING = slice(34, 42)
TRUE_SAVING = 0.3
EVENTS, SUMS = 10, 5
"""Events of a sum of a single home, on different days, and how many such sums of each home are drawn."""
CHECKED_HOMES, ROUNDED_WH = 3, 2.0
OURS, ALONE, TEN, YESTERDAY = "pooled x 100 matched homes", "pooled regression", "10 of 10", "yesterday"
METHODS = (YESTERDAY, TEN, ALONE, OURS)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Rows of the homes of each group: at random, and of the thirds with the lowest and highest evening share."""

    single: Sequence[int]
    random: Sequence[Integers]
    low: Sequence[Integers]
    high: Sequence[Integers]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What one method said of groups or homes in windows: an entry for each, all in Wh."""

    error: Floats
    """Baseline less use."""
    used: Floats
    low: Floats
    """The saving's interval."""
    high: Floats
    called: Floats
    """Whether a true saving would have been seen; NaN where none was played."""


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """One window: what each method said of the random groups and of each home, ours also of the thirds' groups."""

    groups: Mapping[str, Judged]
    low: Judged
    high: Judged
    homes: Mapping[str, Judged]
    spread: Floats
    """Of each home, by our method."""
    raised: float
    """The share of homes of which it is said that they lifted their baseline; none did. NaN where nobody looked."""


def measure() -> Iterator[Figure]:
    """Yield every figure."""
    if not DATA.exists():
        print(f"Skipped the Scottish homes: there is no {DATA.name} in ../shared/data.")
        yield at_least("Scottish homes measured", 0, 1)
        return
    groups = _groups(_homes())
    asked = [(day, hour) for day in range(HISTORY, DAYS) for hour in STARTS_H]
    with ProcessPoolExecutor() as pool:
        watched = list(pool.map(partial(_watch, groups), asked))
    print(f"{len(_homes())} homes, {len(asked)} windows, {RANDOM_GROUPS} groups of {SIZE}, {SINGLE_HOMES} single homes")
    by_group = {method: _joined([one.groups[method] for one in watched]) for method in METHODS}
    by_home = {method: _joined([one.homes[method] for one in watched]) for method in METHODS}
    _table(by_home, by_group)
    thirds = {name: _joined([getattr(one, name) for one in watched]) for name in ("low", "high")}
    for name, judged in thirds.items():
        print(f"the third of {name} evenings: bias {_bias(judged):+.2%}, zero is held in {_holds_zero(judged):.1%}")
    sums = _sums(watched)
    print(
        f"one home is said to have raised its baseline in {np.nanmean([one.raised for one in watched]):.2%} of events"
    )
    yield from _group_figures(by_group[OURS], thirds)
    yield from _home_figures(by_home[OURS], sums)
    yield at_most("without comparison homes: bias", abs(_bias(by_group[ALONE])), 0.015)


_homes = cache(homes)


def _groups(every: Floats) -> Groups:
    """Draw the groups; who is an evening home is told by the days before the test."""
    history = every[:, :HISTORY]
    order = np.argsort(history[:, :, EVENING].sum((1, 2)) / np.maximum(history.sum((1, 2)), 1))
    third = len(every) // 3
    chance = np.random.default_rng(0)
    single = sorted(chance.choice(len(every), SINGLE_HOMES, replace=False).tolist())
    drawn = (
        [chance.choice(rows, SIZE, replace=False) for _ in range(count)]
        for rows, count in (
            (np.arange(len(every)), RANDOM_GROUPS),
            (order[:third], THIRD_GROUPS),
            (order[-third:], THIRD_GROUPS),
        )
    )
    return Groups(single, *drawn)


def _watch(groups: Groups, asked: tuple[int, float]) -> Watched:
    """Judge a window from what is known when it is over."""
    every = _homes()
    day, hour = asked
    start = BEGAN + timedelta(days=day, hours=hour)
    known = int((start + LONG - BEGAN) / STEP)
    past = {home: Series(BEGAN, wh.ravel()[:known], STEP) for home, wh in enumerate(every)}
    cut = window(past, Span(start, start + LONG), start - NOTICE, place())
    told = pooled(cut)
    methods: dict[str, Told] = {YESTERDAY: yesterday(cut), TEN: ten_of_ten(cut), ALONE: told, OURS: told}
    near, single = nearest(cut), groups.single
    chosen = [matched(near, [home], range(len(every))) for home in single]
    factors = np.stack([compared(told, rows)[0] for rows in chosen])
    _as_members_are_told(told, single, chosen)
    of_homes = {name: _of_homes(one, single, factors if name == OURS else None) for name, one in methods.items()}
    errors = (told.said[single] * factors - told.came[single])[:, told.judged]
    looks = (
        [raised(told, home, rows) is not None for home, rows in zip(single, chosen, strict=True)]
        if hour == STARTS_H[3]
        else []
    )
    return Watched(
        {name: _of_groups(one, groups.random, near if name == OURS else None) for name, one in methods.items()},
        _of_groups(told, groups.low, near),
        _of_groups(told, groups.high, near),
        of_homes,
        np.array([spread(row[np.isfinite(row)]) for row in errors]),
        float(np.mean(looks)) if looks else np.nan,
    )


def _as_members_are_told(told: Pooled, single: Sequence[int], chosen: Sequence[Sequence[int]]) -> None:
    """Hold the first homes against what they would be told, which is reckoned from rounded figures, one by one."""
    for home, rows in zip(single[:CHECKED_HOMES], chosen, strict=False):
        factor, comparison = compared(told, rows)
        one = alone(told, home, factor, comparison, rows)
        assert one.mid_wh is not None
        assert abs(one.mid_wh - (told.said[home] * factor - told.came[home])[-1]) < ROUNDED_WH


def _of_groups(told: Told, groups: Sequence[Integers], near: Integers | None) -> Judged:
    rows = []
    for group in groups:
        factor, comparison = np.ones(told.said.shape[1]), NO_COMPARISON
        if near is not None:
            beside = matched(near, group.tolist(), range(len(near)))
            assert len(beside) == HOMES
            assert not set(beside) & set(group.tolist())
            factor, comparison = compared(told, beside)
        found = together(told, group, factor, comparison)
        assert found.mid_wh is not None
        assert found.actual_wh is not None
        assert found.low_wh is not None
        assert found.high_wh is not None
        # The same homes, had they saved: their baseline is what they would have used, and so are its errors.
        seen = found.low_wh + TRUE_SAVING * found.actual_wh > 0
        rows.append((found.mid_wh, found.actual_wh, found.low_wh, found.high_wh, seen))
    return Judged(*np.array(rows, float).T)


def _of_homes(told: Told, single: Sequence[int], factors: Floats | None) -> Judged:
    said, came = told.said[single], told.came[single]
    off, rows = (said if factors is None else said * factors) - came, []
    for home in range(len(off)):
        before = off[home, told.judged]
        low, high = quantiles(before[np.isfinite(before)])
        error, used = off[home, -1], came[home, -1]
        rows.append((error, used, error - high, error - low, np.nan))
    return Judged(*np.array(rows, float).T)


def _sums(watched: Sequence[Watched]) -> Judged:
    """Add up events of one home on different days, as a home's own sum is told."""
    shape = DAYS - HISTORY, len(STARTS_H), -1
    error, used = (
        np.stack([getattr(one.homes[OURS], name) for one in watched]).reshape(shape) for name in ("error", "used")
    )
    off = np.stack([one.spread for one in watched]).reshape(shape)
    chance, rows = np.random.default_rng(0), []
    for home in range(error.shape[2]):
        for _ in range(SUMS):
            days = chance.choice(shape[0], EVENTS, replace=False)
            at = days, chance.integers(0, shape[1], EVENTS), home
            parts = zip(days.tolist(), error[at], off[at], used[at], strict=True)
            found = total(Part(_day(day), round(wh), float(far), round(use)) for day, wh, far, use in parts)
            assert found.mid_wh is not None
            assert found.low_wh is not None
            assert found.high_wh is not None
            wh = used[at].sum()
            rows.append((found.mid_wh, wh, found.low_wh, found.high_wh, found.low_wh + TRUE_SAVING * wh > 0))
    daily = error.mean(1)
    pairs = (daily.sum(0) ** 2 - (daily**2).sum(0)).sum() / (len(daily) - 1) / (daily**2).sum()
    print(f"errors of one home on different days: correlation {pairs:+.3f}")
    return Judged(*np.array(rows, float).T)


def _day(number: int) -> date:
    return (BEGAN + timedelta(days=HISTORY + number)).date()


def _joined(parts: Sequence[Judged]) -> Judged:
    return Judged(*(np.concatenate([getattr(part, name) for part in parts]) for name in Judged.__slots__))


def _bias(judged: Judged) -> float:
    return float(judged.error.sum() / judged.used.sum())


def _mean_error(judged: Judged) -> float:
    return float(np.abs(judged.error).sum() / judged.used.sum())


def _holds_zero(judged: Judged) -> float:
    return float(((judged.low <= 0) & (judged.high >= 0)).mean())


def _width(judged: Judged) -> float:
    return float((judged.high - judged.low).sum() / judged.used.sum())


def _table(by_home: Mapping[str, Judged], by_group: Mapping[str, Judged]) -> None:
    """Print every method's bias, mean error, how often the interval holds zero, and its width."""
    print(f"{'':28}{'one home':^36}{f'{SIZE} homes':^36}")
    print(f"{'':28}" + f"{'bias':>9}{'error':>9}{'zero':>9}{'width':>9}" * 2)
    for method in by_home:
        cells = [
            f"{_bias(one):>+9.2%}{_mean_error(one):>9.1%}{_holds_zero(one):>9.3f}{_width(one):>9.1%}"
            for one in (by_home[method], by_group[method])
        ]
        print(f"{method:28}" + "".join(cells))


def _group_figures(ours: Judged, thirds: Mapping[str, Judged]) -> Iterator[Figure]:
    name = f"{SIZE} homes"
    yield at_most(f"{name}: bias", abs(_bias(ours)), 0.005)
    for third, judged in thirds.items():
        yield at_most(f"{name} of the third of {third} evenings: bias", abs(_bias(judged)), 0.01)
    yield at_most(f"{name}: mean error", _mean_error(ours), 0.09)
    yield at_least(f"{name}: interval holds zero", _holds_zero(ours), 0.88)
    yield at_most(f"{name}: interval holds zero", _holds_zero(ours), 0.94)
    yield at_most(f"{name}: width of the interval", _width(ours), 0.45)
    yield at_least(f"{name}: a true saving of {TRUE_SAVING:.0%} is called", float(ours.called.mean()), 0.75)
    yield at_most(f"{name}: a false saving is called", float((ours.low > 0).mean()), 0.06)


def _home_figures(ours: Judged, sums: Judged) -> Iterator[Figure]:
    yield at_most("one home: mean error", _mean_error(ours), 0.41)
    yield at_least("one home: interval holds zero", _holds_zero(ours), 0.88)
    yield at_most("one home: interval holds zero", _holds_zero(ours), 0.94)
    name = f"one home, {EVENTS} events"
    print(
        f"{name}: a true saving of {TRUE_SAVING:.0%} is called in {sums.called.mean():.1%}, a false one in "
        f"{(sums.low > 0).mean():.1%}"
    )
    yield at_least(f"{name}: interval holds zero", _holds_zero(sums), 0.88)
    yield at_most(f"{name}: width of the interval", _width(sums), 0.6)
