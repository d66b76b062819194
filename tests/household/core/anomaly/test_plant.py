"""What is told of a solar plant, and that a dark month is not."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from custom_components.sceop.core.anomaly.anomaly import Cause, Kind
from custom_components.sceop.core.anomaly.look import anomalies
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.surroundings import Place, Weather
from tests.household.core.anomaly.homes import AMSTERDAM, BEGAN, HOUR, plant, until

DAY = timedelta(days=1)


def told(series, weather=None, *, place=AMSTERDAM, rated_w=None):
    return anomalies({"production": series}, place, weather, rated_w=rated_w)


def clouds(cloud, series):
    unknown = np.full(len(cloud) * 24, np.nan)
    return Weather(series.start, unknown, np.repeat(cloud, 24), unknown)


def weaker(series, share, since):
    wh = series.wh.copy()
    wh[(since - series.start) // series.step :] *= share
    return Series(series.start, wh, series.step)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("known", [True, False])
def test_a_sound_plant_is_told_nothing_of_under_any_sky(seed, known):
    series, cloud = plant(seed=seed)
    assert told(series, clouds(cloud, series) if known else None, rated_w=4000) == ()


def test_an_inverter_that_is_off_is_told_on_the_same_day_and_once():
    series, _ = plant()
    broke = BEGAN + 60 * DAY + 9 * HOUR
    series = weaker(series, 0, broke)
    (first,) = told(until(series, broke + 8 * HOUR))
    assert (first.kind, first.cause, first.since) == (Kind.LOW_PRODUCTION, Cause.NOTHING, broke)
    assert first.wh_a_month > 100_000
    assert {each.key for each in told(series)} == {first.key}


@pytest.mark.parametrize(("share", "known"), [(0.5, True), (0.4, False)])
def test_a_string_that_is_lost_is_told_against_the_light_that_fell(share, known):
    series, cloud = plant(days=80)
    series = weaker(series, share, BEGAN + 60 * DAY)
    (found,) = told(series, clouds(cloud, series) if known else None)
    assert (found.kind, found.cause) == (Kind.LOW_PRODUCTION, Cause.LESS)
    assert found.power_w > 0


def test_a_dark_fortnight_is_no_fault_where_the_clouds_are_known():
    series, cloud = plant()
    dark = np.r_[cloud[:-15], np.full(15, 1.0)]
    covered = np.repeat(1 - 0.75 * dark**3.4, 48) / np.repeat(1 - 0.75 * cloud**3.4, 48)
    assert told(Series(series.start, series.wh * covered[: len(series)], series.step), clouds(dark, series)) == ()


def test_weather_of_another_place_is_not_believed():
    series, _ = plant(seed=1)
    _, elsewhere = plant(seed=2)
    elsewhere[-15:] = 0
    assert told(series, clouds(elsewhere, series)) == ()


def test_a_plant_that_never_made_half_of_its_rating_is_told_once_a_month():
    series, cloud = plant(days=70)
    weak = weaker(series, 0.3, series.start)
    keys = {
        each.key
        for day in range(40, 71)
        for each in told(until(weak, BEGAN + day * DAY, 30), clouds(cloud, series), rated_w=4000)
    }
    assert len(keys) == 2, "in June and in July"
    assert told(weak, clouds(cloud, series)) == (), "who does not know the rating can not know"


def test_a_plant_that_nobody_has_seen_make_anything_is_told_of():
    series, _ = plant(days=20)
    (found,) = told(weaker(series, 0, series.start))
    assert found.cause is Cause.NOTHING


def test_polar_night_is_no_fault():
    began = datetime(2026, 11, 20, 23, tzinfo=UTC)
    dark = Place(AMSTERDAM.zone, latitude=69.6, longitude=18.9)
    assert told(Series(began, np.zeros(40 * 48), timedelta(minutes=30)), place=dark, rated_w=5000) == ()


def test_a_turbine_is_no_dirty_panel():
    chance = np.random.default_rng(0)
    wind = np.round(chance.gamma(1, 300, 70 * 48)) * np.repeat(chance.random(10) < 0.5, 7 * 48)
    assert told(Series(BEGAN, wind, timedelta(minutes=30)), rated_w=5000) == ()


def test_without_a_place_nothing_is_known_of_the_light():
    series, _ = plant()
    nowhere = Place(AMSTERDAM.zone)
    assert told(weaker(series, 0, BEGAN + 60 * DAY), place=nowhere, rated_w=4000) == ()


def test_a_night_without_weather_changes_nothing():
    series, cloud = plant()
    weather = clouds(cloud, series)
    weather.cloud[30 * 24 : 30 * 24 + 6] = np.nan
    assert told(series, weather, rated_w=4000) == ()
