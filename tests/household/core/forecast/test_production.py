from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from custom_components.sceop.core.forecast.band import Model
from custom_components.sceop.core.forecast.production import production
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.sky import clear, clouds_that_let, light, through_clouds
from custom_components.sceop.core.forecast.surroundings import Place, Weather

LISBON = Place(ZoneInfo("Europe/Lisbon"), latitude=38.7, longitude=-9.1)
SOMEWHERE = Place(ZoneInfo("Europe/Lisbon"))
START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def cloudy(days, seed=1):
    """Return clouds that stay for hours, and change from day to day."""
    rng = np.random.default_rng(seed)
    return np.clip(np.repeat(rng.beta(0.6, 0.6, days * 4), 6) + rng.normal(0, 0.03, days * 24), 0, 1)


def sky(days, cloud=None, wind=None):
    unknown = np.full(days * 24, np.nan)
    return Weather(START, unknown, unknown if cloud is None else cloud, unknown if wind is None else wind)


def sunny_plant(days, cloud, *, place=LISBON, watts_a_wm2=3.0):
    return watts_a_wm2 * clear(place, START, days * 24, HOUR) * through_clouds(cloud)


@given(st.floats(0.25, 1))
def test_light_tells_the_clouds_that_it_came_through(share):
    assert through_clouds(clouds_that_let(np.array([share]))) == pytest.approx([share])


def test_a_plant_under_a_sky_without_clouds_does_what_the_sun_does():
    wh = sunny_plant(42, np.zeros(42 * 24))
    band = production(Series(START, wh[: 40 * 24], HOUR), LISBON, None, 48)
    assert band.mid == pytest.approx(wh[40 * 24 :], abs=0.06 * wh.max())
    assert band.model is Model.LEARNED


def test_known_clouds_tell_most_of_a_day():
    days, cloud = 60, cloudy(60)
    wh = sunny_plant(days, cloud)
    blind = sighted = 0.0
    for day in range(45, 58):
        past, truth = Series(START, wh[: day * 24], HOUR), wh[day * 24 : (day + 1) * 24]
        blind += np.abs(production(past, LISBON, None, 24).mid - truth).sum()
        sighted += np.abs(production(past, LISBON, sky(days, cloud), 24).mid - truth).sum()
    assert sighted < 0.5 * blind


def test_clouds_of_another_place_are_not_believed():
    wh = sunny_plant(50, cloudy(50))
    past = Series(START, wh[: 45 * 24], HOUR)
    misled = production(past, LISBON, sky(50, cloudy(50, seed=77)), 24)
    assert misled.mid == pytest.approx(production(past, LISBON, None, 24).mid)


def test_clouds_tell_without_a_place_too():
    days, cloud = 60, cloudy(60)
    wh = sunny_plant(days, cloud)
    blind = sighted = 0.0
    for day in range(45, 58):
        past, truth = Series(START, wh[: day * 24], HOUR), wh[day * 24 : (day + 1) * 24]
        blind += np.abs(production(past, SOMEWHERE, None, 24).mid - truth).sum()
        sighted += np.abs(production(past, SOMEWHERE, sky(days, cloud), 24).mid - truth).sum()
    assert sighted < 0.8 * blind


def test_four_of_five_steps_of_daylight_lie_inside_the_band():
    wh = sunny_plant(90, cloudy(90, seed=4))
    inside = []
    for day in range(50, 90):
        band = production(Series(START, wh[: day * 24], HOUR), LISBON, None, 24)
        truth = wh[day * 24 : (day + 1) * 24]
        inside.extend(((band.low <= truth) & (truth <= band.high))[truth > 50])
    assert 0.7 < np.mean(inside) < 0.92


def test_the_wind_tells_what_a_turbine_gives():
    days, rng = 40, np.random.default_rng(2)
    wind = np.clip(7 + np.convolve(rng.normal(0, 4, days * 24 + 11), np.ones(12) / 4, "valid"), 0, 25)
    wh = 2000 / (1 + np.exp(-(wind - 8)))
    past, truth = Series(START, wh[: 38 * 24], HOUR), wh[38 * 24 :]
    told = production(past, LISBON, sky(days, wind=wind), 48)
    assert told.mid == pytest.approx(truth, abs=150)
    assert np.abs(told.mid - truth).sum() < 0.3 * np.abs(production(past, LISBON, None, 48).mid - truth).sum()


