"""A home to look at: people get up, come home, cook and sleep, and a refrigerator hums all night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from custom_components.sceop.core import sun
from custom_components.sceop.core.forecast.clock import cells
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.surroundings import Place

HOUR = timedelta(hours=1)
STEP = timedelta(minutes=30)
BEGAN = datetime(2026, 5, 3, 22, tzinfo=UTC)
AMSTERDAM = Place(ZoneInfo("Europe/Amsterdam"), latitude=52.4, longitude=4.9)


def home(days=70, *, step=STEP, seed=0, began=BEGAN, level=1.0):
    """Return so many days of whole Wh, from a local midnight on."""
    chance = np.random.default_rng(seed)
    count = days * (timedelta(days=1) // step)
    at = cells(began, count, step, AMSTERDAM.zone)
    hour = at.step * (step / HOUR)
    busy = 600 * np.exp(-(((hour - 7.5) / 1.2) ** 2)) + 1500 * np.exp(-(((hour - 19) / 2) ** 2)) + 60
    comes_and_goes = chance.exponential(1.0, count) * (chance.random(count) < 0.6)
    watts = (140 + 40 * chance.random(count) + busy * comes_and_goes) * level
    return Series(began, np.round(watts * (step / HOUR)), step)


def factory(days=70):
    """Return what a small factory takes, 100 kW on the mean: steadier than a home."""
    wh = sum(home(days, seed=seed).wh for seed in range(20)) * 15
    return Series(BEGAN, wh, STEP)


def steps(series, span):
    """Return how many steps a span has."""
    return span // series.step


def with_load(series, watts, begin, lasts):
    """Return the series with a load that runs from an instant on."""
    wh = series.wh.copy()
    first = (begin - series.start) // series.step
    wh[first : first + steps(series, lasts)] += watts * (series.step / HOUR)
    return Series(series.start, wh, series.step)


def until(series, now, most_days=60):
    """Return what is known of it at an instant, as far back as a home remembers."""
    end = (now - series.start) // series.step
    first = max(end - steps(series, timedelta(days=most_days)), 0)
    return Series(series.start + first * series.step, series.wh[first:end], series.step)


def plant(days=70, *, rated_w=4000, step=STEP, seed=0, began=BEGAN):
    """Return what a sound plant makes under clouds that come and go, and the share of the sky they cover each day."""
    chance = np.random.default_rng(seed)
    count = days * (timedelta(days=1) // step)
    minutes = np.arange(count) * (step / timedelta(minutes=1)) + began.timestamp() / 60 + step / timedelta(minutes=2)
    elevation, _ = sun.position(minutes, AMSTERDAM.latitude, AMSTERDAM.longitude)
    beam, diffuse = sun.clear_sky(elevation)
    cloud = chance.random(days + 1) ** 0.7
    covered = np.repeat(cloud, timedelta(days=1) // step)[:count]
    light = (beam * np.maximum(np.sin(elevation), 0) + diffuse) * (1 - 0.75 * covered**3.4)
    return Series(began, np.round(0.8 * rated_w * light / 1000 * (step / HOUR)), step), cloud
