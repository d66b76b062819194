"""Meters that stand still, leap or run backwards are told of, and what they show is not taken for use."""

from datetime import timedelta

import numpy as np
import pytest

from custom_components.sceop.core.anomaly.anomaly import Cause, Kind
from custom_components.sceop.core.anomaly.look import anomalies
from custom_components.sceop.core.forecast.series import Series
from tests.household.core.anomaly.homes import AMSTERDAM, BEGAN, HOUR, STEP, factory, home, plant, with_load

DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)


def told(series, **others):
    return anomalies({"grid_import": series, **others}, AMSTERDAM, None)


def changed(series, first, last, wh):
    """Return the series with these steps counted from its end."""
    values = series.wh.copy()
    values[len(values) - first : len(values) - last] = wh
    return Series(series.start, values, series.step)


@pytest.mark.parametrize("step", [QUARTER, STEP, HOUR])
@pytest.mark.parametrize("days", [3, 70])
def test_a_meter_that_shows_the_same_for_hours_is_frozen_in_a_new_home_too(step, days):
    (found,) = told(changed(home(days=days, step=step), 7 * (HOUR // step) + 1, 1, 190 * (step / HOUR)))
    assert (found.kind, found.channel, found.cause) == (Kind.FROZEN, "grid_import", Cause.SAME)
    assert found.until - found.since >= 7 * HOUR
    assert (found.power_w, found.wh_a_month) == (0, 0)


@pytest.mark.parametrize("watts", [83.3, 190.7, 1234.5])
def test_a_power_that_stands_still_is_frozen_though_its_counter_makes_now_a_wh_more_and_now_one_less(watts):
    count = 8 * (HOUR // QUARTER)
    counted = np.diff(np.floor(watts / 4 * np.arange(count + 1)))
    assert len(set(counted)) == 2
    (found,) = told(changed(home(step=QUARTER), count + 1, 1, counted))
    assert (found.kind, found.cause) == (Kind.FROZEN, Cause.SAME)


def test_what_rises_by_a_wh_each_hour_is_not_frozen():
    series = changed(home(step=QUARTER), 41, 1, 200 + np.arange(40) // 4)
    assert Kind.FROZEN not in {found.kind for found in told(series)}


def test_a_meter_that_counts_nothing_is_frozen_and_what_it_missed_is_no_spike():
    series = home()
    still = changed(series, 14, 2, 0)
    still = changed(still, 2, 1, 40_000)
    (found,) = told(still)
    assert (found.kind, found.cause) == (Kind.FROZEN, Cause.NOTHING)


def test_the_same_constant_load_as_ever_is_no_frozen_meter():
    series = home()
    wh = np.tile(np.r_[np.full(30, 50.0), np.arange(18) * 10.0 + 60], 70)
    assert told(Series(series.start, wh, series.step)) == ()


def test_nothing_taken_from_the_grid_is_no_frozen_meter_where_there_is_a_plant():
    made, _ = plant(rated_w=20_000)
    use = home()
    net = use.wh - made.wh
    taken, given = (Series(use.start, np.maximum(sign * net, 0), use.step) for sign in (1, -1))
    assert told(taken, grid_export=given, production=made) == ()


def test_a_meter_at_an_inverters_limit_is_not_frozen():
    made, _ = plant(rated_w=9000)
    limited = Series(made.start, np.minimum(made.wh, 800), made.step)
    assert anomalies({"production": limited}, AMSTERDAM, None) == ()


@pytest.mark.parametrize(("days", "watts"), [(3, 100_000), (70, 100_000), (70, 30_000)])
def test_a_spike_is_told_once_it_is_over(days, watts):
    series = home(days=days)
    assert told(changed(series, 1, 0, watts / 2)) == ()
    (found,) = told(changed(series, 4, 3, watts / 2))
    assert (found.kind, found.power_w) == (Kind.SPIKE, watts)
    assert found.until - found.since == STEP


def test_a_new_charger_for_a_car_is_no_spike():
    charged = with_load(home(), 11_000, BEGAN + 69 * DAY, HOUR)
    assert all(each.kind is not Kind.SPIKE for each in told(charged))


def test_a_spike_does_not_hide_a_stuck_load():
    began = BEGAN + 69 * DAY
    series = with_load(with_load(home(), 900, began, 10 * HOUR), 200_000, began + 5 * HOUR, HOUR)
    assert {each.kind for each in told(series)} == {Kind.STUCK, Kind.SPIKE}


def test_a_factory_may_leap_further_than_a_home():
    assert all(each.kind is not Kind.SPIKE for each in told(factory()))
    assert all(each.kind is not Kind.SPIKE for each in told(factory(days=3)))


def test_a_counter_that_falls_ran_backwards():
    (found,) = told(changed(home(days=2), 20, 18, -400))
    assert (found.kind, found.cause, found.power_w) == (Kind.BACKWARDS, Cause.COUNTER, -800)
    assert told(changed(home(days=2), 20, 18, -1)) == ()


def test_more_given_back_than_made_is_told_of_the_balance():
    use, (made, _) = home(), plant()
    given = Series(use.start, made.wh + 500, use.step)
    found = told(use, grid_export=given, production=made)
    assert {(each.kind, each.channel, each.cause) for each in found} == {(Kind.BACKWARDS, "consumption", Cause.BALANCE)}


def test_a_consumption_that_is_given_beside_its_flows_tells_nothing_twice():
    still = changed(home(), 20, 2, 190)
    assert len(told(still, consumption=still)) == 1
    assert [each.channel for each in anomalies({"consumption": still}, AMSTERDAM, None)] == ["consumption"]


def test_flows_of_different_lengths_meet_where_both_are_known():
    made, _ = plant(days=50)
    assert told(home(), production=made) == ()
