"""Screening: what no home can do is left out, and what people do is not."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sceop_hub.core.forecast.series import Series
from sceop_hub.domain.forecast.screen import Fault, screen

START = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAYS = 60


def homes(count=20, seed=2):
    chance = np.random.default_rng(seed)
    return {home: chance.gamma(2, 200 * chance.uniform(0.3, 2.5), 24 * DAYS) for home in range(count)}


def found(street):
    return screen({home: Series(START, wh, HOUR) for home, wh in street.items()})


def test_a_street_of_homes_is_learned_from_whole():
    assert found(homes()) == {}


@pytest.mark.parametrize("since", [20, 40, 57])
def test_a_home_that_counts_a_hundred_times_from_one_day_on_is_left_out(since):
    street = homes()
    street[3][24 * since :] *= 100
    assert set(found(street)) == {3}


def test_a_home_that_was_a_factory_for_days_is_left_out_when_it_is_over():
    street = homes()
    street[3][24 * 20 : 24 * 25] *= 100
    assert found(street) == {3: Fault.JUMPED}


def test_what_always_was_a_factory_is_no_home():
    street = homes()
    street[3] *= 300
    assert found(street) == {3: Fault.GIANT}


def test_a_step_that_no_fuse_lets_through_is_a_fault():
    street = homes()
    street[3][700] = 460_000
    assert found(street) == {3: Fault.SPIKED}


def test_who_comes_back_from_a_long_journey_is_no_fault():
    street = homes()
    street[3][: 24 * 50] = 10
    assert found(street) == {}


def test_a_large_home_is_no_fault():
    street = homes()
    street[3] = 8 * street[4]
    assert found(street) == {}


def test_of_whom_nothing_is_known_nothing_is_said():
    street = homes()
    street[3] = np.full(24 * DAYS, np.nan)
    street[4] = np.array([])
    street[5][: 24 * 45] = np.nan
    assert found(street) == {}


def test_two_homes_do_not_tell_what_homes_use():
    street = homes(2)
    street[1] *= 1000
    assert found(street) == {}


def test_where_nothing_flows_nobody_is_left_out():
    assert found({home: np.zeros(24 * DAYS) for home in range(5)}) == {}


@given(st.permutations(range(8)), st.floats(0.1, 10))
@settings(deadline=None, max_examples=10)
def test_neither_order_nor_unit_matters(order, times):
    street = homes(8)
    street[3][24 * 40 :] *= 100
    assert found({home: times * street[home] for home in order}) == found(street)
