"""Scores: what is unknown counts for nothing, and what is perfect scores as such."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from custom_components.sceop.core.forecast.score import coverage, nmae, nrmse, peak_error, peak_hit, pinball

UNKNOWN = np.nan
amounts = arrays(float, 12, elements=st.floats(1, 10_000))


def test_errors_are_shares_of_the_truth():
    predicted, truth = np.array([8.0, 12.0]), np.array([10.0, 10.0])
    assert nmae(predicted, truth) == pytest.approx(0.2)
    assert nrmse(np.array([10.0, 14.0]), truth) == pytest.approx(np.sqrt(8) / 10)


def test_net_load_that_comes_to_nothing_still_has_an_error():
    truth = np.array([-10.0, 10.0])
    assert nrmse(truth + 1, truth) == pytest.approx(0.1)


@pytest.mark.parametrize("score", [nmae, nrmse, peak_error])
def test_a_step_that_is_unknown_counts_for_nothing(score):
    predicted, truth = np.array([9.0, UNKNOWN, 500.0]), np.array([10.0, 500.0, UNKNOWN])
    assert score(predicted, truth) == pytest.approx(score(predicted[:1], truth[:1]))


@pytest.mark.parametrize("score", [nmae, nrmse])
def test_without_a_truth_there_is_no_score(score):
    assert np.isnan(score(np.array([1.0]), np.array([UNKNOWN])))
    assert np.isnan(score(np.array([1.0]), np.array([0.0])))


@given(amounts, amounts, st.floats(0.1, 1000))
def test_a_score_has_no_unit(predicted, truth, times):
    assert nmae(times * predicted, times * truth) == pytest.approx(nmae(predicted, truth))
    assert nrmse(times * predicted, times * truth) == pytest.approx(nrmse(predicted, truth))


@given(amounts)
def test_the_median_has_the_least_loss_at_a_half(truth):
    middle = np.full_like(truth, np.median(truth))
    assert pinball(middle, truth, 0.5) <= pinball(middle * 1.1, truth, 0.5) + 1e-9
    assert pinball(middle, truth, 0.5) == pytest.approx(nmae(middle, truth) / 2)


def test_too_low_costs_a_high_quantile_more():
    truth = np.array([10.0])
    assert pinball(truth - 1, truth, 0.9) == pytest.approx(9 * pinball(truth + 1, truth, 0.9))


def test_the_edges_belong_to_what_is_covered():
    low, high = np.zeros(5), np.ones(5)
    assert coverage(low, high, np.array([0.0, 1.0, 2.0, -1.0, UNKNOWN])) == pytest.approx(0.5)
    assert np.isnan(coverage(low, high, np.full(5, UNKNOWN)))


def test_a_peak_is_hit_within_an_hour():
    days = np.zeros((2, 24))
    days[:, 18] = 1
    assert peak_hit(np.array([17.0, 20.0]), days, 1) == 0.5


def test_of_two_equal_peaks_either_may_be_hit():
    day = np.zeros((1, 96))
    day[0, [30, 80]] = 1
    assert peak_hit(np.array([82.0]), day, 4) == 1
    assert peak_hit(np.array([50.0]), day, 4) == 0


def test_a_day_with_gaps_has_no_peak_to_hit():
    day = np.ones((1, 24))
    day[0, 3] = UNKNOWN
    assert np.isnan(peak_hit(np.array([5.0]), day, 1))
