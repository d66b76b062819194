"""What is told of a home's use, and what is not."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from custom_components.sceop.core.anomaly.anomaly import Cause, Kind
from custom_components.sceop.core.anomaly.look import anomalies
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.surroundings import Place
from tests.household.core.anomaly.homes import AMSTERDAM, BEGAN, HOUR, STEP, factory, home, steps, until, with_load

DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)


def told(series, *, channel="grid_import", place=AMSTERDAM, **more):
    return anomalies({channel: series}, place, None, **more)


def kinds(found):
    return {each.kind for each in found}


@pytest.mark.parametrize("step", [QUARTER, STEP, HOUR])
def test_a_home_that_lives_as_ever_is_told_nothing_of(step):
    assert told(home(step=step)) == ()


@pytest.mark.parametrize("step", [QUARTER, STEP, HOUR])
@pytest.mark.parametrize(("watts", "lasts"), [(1000, 6 * HOUR), (300, 2 * DAY)])
def test_a_load_that_stays_on_is_told_with_its_power_and_its_begin(step, watts, lasts):
    began = BEGAN + 66 * DAY
    (found,) = told(until(with_load(home(step=step), watts, began, lasts), began + lasts))
    assert (found.kind, found.channel) == (Kind.STUCK, "consumption")
    assert abs(found.since - began) <= 3 * HOUR
    assert found.until == began + lasts
    assert abs(found.power_w - watts) < 0.35 * watts
    assert found.wh_a_month == found.power_w * 720
    assert 0.5 <= found.sureness < 1


def test_what_ran_every_night_is_nobody_stuck():
    series = home()
    for day in range(70):
        series = with_load(series, 2000, BEGAN + day * DAY, 6 * HOUR)
    assert told(series) == ()


def test_a_factory_is_measured_by_its_own_levels():
    assert told(factory()) == ()
    began = BEGAN + 68 * DAY
    assert kinds(told(with_load(factory(), 1000, began, 10 * HOUR))) == set()
    assert kinds(told(with_load(factory(), 300_000, began, 10 * HOUR))) == {Kind.STUCK}


def test_a_week_away_is_no_anomaly():
    series = home()
    wh = series.wh.copy()
    wh[-7 * 48 :] = np.random.default_rng(1).integers(70, 90, 7 * 48)
    assert told(Series(series.start, wh, series.step)) == ()


def test_far_less_than_what_never_goes_away_is_told():
    series = home()
    wh = series.wh.copy()
    wh[-20 * 2 :] = np.random.default_rng(1).integers(4, 30, 20 * 2)
    (found,) = told(Series(series.start, wh, series.step))
    assert (found.kind, found.cause) == (Kind.UNUSUAL, Cause.LESS)
    assert found.power_w < 0


def test_far_more_than_ever_is_told_though_it_comes_and_goes():
    series = home()
    wh = series.wh.copy()
    wh[-9 * 2 :: 2] += 5000
    (found,) = told(Series(series.start, wh, series.step))
    assert (found.kind, found.cause) == (Kind.UNUSUAL, Cause.MORE)


def test_on_a_holiday_people_cook():
    series = home()
    wh = series.wh.copy()
    wh[-9 * 2 :: 2] += 5000
    place = Place(AMSTERDAM.zone, is_holiday=lambda day: day == (series.end - HOUR).astimezone(AMSTERDAM.zone).date())
    assert told(Series(series.start, wh, series.step), place=place) == ()


def test_standby_that_creeps_up_is_told_and_later_is_the_same():
    series = home(days=84)
    wh = series.wh.copy()
    wh[60 * 48 :] += np.round(20 * np.minimum(np.arange(24 * 48) / (14 * 48), 1))
    series = Series(series.start, wh, series.step)
    first = next(found for day in range(62, 84) if (found := told(until(series, BEGAN + day * DAY))))
    (found,) = first
    assert found.kind == Kind.STANDBY
    assert 10 <= found.power_w <= 60
    assert {each.key for each in told(until(series, series.end))} == {found.key}


def test_a_heater_that_comes_on_all_night_is_told():
    series = home()
    wh = series.wh.copy()
    for day in range(65, 70):
        wh[day * 48 : day * 48 + 10 : 2] += 800
    (found,) = told(Series(series.start, wh, series.step))
    assert found.kind == Kind.NIGHT_CYCLING
    assert 350 <= found.power_w <= 850
    assert found.wh_a_month == found.power_w * 5 * 30


def test_a_stuck_load_with_a_meter_of_its_own_is_told_once_and_by_its_name():
    began = BEGAN + 68 * DAY
    pump = Series(BEGAN, np.where(np.arange(70 * 48) % 12 == 0, 40.0, 0.0), STEP)
    channels = {
        "grid_import": with_load(home(), 900, began, 12 * HOUR),
        "load.pump": with_load(pump, 900, began, 12 * HOUR),
    }
    (found,) = anomalies(channels, AMSTERDAM, None)
    assert (found.kind, found.channel) == (Kind.STUCK, "load.pump")


@given(st.integers(0, 13))
def test_a_new_home_has_no_normal_to_leave(days):
    series = home(days=max(days, 1))
    assert told(with_load(series, 1500, series.end - 8 * HOUR, 8 * HOUR)) == ()


@pytest.mark.parametrize("wh", [np.array([]), np.array([np.nan]), np.zeros(2), np.full(4000, np.nan), np.zeros(4000)])
def test_of_next_to_nothing_nothing_is_told(wh):
    assert told(Series(BEGAN, wh, STEP)) == ()


def test_a_month_of_gaps_is_not_zero():
    series = home()
    wh = series.wh.copy()
    wh[35 * 48 : 65 * 48] = np.nan
    assert told(Series(series.start, wh, series.step)) == ()


@pytest.mark.parametrize("month", [(2026, 3, 28), (2026, 10, 24)])
def test_a_clock_change_is_no_anomaly(month):
    began = BEGAN.replace(year=month[0], month=month[1], day=month[2], hour=23 if month[1] == 3 else 22) - 62 * DAY
    for seed in range(5):
        assert told(home(days=66, seed=seed, began=began)) == ()


FAULTS = {
    "none": lambda series, _begin: series,
    "stuck": lambda series, begin: with_load(series, 700, begin, 40 * HOUR),
    "twice": lambda series, begin: with_load(with_load(series, 900, begin, 8 * HOUR), 900, begin + 20 * HOUR, 9 * HOUR),
    "creep": lambda series, begin: with_load(series, 60, begin, 14 * DAY),
    "spike": lambda series, begin: with_load(series, 90_000, begin, HOUR),
    "still": lambda series, begin: frozen(series, begin, 30 * HOUR),
    "gap": lambda series, begin: unknown(with_load(series, 700, begin, 30 * HOUR), begin + 9 * HOUR, 2 * HOUR),
}


def frozen(series, begin, lasts):
    first = (begin - series.start) // series.step
    wh = series.wh.copy()
    wh[first : first + steps(series, lasts)] = 77
    return Series(series.start, wh, series.step)


def unknown(series, begin, lasts):
    first = (begin - series.start) // series.step
    wh = series.wh.copy()
    wh[first : first + steps(series, lasts)] = np.nan
    return Series(series.start, wh, series.step)


@settings(max_examples=15)
@given(
    seed=st.integers(0, 1000),
    fault=st.sampled_from(sorted(FAULTS)),
    begin=st.integers(60 * 24, 80 * 24),
    looks=st.lists(st.integers(1, 30), min_size=2, max_size=4),
    restless=st.floats(1.0, 4.0),
)
def test_who_looks_again_hears_of_the_same_thing_under_the_same_key(seed, fault, begin, looks, restless):
    chance = np.random.default_rng(seed)
    series = home(days=100, step=HOUR, seed=seed)
    lively = series.wh * np.where(chance.random(len(series)) < 0.05, restless, 1.0)
    series = FAULTS[fault](Series(series.start, lively, series.step), BEGAN + begin * HOUR)
    before, looked = {}, None
    for hours in (begin, *looks):
        now = (looked or BEGAN) + hours * HOUR
        found = told(until(series, now))
        for each in found:
            if looked is not None and each.key not in before:
                assert each.until >= looked, "what is new was seen after the last look"
                same = [old for old in before.values() if (old.kind, old.channel) == (each.kind, each.channel)]
                assert all(each.since >= old.until or each.until <= old.since for old in same), "and is another thing"
        before |= {each.key: each for each in found}
        looked = now
