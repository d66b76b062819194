"""California: net load of homes with solar, each midnight for the coming day, 30 days long after 90 days of history.

Everything was chosen on the 90 days before. The file is read as it describes itself, in local standard time; in winter
its plants rise and set an hour early, as if its clock had been set back, and yet its weather does not. The column
called diffuse holds the light on a level surface: with the direct beam it would exceed what a clear sky gives.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.parquet as pq  # type: ignore[import-untyped] # it ships no types
from sklearn.ensemble import HistGradientBoostingRegressor  # type: ignore[import-untyped] # it ships no types

from sceop_hub.core.forecast.score import coverage, nrmse
from sceop_hub.core.forecast.series import Floats, Series
from sceop_hub.core.forecast.surroundings import Place, Weather
from sceop_hub.domain.forecast.net import net

from .harness import Figure, at_least, at_most

DATA = Path(__file__).parents[2] / "shared" / "data" / "california_17_solar_homes_hourly.parquet"
HOUR = timedelta(hours=1)
HOURS, HISTORY, TEST, WEEK = 24, 90, 30, 7
BEGAN = datetime(2016, 8, 1, 8, tzinfo=UTC)
"""The first midnight; the file begins an hour before."""
PLACE = Place(ZoneInfo("Etc/GMT+8"), latitude=34.0, longitude=-118.0)
"""The file says no more than California; its sun stands as it does about Los Angeles."""
OURS, BOOSTING = "ours", "untuned boosting"
SUM, SINGLE = "sum of all", "single homes"


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Homes x days x hours of Wh, and days x hours of what the sky did."""

    load: Floats
    solar: Floats
    temperature_c: Floats
    level_wm2: Floats
    beam_wm2: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One net load to be forecast."""

    name: str
    load: Floats
    solar: Floats
    homes: Homes
    with_weather: bool


def measure() -> Iterator[Figure]:
    """Yield every figure that the data at hand allow."""
    if not DATA.exists():
        print(f"Skipped the California homes: there is no {DATA.name} in ../shared/data.")
        yield at_least("California homes measured", 0, 1)
        return
    every = homes()
    whole = (every.load.sum(axis=0), every.solar.sum(axis=0))
    loads = [(SUM, *whole), *((SINGLE, *home) for home in zip(every.load, every.solar, strict=True))]
    jobs = [Job(*one, every, with_weather) for with_weather in (False, True) for one in loads]
    with ProcessPoolExecutor() as pool:
        scored = list(pool.map(_score, jobs))
    for with_weather in (False, True):
        words = "with weather" if with_weather else "without weather"
        for name in (SUM, SINGLE):
            own = [
                s for job, s in zip(jobs, scored, strict=True) if (job.name, job.with_weather) == (name, with_weather)
            ]
            means = {key: float(np.mean([one[key] for one in own])) for key in own[0]}
            print(f"{name}, {words}, nRMSE: " + ", ".join(f"{key} {value:.4f}" for key, value in means.items()))
            for method in ("yesterday", "last week", BOOSTING):
                yield at_most(f"{name}, {words}: net's nRMSE against {method}", means[OURS] / means[method], 1.0)


def homes() -> Homes:
    """Read the file."""
    table = pq.read_table(DATA).sort_by([("home", "ascending"), ("start_local", "ascending")])
    count = len(table["home"].unique())
    columns = (
        table[name].to_numpy().astype(float).reshape(count, -1)[:, 1:]
        for name in ("load_wh", "solar_wh", "temperature_c", "diffuse_w_m2", "direct_w_m2")
    )
    load, solar, degrees, level, beam = (_days(column) for column in columns)
    return Homes(load, solar, degrees[0], level[0], beam[0])


def _days(hours: Floats) -> Floats:
    whole = hours.shape[1] // HOURS
    return hours[:, : whole * HOURS].reshape(len(hours), whole, HOURS)


def weather(of: Homes, midnight: int) -> Weather:
    """Return the weather that was, and that of the coming two days: what was measured stands in for its forecast."""
    degrees, level = (each[: midnight + 2].ravel() for each in (of.temperature_c, of.level_wm2))
    unknown = np.full(len(degrees), np.nan)
    return Weather(BEGAN, degrees, unknown, unknown, level)


def _score(job: Job) -> dict[str, float]:
    days = job.load - job.solar
    test = range(HISTORY, HISTORY + TEST)
    truth = days[HISTORY : HISTORY + TEST]
    bands = [
        net(
            Series(BEGAN, job.load[:day].ravel(), HOUR),
            Series(BEGAN, job.solar[:day].ravel(), HOUR),
            PLACE,
            weather(job.homes, day) if job.with_weather else None,
            HOURS,
        )
        for day in test
    ]
    told = {
        OURS: np.stack([band.mid for band in bands]),
        "yesterday": days[HISTORY - 1 : HISTORY + TEST - 1],
        "last week": days[HISTORY - WEEK : HISTORY + TEST - WEEK],
        BOOSTING: _boosting(days, job.homes if job.with_weather else None),
    }
    low, high = (np.stack(each) for each in zip(*((band.low, band.high) for band in bands), strict=True))
    return {name: nrmse(mid, truth) for name, mid in told.items()} | {"covered": coverage(low, high, truth)}


def _boosting(days: Floats, sky: Homes | None) -> Floats:
    """Return what untuned gradient boosting tells that was trained on the history once."""
    inputs = [_features(days, sky, day) for day in range(WEEK, HISTORY)]
    model = HistGradientBoostingRegressor(random_state=0)
    model.fit(np.concatenate(inputs), days[WEEK:HISTORY].ravel())
    return np.stack([model.predict(_features(days, sky, day)) for day in range(HISTORY, HISTORY + TEST)])


def _features(days: Floats, sky: Homes | None, day: int) -> Floats:
    """Return what is known at the midnight before a day."""
    before = days[:day]
    known = [
        np.arange(HOURS),
        np.full(HOURS, day % WEEK),
        before[-1],
        before[-WEEK],
        before[-WEEK:].mean(axis=0),
        np.full(HOURS, before[-1].mean()),
    ]
    if sky is not None:
        known += [sky.temperature_c[day], sky.level_wm2[day], sky.beam_wm2[day]]
    return np.column_stack(known)


if __name__ == "__main__":
    from .harness import report

    report("california", list(measure()))
