from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from sceop_hub.domain.baseline.values import HomeSavings
from sceop_hub.domain.savings import Part, part, total

FIRST = date(2026, 3, 1)


def event(number, mid=300, spread=500.0, why="uncertain", *, raised=False):
    return Part(FIRST + timedelta(days=number), mid, spread, 1000, why, raised)


PARTS = st.lists(
    st.builds(
        Part,
        st.dates(FIRST, FIRST + timedelta(days=9)),
        st.none() | st.integers(-5000, 5000),
        st.none() | st.floats(0, 5000),
        st.integers(0, 9000),
        st.sampled_from([None, "uncertain", "incomplete", "young", "idle"]),
        st.booleans(),
    ),
    max_size=8,
)


def test_one_event_is_no_proof_and_ten_are():
    assert total([event(0)]).call == "none"
    ten = total(event(number) for number in range(10))
    assert (ten.events, ten.call, ten.why, ten.mid_wh, ten.percent) == (10, "saved", None, 3000, 30.0)
    assert ten.high_wh - ten.low_wh == pytest.approx(2 * 1.6449 * 500 * 10**0.5, abs=2)


def test_ten_events_with_more_use_are_called_more():
    assert total(event(number, mid=-300) for number in range(10)).call == "more"


def test_events_of_one_day_go_wrong_together():
    apart, together = total([event(0), event(1)]), total([event(0), event(0)])
    assert together.high_wh - together.low_wh > 1.4 * (apart.high_wh - apart.low_wh)


@pytest.mark.parametrize("why", ["incomplete", "young", "idle"])
def test_an_event_of_which_nothing_is_known_is_left_out(why):
    found = total([event(0), event(1, why=why)])
    assert (found.events, found.left_out, found.mid_wh) == (1, 1, 300)


def test_an_event_before_which_the_baseline_was_raised_is_left_out():
    found = total([event(0), event(1, mid=9000, raised=True)])
    assert (found.events, found.left_out, found.mid_wh) == (1, 1, 300)


def test_no_event_is_no_call_and_no_zero():
    found = total([])
    assert (found.events, found.call, found.why) == (0, "none", "incomplete")
    assert (found.low_wh, found.mid_wh, found.high_wh, found.percent) == (None, None, None, None)


def test_a_home_whose_baseline_was_raised_says_so():
    found = HomeSavings(
        "none", "uncertain", complete=True, baseline_wh=1000, actual_wh=700, mid_wh=300, spread_wh=500.0, raised="days"
    )
    assert part(FIRST, found) == Part(FIRST, 300, 500.0, 1000, "uncertain", raised=True)


@given(PARTS)
def test_the_order_of_events_changes_nothing(parts):
    assert len({total(order) for order in permutations(parts[:5])}) <= 1


@given(PARTS)
def test_the_interval_holds_the_middle_and_every_event_stands_somewhere(parts):
    found = total(parts)
    assert found.events + found.left_out == len(parts)
    if found.mid_wh is not None:
        assert found.low_wh <= found.mid_wh <= found.high_wh
        assert (found.call == "saved") == (found.low_wh > 0)
