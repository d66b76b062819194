"""Plain forecasts in whole Wh are those that `backtest` makes with numpy."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sceop_hub.core.forecast import score
from sceop_hub.core.forecast.series import Series
from sceop_hub.core.forecast.surroundings import Place
from sceop_hub.domain.forecast import backtest, plainly

PLACE = Place(ZoneInfo("Europe/Madrid"))
START = datetime(2026, 10, 1, tzinfo=UTC)


def curves(most):
    """Return curves of all lengths, in which some slots are not known."""
    return st.tuples(st.integers(0, most), st.randoms(use_true_random=False)).map(
        lambda given: tuple(given[1].choice((None, *range(-9, 90))) for _ in range(given[0]))
    )


def floats(curve):
    return np.array([np.nan if wh is None else wh for wh in curve])


@pytest.mark.parametrize("name", ["yesterday", "last_week", "seven_days"])
@given(past=curves(900), slots=st.sampled_from([92, 96, 100]))
def test_each_tells_what_its_twin_tells(name, past, slots):
    twin = backtest.PLAIN[name](Series(START, floats(past)), PLACE, None, slots)
    np.testing.assert_array_equal(floats(plainly.PLAIN[name](past, slots)), backtest.in_whole_wh(twin).mid)


@given(curves(30), curves(30))
def test_an_error_is_that_of_the_scores(expected, truth):
    slots = min(len(expected), len(truth))
    wanted = score.nmae(floats(expected[:slots]), floats(truth[:slots]))
    found = plainly.nmae(expected[:slots], truth[:slots])
    assert found is None if np.isnan(wanted) else found == pytest.approx(wanted)
