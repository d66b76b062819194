"""Leaps: what no home does from one day on, told from all that homes do."""

from hypothesis import given, strategies as st

from sceop_hub.domain.leaps import Leaps, leaps

HOMES = 20
DAYS = 30


def street(**others):
    """Return a month of homes that use some 10 kWh a day, with the days of some of them put in their place."""
    days = {home: [10_000.0 + 300 * home + 900 * (day % 7) for day in range(DAYS)] for home in range(HOMES)}
    return days | {int(name.removeprefix("home_")): own for name, own in others.items()}


def look(homes, flow="grid_import"):
    return leaps({flow: homes})


def test_an_ordinary_street_has_none():
    assert look(street()) == Leaps()


def test_a_meter_that_counts_a_hundred_times_what_it_did_is_left_out_after_two_days():
    once = street(home_3=[10_000.0] * 29 + [1e6])
    assert look(once) == Leaps(frozenset(), {3: frozenset({29})})
    twice = street(home_3=[10_000.0] * 28 + [1e6, 9e5])
    assert look(twice) == Leaps(frozenset({3}), {3: frozenset({28, 29})})


def test_a_day_of_which_nobody_knows_much_tells_nothing():
    found = look(street(home_3=[10_000.0] * 26 + [1e6, None, 1e6, None]))
    assert found.homes == {3}
    assert found.doubtful({3}) == {26, 28}


def test_days_are_doubtful_only_where_the_home_was_counted():
    found = look(street(home_3=[10_000.0] * 28 + [1e6] * 2))
    assert found.doubtful({1, 2}) == frozenset()
    assert found.doubtful({3}) == {28, 29}


def test_who_is_well_again_for_two_days_is_left_out_no_longer():
    days = [10_000.0] * 20 + [1e6] * 5
    assert look(street(home_3=[*days, *[1e6] * 4, 10_000.0])).homes == {3}
    assert look(street(home_3=[*days, *[1e6] * 3, *[10_000.0] * 2])).homes == set()


def test_what_is_higher_for_more_than_three_weeks_is_a_new_level():
    assert look(street(home_3=[10_000.0] * 7 + [1e6] * 23)).homes == {3}
    assert look(street(home_3=[10_000.0] * 6 + [1e6] * 24)) == Leaps()


def test_who_moves_into_an_empty_house_with_electric_heating_is_a_home():
    assert look(street(home_3=[200.0] * 20 + [110_000.0] * 10)) == Leaps()


def test_a_park_of_holiday_homes_that_fills_on_a_weekend_is_one():
    assert look({home: [500.0] * 28 + [70_000.0 + home] * 2 for home in range(HOMES)}) == Leaps()


def test_a_new_roof_is_none_where_most_meters_count_an_export_that_never_comes():
    exported = {home: [15_000.0 if home < 4 else 0.0] * DAYS for home in range(HOMES)}
    assert look(exported | {7: [0.0] * 24 + [60_000.0] * 6}, "grid_export") == Leaps()
    assert look({home: [0.0] * DAYS for home in range(HOMES)} | {7: [0.0] * 20 + [200_000.0] * 10}) == Leaps()


def test_two_cars_are_none_where_everybody_lives_off_a_roof_and_a_battery():
    bought = {home: [300.0] * DAYS for home in range(HOMES)}
    found = look(bought | {3: [500.0] * 26 + [110_000.0, 90_000.0, 20_000.0, 120_000.0]})
    assert found == Leaps(frozenset(), {3: frozenset({26, 27, 29})}), "it stays, but all that was bought was its own"


def test_days_that_are_one_homes_alone_are_learned_once_there_are_more_than_a_week_of_them():
    found = look(street(home_3=[2_000.0] * 15 + [160_000.0] * 15))
    assert found == Leaps(frozenset(), {3: frozenset(range(15, 22))})
    assert look(street(home_3=[2_000.0] * 15 + [60_000.0] * 15)) == Leaps()


def test_homes_that_are_entered_by_hand_change_nothing_for_the_others():
    homes = street(home_3=[10_000.0] * 28 + [300_000.0] * 2)
    assert look(homes) == Leaps(frozenset({3}), {3: frozenset({28, 29})})
    for wh in (1.0, 40_000.0, 9e6):
        entered = {home: [wh] * DAYS for home in range(100, 160)}
        assert leaps({"grid_import": homes | entered}, frozenset(entered)) == look(homes)


def test_a_home_that_is_entered_by_hand_can_leap_too():
    entered = {100: [10_000.0] * 28 + [1e6] * 2}
    assert leaps({"grid_import": street() | entered}, frozenset(entered)).doubtful({100}) == {28, 29}
    assert leaps({"grid_import": street() | entered}, frozenset({*range(HOMES), 100})).homes == {100}


def test_of_three_homes_nobody_knows_what_homes_do():
    assert look({1: [10_000.0] * 30, 2: [10_000.0] * 30, 3: [10_000.0] * 20 + [1e6] * 10}) == Leaps()


def test_among_hundreds_a_home_is_left_out_and_its_days_are_still_worth_learning_from():
    days = {home: [10_000.0] * DAYS for home in range(400)}
    found = look(days | {7: [10_000.0] * 28 + [210_000.0] * 2})
    assert (found.homes, found.doubtful({7})) == ({7}, frozenset())


def test_any_flow_tells():
    quiet = street()
    found = leaps({"grid_import": quiet, "production": street(home_5=[9_000.0] * 25 + [2e6] * 5)})
    assert found.homes == {5}


@given(st.lists(st.lists(st.floats(0, 9e6) | st.none(), min_size=9, max_size=9), max_size=8), st.floats(0.5, 9.9))
def test_nobody_leaps_who_never_exceeds_ten_times_a_highest_day(homes, times):
    bounded = {
        home: [None if wh is None else 10_000.0 + wh % (10_000 * (times - 1) + 1) for wh in own]
        for home, own in enumerate(homes)
    }
    assert look(bounded) == Leaps()