def test_the_wind_of_the_next_hour_is_surer_than_that_of_the_day_after_tomorrow():
    rng = np.random.default_rng(3)
    wh = 500 + 300 * np.convolve(rng.normal(0, 1, 40 * 24 + 11), np.ones(12) / 4, "valid")
    band = production(Series(START, np.maximum(wh, 0), HOUR), LISBON, None, 48)
    assert band.high[0] - band.low[0] < 0.6 * (band.high[-1] - band.low[-1])


def test_light_that_was_measured_goes_before_clouds():
    unknown = np.full(24, np.nan)
    weather = Weather(START, unknown, np.ones(24), unknown, np.where(np.arange(24) == 12, np.nan, 400.0))
    found = light(weather, LISBON, START, 24, HOUR)
    assert found[10] == pytest.approx(400)
    assert found[13] == pytest.approx(400)


@pytest.mark.parametrize("hole", [slice(0, 12), slice(900, 1000), slice(0, 1100)])
def test_weather_with_holes_is_used_where_it_is_known(hole):
    cloud = cloudy(50)
    wh = sunny_plant(50, cloud)
    cloud = cloud.copy()
    cloud[hole] = np.nan
    band = production(Series(START, wh[: 45 * 24], HOUR), LISBON, sky(50, cloud), 48)
    assert np.isfinite(band.mid).all()


@settings(max_examples=20, deadline=None)
@given(
    days=st.integers(0, 30),
    more=st.integers(0, 95),
    month=st.integers(1, 12),
    gaps=st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 3000)), max_size=4),
    place=st.sampled_from([LISBON, SOMEWHERE, Place(ZoneInfo("Europe/Oslo"), latitude=78.2, longitude=15.6)]),
    kind=st.sampled_from(["sun", "wind", "nothing"]),
    weather=st.sampled_from(["none", "clouds", "wind", "late"]),
    seed=st.integers(0, 9),
)
def test_whatever_the_past_a_plant_is_forecast_within_what_it_ever_gave(
    days, more, month, gaps, place, kind, weather, seed
):
    rng = np.random.default_rng(seed)
    start, count = datetime(2026, month, 27, tzinfo=UTC), days * 96 + more
    sun = np.maximum(0, np.sin((np.arange(count) % 96 - 24) / 48 * np.pi)) * 1000
    wh = {"sun": sun * rng.random(count), "wind": rng.gamma(1, 300, count), "nothing": np.zeros(count)}[kind]
    for first, length in gaps:
        wh[first : first + length] = np.nan
    hours = np.where(rng.random(24 * 32) < 0.3, np.nan, rng.random(24 * 32))
    unknown = np.full(len(hours), np.nan)
    late = start + timedelta(days=days, hours=5)
    told = {
        "none": None,
        "clouds": Weather(start, unknown, hours, unknown),
        "wind": Weather(start, unknown, unknown, hours * 20),
        "late": Weather(late, hours, hours, hours * 9),
    }[weather]
    band = production(Series(start, wh), place, told, 192)
    assert len(band.low) == len(band.mid) == len(band.high) == 192
    if not np.isfinite(wh).any():
        assert band.model is Model.NOTHING
        assert np.isnan(band.mid).all()
        return
    assert (band.low >= 0).all()
    assert (band.low <= band.mid + 1e-9).all()
    assert (band.mid <= band.high + 1e-9).all()
    assert (band.high <= 1.05 * np.nanmax(wh) + 1e-9).all()


@pytest.mark.parametrize("days", [1, 5, 30])
def test_the_sun_gives_nothing_at_night(days):
    wh = sunny_plant(32, np.zeros(32 * 24))
    band = production(Series(START, wh[: days * 24], HOUR), LISBON, None, 48)
    dark = clear(LISBON, band.start, 48, HOUR) == 0
    assert dark.any()
    assert (band.high[dark] == 0).all()
    assert (band.high[~dark] > 0).any()


def test_an_inverter_that_was_off_for_a_month_is_forecast_from_before_and_ends_nothing():
    wh = sunny_plant(70, np.zeros(70 * 24))
    wh[30 * 24 : 60 * 24] = np.nan
    band = production(Series(START, wh[: 60 * 24], HOUR), LISBON, None, 48)
    assert np.isfinite(band.mid).all()
    assert band.mid.max() > 0.5 * np.nanmax(wh)
