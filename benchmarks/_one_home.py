"""One home: the household's own forecast on the hundred single homes that others were measured on."""

import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from statistics import median
from time import process_time

import numpy as np

from sceop_hub.core.forecast.home import consumption
from sceop_hub.core.forecast.score import coverage, nmae, pinball
from sceop_hub.core.forecast.series import Floats

from ._scotland import DATA, DAYS, HISTORY, STEPS, homes, members, past, place, ramp, test_days
from .harness import Figure, at_most

BEST_KNOWN, COVERED, ABOUT = 0.505, 0.8, 0.04
SLOWEST_MS, LARGEST_MB = 100.0, 20.0
EDGES = (0.1, 0.9)
TWO_DAYS = 2 * STEPS


@dataclass(frozen=True, slots=True)
class Scored:
    """What one home came to."""

    nmae: float
    median: float
    """The nMAE of the 7-day median of each step."""
    covered: float
    pinball: float
    milliseconds: float
    megabytes: float


def measure() -> Iterator[Figure]:
    """Yield every figure; the caller has seen that the data are there."""
    every = homes()
    single = [every[rows[0]] for rows in members(len(every))[1]]
    with ProcessPoolExecutor() as pool:
        steady = list(pool.map(_score, single))
        rising = list(pool.map(_score, [days * ramp() for days in single]))
    for name, scored in (("one home", steady), ("one home rising", rising)):
        # A home that used nothing in the test has no error against its mean.
        means = {field: float(np.nanmean([getattr(one, field) for one in scored])) for field in Scored.__slots__}
        print(f"{name}: " + ", ".join(f"{field} {value:.4f}" for field, value in means.items()))
        if scored is steady:
            yield at_most("one home: nMAE", means["nmae"], BEST_KNOWN)
            yield at_most("one home: P10-P90 beside 80%", abs(means["covered"] - COVERED), ABOUT)
        else:
            yield at_most("one home rising: nMAE against 7-day median", means["nmae"] / means["median"], 1.0)
    yield at_most("one home: slowest home's usual forecast", max(one.milliseconds for one in steady), SLOWEST_MS, "ms")
    yield at_most("one home: most memory for a forecast", max(one.megabytes for one in steady), LARGEST_MB, "MB")


def _score(days: Floats) -> Scored:
    where, told, taken = place(), [], []
    for midnight in range(HISTORY, DAYS):
        known = past(days, midnight)
        started = process_time()
        band = consumption(known, where, None, TWO_DAYS)
        taken.append(1000 * (process_time() - started))
        told.append((band.low[:STEPS], band.mid[:STEPS], band.high[:STEPS]))
    low, mid, high = (np.stack(each) for each in zip(*told, strict=True))
    truth = test_days(days)
    usual = np.stack([np.median(days[day - 7 : day], axis=0) for day in range(HISTORY, DAYS)])
    return Scored(
        nmae(mid, truth),
        nmae(usual, truth),
        coverage(low, high, truth),
        sum(pinball(edge, truth, share) for edge, share in zip((low, high), EDGES, strict=True)) / len(EDGES),
        median(taken),
        _megabytes(days),
    )


def _megabytes(days: Floats) -> float:
    """Return how much one forecast needs at its largest."""
    known, where = past(days, DAYS - 1), place()
    tracemalloc.start()
    try:
        consumption(known, where, None, TWO_DAYS)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


if __name__ == "__main__":
    from .harness import report

    assert DATA.exists(), f"There is no {DATA}."
    report("one_home", list(measure()))
