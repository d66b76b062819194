"""The past that forecasts learn of: members who come or go are no change of behaviour, and no single one is told of."""

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from sceop_hub.domain.forecast.history import Change, Slot, changes, history, homes_of_now, ratios
from sceop_hub.domain.privacy import Group
from sceop_hub.domain.publication import Standing

FLOWS = frozenset({"grid_import", "grid_export", "production"})


def slot(number, homes, used, made=0):
    flows = {"grid_import": max(used - made, 0), "grid_export": max(made - used, 0), "production": made}
    return Slot(number, homes, {"consumption": used, **flows})


def standing(since, homes):
    return Standing(since, Group(dict.fromkeys(homes, FLOWS), frozenset(), FLOWS), (), {})


def change(before, after, by_hand=()):
    return Change(100, frozenset(before), frozenset(after), frozenset(by_hand))


@given(st.lists(st.integers(15, 40), min_size=1, max_size=200))
def test_a_home_more_or_less_is_no_change_of_behaviour(homes):
    past = history([slot(at, count, 100 * count, 30 * count) for at, count in enumerate(homes)], {}, len(homes))
    assert set(past.consumption) == {past.consumption[-1]}
    assert set(past.production) == {past.production[-1]}
    assert set(past.net) == {past.net[-1]}


@given(st.integers(3, 20), st.floats(0.5, 2, allow_nan=False))
def test_three_homes_of_another_kind_move_the_past_to_what_it_had_been_with_them(came, ratio):
    before = [slot(at, 20, 20 * 1000) for at in range(100)]
    mean = 1000 * ratio
    after = [slot(at, 20 + came, round((20 + came) * mean)) for at in range(100, 200)]
    past = history([*before, *after], {100: {"consumption": ratio, "grid_import": ratio}}, 200)
    assert past.consumption[0] == pytest.approx(past.consumption[-1], abs=2)
    assert past.net[0] == pytest.approx(past.net[-1], abs=2)


def test_a_forecast_is_for_the_homes_that_report_with_those_who_came_and_without_those_who_went():
    lately = [slot(at, homes=18, used=18) for at in range(96)]
    fewer, more = standing(0, range(20)), standing(50, range(5))
    assert homes_of_now(lately, [fewer]) == 18, "two are silent"
    assert homes_of_now(lately, [fewer, standing(96, range(23))]) == 21
    assert homes_of_now(lately, [fewer, standing(96, range(15))]) == 13
    assert homes_of_now(lately, [standing(0, range(17))]) == 17, "one was forgotten, in the past as well"
    assert homes_of_now([], [fewer]) is homes_of_now(lately, []) is None
    half = [slot(at, homes=20 if at < 50 else 5, used=1) for at in range(96)]
    assert homes_of_now(half, [fewer, more]) == 5


def test_a_gap_stays_a_gap_and_a_figure_that_is_not_published_is_none():
    past = history([slot(5, 20, 100), Slot(8, 20, {"grid_import": 50})], {}, 10)
    assert (past.first, past.end, past.consumption) == (5, 10, (100, None, None, None, None))
    assert past.net == (100, None, None, None, None), "import alone does not say what was exported"


def test_where_nobody_exports_import_is_net():
    past = history([Slot(5, 20, {"consumption": 70, "grid_import": 70})], {}, 6)
    assert (past.net, past.used, past.production) == ((70,), (70,), (None,))


def test_net_is_what_was_used_less_what_was_made_also_beside_batteries():
    flows = {"consumption": 900, "grid_import": 500, "grid_export": 100, "production": 600, "battery_charge": 100}
    past = history([Slot(5, 20, flows)], {}, 6)
    assert (past.net, past.used, past.production) == ((400,), (1000,), (600,))


def test_nothing_published_is_a_past_of_nothing():
    assert len(history([], {}, 10)) == 0
    assert len(history([slot(10, 20, 5)], {}, 10)) == 0


means = st.fixed_dictionaries({"grid_import": st.integers(1, 1000).map(Fraction)})


@given(st.dictionaries(st.integers(1, 40), means, min_size=20, max_size=40), st.sampled_from([1, 2]))
def test_of_one_or_two_homes_nothing_is_reckoned(known, few):
    homes = sorted(known)
    assert ratios(change(homes[few:], homes), known) == {}
    assert ratios(change(homes, homes[few:]), known) == {}


@given(st.integers(1, 2), st.integers(0, 5))
def test_nor_of_one_or_two_that_speak_for_themselves_among_others_entered_by_hand(own, entered):
    homes, new = set(range(20)), set(range(20, 20 + own + entered))
    assert change(homes, homes | new, by_hand=sorted(new)[own:]).tells_of_few


def test_of_three_homes_it_is_reckoned_how_the_mean_home_changed():
    known = {home: {"grid_import": Fraction(100 if home < 20 else 400)} for home in range(23)}
    found = ratios(change(range(20), range(23)), known)
    assert found["grid_import"] == pytest.approx((20 * 100 + 3 * 400) / 23 / 100)
    assert "production" not in found, "nobody makes any"


def test_changes_are_where_other_homes_came_to_stand_behind_the_figures():
    standings = [standing(0, range(20)), standing(96, range(23)), standing(192, range(23)), standing(288, range(20))]
    assert [(one.since, len(one.before), len(one.after)) for one in changes(standings, 10)] == [
        (96, 20, 23),
        (288, 23, 20),
    ]
    assert [one.since for one in changes(standings, 96)] == [288]


def test_of_three_who_left_those_that_were_forgotten_leave_no_ratio_of_the_third():
    measured = {home: {"grid_import": Fraction(50)} for home in range(18)}
    assert ratios(change(range(20), range(17), by_hand=(17, 18, 19)), measured) == {}


def test_a_flow_that_one_of_three_newcomers_has_is_not_reckoned_nor_what_it_follows_from():
    known = {home: {"grid_import": Fraction(50)} for home in range(23)}
    known |= {home: {"grid_import": Fraction(50), "production": Fraction(20)} for home in (*range(17), 22)}
    assert ratios(change(range(20), range(23)), known).keys() == {"grid_import"}
