"""The day's peak of a community is told closer than by any peer, where habits stay and where heating rises."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from sceop_hub.core.forecast.score import coverage, peak_error, peak_hit
from sceop_hub.core.forecast.series import Floats

from ._scotland import DATA, SIZES, boosting, homes, mean_of_maxima, members, ours, plain, ramp, test_days
from .harness import Figure, at_least, at_most

BARS = {20: 0.109, 50: 0.091, 100: 0.067, 200: 0.055, 622: 0.050}
BEST_PEER = {20: 0.115, 50: 0.097, 100: 0.068, 200: 0.056, 622: 0.045}
AIM = 0.85
"""Of the best peer."""
YESTERDAY = {20: 0.123, 50: 0.119, 100: 0.082, 200: 0.063, 622: 0.058}
"""What "yesterday" scores on the groups that peers were measured on, to three digits: so these are the same groups."""
STEPS_AN_HOUR = 2
OURS = "ours"
HIT, COVERED = "hit within an hour", "between P10 and P90"

type Scores = dict[str, float]


def measure() -> Iterator[Figure]:
    """Yield every figure that the data at hand allow."""
    if not DATA.exists():
        print(f"Skipped the Scottish homes: there is no {DATA.name} in ../shared/data.")
        yield at_least("Scottish homes measured", 0, 1)
        return
    every = homes()
    groups = members(len(every))
    sums = [(size, every[rows].sum(axis=0)) for size in SIZES for rows in groups[size]]
    with ProcessPoolExecutor() as pool:
        steady = _by_size([size for size, _ in sums], pool.map(_scores, [days for _, days in sums]))
        rising = _by_size([size for size, _ in sums], pool.map(_scores, [days * ramp() for _, days in sums]))
    for name, found in (("steady", steady), ("rising", rising)):
        _table(name, found)
    for size, scores in steady.items():
        aim = AIM * BEST_PEER[size]
        gap = f"{'reached' if scores[OURS] <= aim else 'missed'} by {abs(aim - scores[OURS]):.4f}"
        print(f"{size} homes: the aim of {aim:.4f} is {gap}")
        yield at_most(f"{size} homes: error of the peak", scores[OURS], BARS[size])
        yield at_most(f"{size} homes: yesterday as known", abs(round(scores["yesterday"], 3) - YESTERDAY[size]), 0.0005)
    for size, scores in rising.items():
        for method in ("yesterday", "shape x level"):
            yield at_most(f"{size} homes rising: peak against {method}", scores[OURS] / scores[method], 1.0)


def _scores(days: Floats) -> Scores:
    """Return how far off the peak each method is, and how our time and spread of it do."""
    truth, own = test_days(days), ours(days)
    highest = truth.max(axis=1)
    told = {
        OURS: own.peak[:, 1],
        **{name: mid.max(axis=1) for name, mid in plain(days).items()},
        "mean of 14 maxima": mean_of_maxima(days),
        "untuned boosting": boosting(days).max(axis=1),
    }
    return {
        **{name: peak_error(peak, highest) for name, peak in told.items()},
        HIT: peak_hit(own.peak_step, truth, STEPS_AN_HOUR),
        COVERED: coverage(own.peak[:, 0], own.peak[:, 2], highest),
    }


def _by_size(sizes: list[int], scored: Iterator[Scores]) -> dict[int, Scores]:
    """Return the mean over the groups of each size."""
    found: dict[int, list[Scores]] = {size: [] for size in SIZES}
    for size, one in zip(sizes, scored, strict=True):
        found[size].append(one)
    return {
        size: {name: float(np.mean([group[name] for group in groups])) for name in groups[0]}
        for size, groups in found.items()
    }


def _table(name: str, found: dict[int, Scores]) -> None:
    print(f"{name + ', error of the peak':28}" + "".join(f"{size:>9}" for size in SIZES))
    for method in found[SIZES[0]]:
        print(f"{method:28}" + "".join(f"{scores[method]:>9.4f}" for scores in found.values()))
