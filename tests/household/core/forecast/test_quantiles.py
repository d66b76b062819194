import numpy as np
import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.core.forecast.quantiles import middle, quantiles

NUMBERS = st.lists(st.integers(-1000, 1000).map(float), min_size=1, max_size=30)


@given(NUMBERS)
def test_with_equal_weights_half_of_the_values_lie_on_either_side(numbers):
    values = np.array(numbers)
    found = middle(values, np.ones(len(values)))
    assert (values < found - 1e-6).sum() <= len(values) / 2
    assert (values > found + 1e-6).sum() <= len(values) / 2


@given(NUMBERS, st.integers(0, 29))
def test_what_weighs_nothing_and_what_is_unknown_change_nothing(numbers, place):
    values = np.array(numbers)[:, None]
    weights = np.ones_like(values)
    at = place % (len(values) + 1)
    more = np.insert(np.insert(values, at, np.nan, axis=0), at, 9e6, axis=0)
    less = np.insert(np.insert(weights, at, 1, axis=0), at, 0, axis=0)
    assert quantiles(more, less, (0.1, 0.5, 0.9)) == pytest.approx(quantiles(values, weights, (0.1, 0.5, 0.9)))


@given(NUMBERS)
def test_a_larger_share_lies_no_lower(numbers):
    values = np.array(numbers)[:, None]
    low, mid, high = quantiles(values, np.ones_like(values), (0.1, 0.5, 0.9))[:, 0]
    assert values.min() - 1e-6 <= low <= mid + 1e-6 <= high + 2e-6 <= values.max() + 3e-6


def test_a_heavy_value_pulls_the_middle_to_itself():
    assert middle(np.array([1.0, 2.0, 9.0]), np.array([1.0, 1.0, 30.0])) == pytest.approx(9, abs=0.5)


def test_of_nothing_there_is_no_middle():
    assert np.isnan(middle(np.empty(0), np.empty(0)))
    assert np.isnan(middle(np.array([np.nan]), np.array([1.0])))
