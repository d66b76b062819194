"""The protocol of the Scottish homes: half-hourly sums of random groups, forecast at each midnight for the coming day.

Days 0-63 are history, days 64-91 the test; a forecast made at midnight knows nothing later. Everything that could be
chosen was chosen on the history alone. The clock of the file has no summer time and 48 steps in every night, so it is
read as if it were UTC; its dates are those that people there lived by.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pyarrow.parquet as pq  # type: ignore[import-untyped] # it ships no types
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor  # type: ignore[import-untyped] # it ships no types

from sceop_hub.core.forecast.peaks import peaks
from sceop_hub.core.forecast.series import Floats, Series
from sceop_hub.core.forecast.surroundings import Place
from sceop_hub.domain.forecast.load import consumption

DATA = Path(__file__).parents[2] / "shared" / "data" / "scotland_622_homes_30min_wh.parquet"
STEP = timedelta(minutes=30)
STEPS, HISTORY, DAYS, SIZES, GROUPS = 48, 64, 92, (20, 50, 100, 200, 622), 5
ALL_SIZES = (1, *SIZES)
"""Groups are drawn in this order, so that they are those that others were measured on."""
SINGLE_HOMES = 100
type Rows = NDArray[np.int64]

BEGAN = datetime(2009, 3, 1, tzinfo=UTC)
RAMP_DAYS = 30


def place() -> Place:
    """Return where the homes are; on the days off of either part of Britain people live as on Sundays."""
    off = {day for part in ("SCT", "ENG") for day in holidays.country_holidays("GB", subdiv=part, years=2009)}
    return Place(ZoneInfo("UTC"), off.__contains__)


def homes() -> Floats:
    """Return homes x days x steps of Wh."""
    table = pq.read_table(DATA)
    columns = np.stack([table[name].to_numpy() for name in table.column_names[1:]]).astype(float)
    return columns.reshape(len(columns), -1, STEPS)


def members(count: int) -> dict[int, list[Rows]]:
    """Return for each size the rows of the homes of each group."""
    chance = np.random.default_rng(0)
    drawn: dict[int, list[Rows]] = {}
    for size in ALL_SIZES:
        groups = SINGLE_HOMES if size == 1 else GROUPS
        every = (
            [np.arange(count)] if size == count else [chance.choice(count, size, replace=False) for _ in range(groups)]
        )
        drawn[size] = every
    return drawn


def ramp() -> Floats:
    """Return how heating could rise: by each day a little, to twice as much within the last 30 days."""
    rising = np.ones(DAYS)
    rising[-RAMP_DAYS:] = np.linspace(1, 2, RAMP_DAYS)
    return rising[:, None]


def past(days: Floats, midnight: int) -> Series:
    """Return what is known at a midnight."""
    return Series(BEGAN, days[:midnight].ravel(), STEP)


def test_days(days: Floats) -> Floats:
    """Return the truth of the test."""
    return days[HISTORY:]


@dataclass(frozen=True, slots=True, eq=False)
class Ours:
    """What the hub's own functions told at each midnight of the test, a row a day; peaks in Wh of a step."""

    low: Floats
    mid: Floats
    high: Floats
    peak: Floats
    """Low, mid and high, a row a day."""
    peak_step: Floats
    slowest_s: float


def ours(days: Floats) -> Ours:
    """Ask the functions that the hub runs, anew at each midnight."""
    where, rows, tops, at, slowest = place(), [], [], [], 0.0
    hours = STEP / timedelta(hours=1)
    for midnight in range(HISTORY, DAYS):
        known = past(days, midnight)
        started = perf_counter()
        band = consumption(known, where, None, STEPS)
        (peak,) = peaks(known, band, where)
        slowest = max(slowest, perf_counter() - started)
        rows.append((band.low, band.mid, band.high))
        tops.append((peak.low_w * hours, peak.mid_w * hours, peak.high_w * hours))
        at.append(int(np.argmax(peak.when)))
    low, mid, high = (np.stack(each) for each in zip(*rows, strict=True))
    return Ours(low, mid, high, np.array(tops), np.array(at, dtype=float), slowest)


def plain(days: Floats) -> dict[str, Floats]:
    """Return what the plain methods tell of the test's days."""
    test = range(HISTORY, DAYS)
    return {
        "yesterday": np.stack([days[day - 1] for day in test]),
        "last week": np.stack([days[day - 7] for day in test]),
        "7-day mean": np.stack([days[day - 7 : day].mean(axis=0) for day in test]),
        "shape x level": np.stack([_shape_times_level(days, day) for day in test]),
    }


def mean_of_maxima(days: Floats) -> Floats:
    """Return the mean of the last 14 days' maxima: a forecast of the peak alone."""
    return np.array([days[day - 14 : day].max(axis=1).mean() for day in range(HISTORY, DAYS)])


def boosting(days: Floats, quantile: float | None = None) -> Floats:
    """Return what untuned gradient boosting tells that was trained on the history once: the mean, or a quantile."""
    inputs, truth = _features(days)
    split = HISTORY - 7
    loss = {} if quantile is None else {"loss": "quantile", "quantile": quantile}
    model = HistGradientBoostingRegressor(random_state=0, **loss)
    model.fit(inputs[:split].reshape(-1, inputs.shape[-1]), truth[:split].ravel())
    told: Floats = model.predict(inputs[split:].reshape(-1, inputs.shape[-1])).reshape(-1, STEPS)
    return told


def _shape_times_level(days: Floats, day: int) -> Floats:
    week = days[day - 7 : day]
    return np.asarray(week.mean(axis=0) * days[day - 1].mean() / max(week.mean(), 1e-9))


def _features(days: Floats) -> tuple[Floats, Floats]:
    """Return what is known at midnight for each day and step, with the day's truth."""
    rows, truth = [], []
    for day in range(7, len(days)):
        before = days[:day]
        rows.append(
            np.column_stack(
                [
                    np.arange(STEPS),
                    np.full(STEPS, day % 7),
                    before[-1],
                    before[-7],
                    before[-7:].mean(axis=0),
                    np.full(STEPS, before[-1].mean()),
                ]
            )
        )
        truth.append(days[day])
    return np.stack(rows), np.stack(truth)
