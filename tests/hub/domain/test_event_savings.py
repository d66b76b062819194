"""Sums of what homes saved: shown only where nothing of a few homes follows from them and from what is published."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, strategies as st

from sceop_hub.domain.event.savings import Savings, may_follow, why_not

SOUND = {"joined": True, "rest": True}
ALL = frozenset(range(40))
FEWEST = 15


def test_a_sum_of_enough_homes_beside_enough_others_is_shown():
    assert why_not(frozenset(range(20)), ALL, {}, FEWEST, SOUND) is None
    assert why_not(ALL, ALL, {}, FEWEST, {"joined": True, "rest": False}) is None, "there is nobody else"


@pytest.mark.parametrize(
    ("joined", "counted", "sound", "why"),
    [
        (frozenset(), frozenset(), SOUND, "unpublished"),
        (frozenset(range(14)), ALL, SOUND, "few"),
        (frozenset(range(20)), ALL, {"joined": False, "rest": True}, "large"),
        (frozenset(range(38)), ALL, {"joined": True, "rest": False}, "rest"),
    ],
)
def test_where_there_is_no_sum_it_is_said_why(joined, counted, sound, why):
    assert why_not(joined, counted, {}, FEWEST, sound) == why


def test_a_street_that_joined_with_one_home_more_is_not_told_for_the_difference_is_that_home():
    street = frozenset(range(16))
    assert why_not(street | {20}, ALL, {1: street}, FEWEST, SOUND) == "rest"
    assert why_not(street - {0}, ALL, {1: street}, FEWEST, SOUND) == "rest"
    assert why_not(street | {20, 21, 22}, ALL, {1: street}, FEWEST, SOUND) is None
    assert why_not(street, ALL, {1: street}, FEWEST, SOUND) is None


@given(
    joined=st.sets(st.integers(0, 39)),
    cuts=st.lists(st.integers(1, 39), max_size=2, unique=True).map(sorted),
)
def test_from_no_sums_that_stand_beside_each_other_follows_that_of_one_or_two_homes(joined, cuts):
    edges = [0, *cuts, 40]
    circles = [frozenset(range(first, end)) for first, end in pairwise(edges) if end - first >= FEWEST]
    teams = dict(enumerate(circles)) if len(circles) == len(edges) - 1 and cuts else {}
    rest = ALL - joined
    sound = {"joined": len(joined) >= FEWEST, "rest": len(rest) >= FEWEST}
    if why_not(frozenset(joined), ALL, teams, FEWEST, sound) is not None:
        return
    published = [
        frozenset().union(*some) for size in range(len(teams) + 1) for some in combinations(teams.values(), size)
    ]
    for circle in (*published, ALL):
        for difference in (circle - joined, joined - circle):
            assert not 0 < len(difference) < 3


@given(
    before=st.dictionaries(st.integers(0, 8), st.integers(0, 3)),
    after=st.dictionaries(st.integers(0, 8), st.integers(0, 3)),
)
def test_a_sum_is_told_anew_only_where_nobody_or_at_least_three_changed(before, after):
    changed = {home for home in before | after if before.get(home) != after.get(home)}
    assert may_follow(before, after) == (len(changed) not in {1, 2})


def test_a_share_of_nothing_is_not_told():
    assert Savings("none", mid_wh=3, baseline_wh=0).percent is None
    assert Savings("none").percent is None
    assert Savings("saved", mid_wh=25, baseline_wh=200).percent == 12.5
