"""What of the community's plan is shown: sums of enough homes, which betray nobody by how they change."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st

from sceop_hub.domain.plan.places import Slot
from sceop_hub.domain.plan_shown import NOTHING, Planned, pressure, shown
from sceop_hub.domain.privacy import largest_share

FIRST = 1000
FEWEST = 5
WH = st.dictionaries(st.integers(FIRST - 3, FIRST + 3), st.integers(0, 2000), max_size=4)
PLANS = st.builds(Planned, WH, WH)
HOMES = st.dictionaries(st.integers(1, 9), PLANS, max_size=9)


def even(number, wh=100, slot=FIRST) -> dict:
    return {home: Planned({slot: wh}, {slot + 1: wh}) for home in range(number)}


def test_places_of_fewer_than_the_fewest_homes_are_not_shown():
    assert shown(NOTHING, even(FEWEST - 1), FIRST, FEWEST) == NOTHING
    enough = shown(NOTHING, even(FEWEST), FIRST, FEWEST)
    assert (enough.homes, enough.placed, enough.once) == (FEWEST, {FIRST: 500}, {FIRST + 1: 500})
    gone = shown(enough, even(FEWEST - 1), FIRST, FEWEST)
    assert (gone.homes, gone.placed, gone.once, gone.behind) == (None, {}, {}, {})


def test_homes_whose_places_are_over_do_not_count():
    assert shown(NOTHING, even(4) | {9: Planned({FIRST - 1: 100}, {})}, FIRST, FEWEST) == NOTHING


def test_a_home_that_is_too_large_a_part_stands_beside_the_sum():
    homes = even(FEWEST) | {9: Planned({FIRST: 5000}, {})}
    assert 9 not in shown(NOTHING, homes, FIRST, FEWEST).behind
    assert shown(NOTHING, dict(list(homes.items())[1:]), FIRST, FEWEST) == NOTHING


def test_a_sum_of_which_one_or_two_homes_changed_stays_as_it_was():
    before = shown(NOTHING, even(9), FIRST, FEWEST)
    for changed in (1, 2):
        assert shown(before, even(9) | even(changed, 110), FIRST, FEWEST) is before
        assert shown(before, even(9 - changed), FIRST, FEWEST) is before
    assert shown(before, even(9) | even(3, 110), FIRST, FEWEST).placed == {FIRST: 930}


def test_a_gap_between_two_sums_hides_no_change_of_one_or_two_homes():
    first = shown(NOTHING, even(FEWEST), FIRST, FEWEST)
    gap = shown(shown(first, even(FEWEST - 1), FIRST, FEWEST), even(FEWEST - 2), FIRST, FEWEST)
    for changed in (1, 2):
        assert shown(gap, even(FEWEST) | even(changed, 110), FIRST, FEWEST).homes is None
    assert shown(gap, even(FEWEST), FIRST, FEWEST) == first
    assert shown(gap, even(FEWEST) | even(3, 110), FIRST, FEWEST).placed == {FIRST: 530}


@given(before=HOMES, after=HOMES)
def test_two_sums_after_each_other_differ_by_nobody_or_by_three_homes(before, after):
    first = shown(NOTHING, before, FIRST, FEWEST)
    second = shown(first, after, FIRST, FEWEST)
    for sums in (first, second):
        total = sum(wh for home in sums.behind.values() for at, wh in home.placed.items() if at >= FIRST)
        assert not sums.behind or len(sums.behind) >= FEWEST
        for one in sums.behind.values():
            mine = sum(wh for at, wh in one.placed.items() if at >= FIRST)
            assert 0 < mine <= largest_share(FEWEST) * total
    if first.behind and second.behind:
        differ = [
            home
            for home in first.behind.keys() | second.behind.keys()
            if first.behind.get(home, Planned({}, {})) != second.behind.get(home, Planned({}, {}))
        ]
        ahead = [home for home in differ if any(at >= FIRST for at in _all(first, home) | _all(second, home))]
        assert len(ahead) not in {1, 2} or first.placed == second.placed or _only_past(first, second)


def _all(sums, home):
    one = sums.behind.get(home, Planned({}, {}))
    return {at for part in (one.placed, one.once) for at, wh in part.items() if wh}


def _only_past(first, second):
    return all(
        {at: wh for at, wh in getattr(first, part).items() if at >= FIRST and wh}
        == {at: wh for at, wh in getattr(second, part).items() if at >= FIRST and wh}
        for part in ("placed", "once")
    )


def slot(expected_w, reserved_w=0, usual_w=0, limit_w=1000) -> Slot:
    return Slot(datetime(2026, 11, 20, tzinfo=UTC), expected_w, reserved_w, usual_w, limit_w)


def test_pressure_is_how_full_a_slot_is_in_twentieths():
    curve = [slot(-500), slot(0), slot(333), slot(500, 300, 200), slot(1200), slot(99_999)]
    assert pressure(curve) == (0.0, 0.0, 0.35, 1.0, 1.2, 10.0)


def test_where_nobody_knows_a_limit_the_highest_slot_is_it():
    assert pressure([slot(0, 100, 0, 0), slot(0, 200, 0, 0), slot(0, 0, 0, 0)]) == (0.5, 1.0, 0.0)
    assert pressure([slot(0, 0, 0, 0)]) == (0.0,)
    assert pressure([]) == ()
