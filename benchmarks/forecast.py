"""Forecasts of communities and homes come closer than the best peers, where habits stay and where heating rises."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sceop_hub.core.channels import GRID_IMPORT
from sceop_hub.core.forecast.score import coverage, nmae, nrmse, pinball
from sceop_hub.core.forecast.series import Floats
from sceop_hub.domain import privacy
from sceop_hub.domain.forecast.load import consumption
from sceop_hub.domain.leaps import leaps
from sceop_hub.publishing import MEASURED_DAYS

from . import _california, _one_home
from ._scotland import (
    DATA,
    DAYS,
    HISTORY,
    SIZES,
    STEPS,
    boosting,
    homes,
    members,
    ours,
    past,
    place,
    plain,
    ramp,
    test_days,
)
from .harness import Figure, at_least, at_most

BEST_PEER = {20: 0.192, 50: 0.135, 100: 0.107, 200: 0.092, 622: 0.077}
AIM = 0.95
"""Of the best peer."""
YESTERDAY = {20: 0.250, 50: 0.169, 100: 0.136, 200: 0.115, 622: 0.096}
"""What "yesterday" scores on the groups that peers were measured on, to three digits: so these are the same groups."""
COVERED, NARROW, WIDE = 0.8, 0.05, 0.08
WIDE_FROM = 622
EDGES = (0.1, 0.9)
SLOWEST_S = 5.0
FACTORY, FACTORY_SIZE, FACTORY_TIMES, FACTORY_FROM, FACTORY_COST = 0, 20, 100, 40, 1.05
OURS, BOOSTING = "ours", "untuned boosting"


def measure() -> Iterator[Figure]:
    """Yield every figure that the data at hand allow."""
    if DATA.exists():
        yield from _communities()
        yield from _one_home.measure()
    else:
        print(f"Skipped the Scottish homes: there is no {DATA.name} in ../shared/data.")
        yield at_least("Scottish homes measured", 0, 1)
    yield from _california.measure()


def _communities() -> Iterator[Figure]:
    every = homes()
    groups = members(len(every))
    jobs = [(size, every[rows].sum(axis=0)) for size in SIZES for rows in groups[size]]
    with ProcessPoolExecutor() as pool:
        steady = _by_size([size for size, _ in jobs], pool.map(_steady, [days for _, days in jobs]))
        rising = _by_size([size for size, _ in jobs], pool.map(_rising, [days for _, days in jobs]))
        factories = list(pool.map(_factory, [every[rows] for rows in groups[FACTORY_SIZE]]))
    _table("steady", steady)
    _table("rising", rising)
    yield from _steady_figures(steady)
    yield from _rising_figures(rising)
    clean, beside = np.mean(factories, axis=0)
    yield at_most("factory: nMAE beside it against without it", beside / clean, FACTORY_COST)


@dataclass(frozen=True, slots=True)
class Scored:
    """What one group came to, by method; of ours and of quantile boosting also the edges."""

    nmae: dict[str, float]
    nrmse: dict[str, float]
    covered: float = np.nan
    pinball: float = np.nan
    boosted: float = np.nan
    slowest_s: float = np.nan


def _steady(days: Floats) -> Scored:
    truth, own = test_days(days), ours(days)
    told = {OURS: own.mid, **plain(days), BOOSTING: boosting(days)}
    boosted = [boosting(days, edge) for edge in EDGES]
    return Scored(
        {name: nmae(mid, truth) for name, mid in told.items()},
        {name: nrmse(mid, truth) for name, mid in told.items()},
        coverage(own.low, own.high, truth),
        _edges((own.low, own.high), truth),
        _edges((boosted[0], boosted[1]), truth),
        own.slowest_s,
    )


def _rising(days: Floats) -> Scored:
    days = days * ramp()
    told = {OURS: ours(days).mid, **plain(days)}
    truth = test_days(days)
    return Scored(
        {name: nmae(mid, truth) for name, mid in told.items()}, {name: nrmse(mid, truth) for name, mid in told.items()}
    )


def _factory(group: Floats) -> tuple[float, float]:
    """Return the nMAE of a forecast of 19 homes, and of one of what a hub publishes while one more is a factory."""
    others = group[1:].sum(axis=0)
    counted = group.copy()
    counted[0, FACTORY_FROM:] *= FACTORY_TIMES
    published = _published(counted)
    forecasts = (
        np.stack([consumption(past(days, midnight), place(), None, STEPS).mid for midnight in range(HISTORY, DAYS)])
        for days in (others, published)
    )
    clean, beside = (nmae(told, test_days(others)) for told in forecasts)
    return clean, beside


def _published(group: Floats) -> Floats:
    """Return the sums that a hub learns of, as if of all homes but the first: that is left out once the hub notices.

    Other homes stay in, also those that a hub would not show: it is their true sum that forecasts are held against.
    """
    others, everyone = group[1:].sum(axis=0), group.sum(axis=0)
    sums: Floats = others.copy()
    counted = {FACTORY}
    for midnight in range(DAYS):
        first = max(midnight - MEASURED_DAYS, 0)
        daily = dict(enumerate(group[:, first:midnight].sum(axis=2).tolist()))
        leapt = leaps({GRID_IMPORT: daily})
        sums[[first + day for day in leapt.doubtful(counted)]] = np.nan
        means = {home: {GRID_IMPORT: Fraction(round(sum(days)))} for home, days in daily.items()}
        counted = {FACTORY} - leapt.homes - privacy.group(means).left_out
        if counted:
            sums[midnight] = everyone[midnight] * (len(group) - 1) / len(group)
    return sums


def _edges(told: tuple[Floats, Floats], truth: Floats) -> float:
    return sum(pinball(edge, truth, share) for edge, share in zip(told, EDGES, strict=True)) / len(EDGES)


def _by_size(sizes: list[int], scored: Iterator[Scored]) -> dict[int, list[Scored]]:
    found: dict[int, list[Scored]] = {size: [] for size in SIZES}
    for size, one in zip(sizes, scored, strict=True):
        found[size].append(one)
    return found


def _mean(groups: list[Scored], method: str) -> float:
    return float(np.mean([group.nmae[method] for group in groups]))


def _table(name: str, found: dict[int, list[Scored]]) -> None:
    """Print nMAE and nRMSE of every method, a column a size."""
    print(f"{name + ', nMAE / nRMSE':24}" + "".join(f"{size:>16}" for size in SIZES))
    for method in found[SIZES[0]][0].nmae:
        cells = [
            f"{_mean(groups, method):.4f} / {np.mean([group.nrmse[method] for group in groups]):.4f}"
            for groups in found.values()
        ]
        print(f"{method:24}" + "".join(f"{cell:>16}" for cell in cells))


def _steady_figures(found: dict[int, list[Scored]]) -> Iterator[Figure]:
    for size, groups in found.items():
        mine = _mean(groups, OURS)
        aim = AIM * BEST_PEER[size]
        print(
            f"{size} homes: the aim of {aim:.4f} is {'reached' if mine <= aim else 'missed'} by {abs(aim - mine):.4f}"
        )
        yield at_most(f"{size} homes: nMAE", mine, BEST_PEER[size])
        covered = float(np.mean([group.covered for group in groups]))
        about = WIDE if size >= WIDE_FROM else NARROW
        yield at_most(f"{size} homes: P10-P90 beside {COVERED:.0%}", abs(covered - COVERED), about)
        own, boosted = (float(np.mean([getattr(group, name) for group in groups])) for name in ("pinball", "boosted"))
        yield at_most(f"{size} homes: pinball against boosting's", own / boosted, 1.0)
        known = round(_mean(groups, "yesterday"), 3)
        yield at_most(f"{size} homes: yesterday as known", abs(known - YESTERDAY[size]), 0.0005)
    slowest = max(group.slowest_s for groups in found.values() for group in groups)
    yield at_most("slowest forecast with its peak", slowest, SLOWEST_S, "s")


def _rising_figures(found: dict[int, list[Scored]]) -> Iterator[Figure]:
    for size, groups in found.items():
        for method in ("yesterday", "shape x level"):
            yield at_most(
                f"{size} homes rising: nMAE against {method}", _mean(groups, OURS) / _mean(groups, method), 1.0
            )
