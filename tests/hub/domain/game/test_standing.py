"""Standings: who is ranked and where, streaks, levels and badges."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sceop_hub.domain.game.badges import Record, earned
from sceop_hub.domain.game.levels import STEP, Level, level, threshold
from sceop_hub.domain.game.outcome import Outcome
from sceop_hub.domain.game.standing import Player, ranked, ranked_teams, why_not
from sceop_hub.domain.game.streaks import Streak, streak, week_of

ZONE = ZoneInfo("Europe/Amsterdam")


def player(household, points, name=None, team=None, reason=None):
    return Player(household, points, name, team, reason)


def ranks(*players):
    return [(place.rank, place.player.name) for place in ranked(players)]


def test_equals_share_a_rank_in_the_order_of_their_names_and_the_next_comes_as_far_behind():
    found = ranks(player(1, 5, "Zoë"), player(2, 9, "Bo"), player(3, 5, "anna"), player(4, 1, "Di"))
    assert found == [(1, "Bo"), (2, "anna"), (2, "Zoë"), (4, "Di")]


def test_equals_without_a_name_stand_behind_and_share_the_rank():
    assert ranks(player(1, 5), player(2, 5, "Bo")) == [(1, "Bo"), (1, None)]


def test_a_home_that_cannot_be_seen_is_not_ranked_and_moves_nobody():
    assert ranks(player(1, 99, "Away", reason="incomplete"), player(2, 5, "Bo")) == [(1, "Bo")]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from([None, "a", "b", "C"])), max_size=20),
    st.randoms(use_true_random=False),
)
def test_ranks_do_not_depend_on_the_order_of_arrival(told, chance):
    players = [player(number, points, name) for number, (points, name) in enumerate(told)]
    shuffled = list(players)
    chance.shuffle(shuffled)
    assert ranked(shuffled) == ranked(players)


def test_why_a_home_is_not_ranked():
    assert why_not(home=False, by_hand=False, days=99, complete=1.0) == "organisation"
    assert why_not(home=True, by_hand=True, days=99, complete=1.0) == "by_hand"
    assert why_not(home=True, by_hand=False, days=6, complete=1.0) == "new"
    assert why_not(home=True, by_hand=False, days=7, complete=0.899) == "incomplete"
    assert why_not(home=True, by_hand=False, days=7, complete=0.9) is None


def test_a_team_of_too_few_ranked_homes_is_not_shown():
    places = ranked([player(number, 10, team=1) for number in range(15)] + [player(99, 50, team=2)])
    assert [(one.team, one.points, one.homes) for one in ranked_teams(places, {1: "A", 2: "B"}, 15)] == [(1, 10, 15)]
    assert ranked_teams(places, {1: "A", 2: "B"}, 16) == []


def test_teams_compare_by_the_mean_so_a_large_one_has_no_advantage():
    places = ranked(
        [player(number, 10, team=1) for number in range(40)]
        + [player(100 + number, 12, team=2) for number in range(15)]
    )
    assert [(one.rank, one.team) for one in ranked_teams(places, {1: "A", 2: "B"}, 15)] == [(1, 2), (2, 1)]


def evening(day, word, hour=17):
    return Outcome(1, f"{day}", datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=hour), 8, 0.2, word)


MONDAY = date(2026, 3, 2)


def weeks(*words, today=None, first=MONDAY):
    outcomes = [
        evening(first + timedelta(weeks=number, days=2), word) for number, word in enumerate(words) if word is not None
    ]
    return streak(outcomes, ZONE, today or first + timedelta(weeks=len(words)))


def test_weeks_in_a_row_are_counted_and_one_that_was_missed_begins_anew():
    assert weeks("kept", "kept", "missed", "kept") == Streak(1, 2)


@pytest.mark.parametrize("word", [None, "paused"])
def test_a_week_without_events_and_a_vacation_pause_a_streak_and_do_not_break_it(word):
    assert weeks("kept", "kept", word, word, "kept") == Streak(3, 3)


def test_one_event_kept_makes_the_week():
    outcomes = [evening(MONDAY, "missed"), evening(MONDAY + timedelta(days=3), "kept")]
    assert streak(outcomes, ZONE, MONDAY + timedelta(days=7)).now == 1


def test_the_running_week_breaks_nothing_before_it_is_over():
    outcomes = [evening(MONDAY - timedelta(days=5), "kept"), evening(MONDAY, "missed")]
    assert streak(outcomes, ZONE, MONDAY + timedelta(days=6)).now == 1
    assert streak(outcomes, ZONE, MONDAY + timedelta(days=7)).now == 0


def test_weeks_are_those_of_the_people_also_where_the_clock_changes():
    sunday = date(2026, 3, 29)
    last = Outcome(1, "late", datetime(2026, 3, 29, 21, 45, tzinfo=UTC), 1, 0.2, "kept")
    first = Outcome(1, "early", datetime(2026, 3, 29, 22, 0, tzinfo=UTC), 1, 0.2, "kept")
    assert week_of(sunday) == date(2026, 3, 23)
    assert streak([last], ZONE, sunday).now == 1
    assert streak([last, first], ZONE, sunday + timedelta(days=1)).now == 2


def test_a_level_needs_as_many_homes_as_a_sum_may_have():
    assert level(5000, 14, 15) is None
    assert level(0, 15, 15) == Level(1, 0, threshold(2, 15))


def test_levels_come_with_points_a_home_and_stay_when_homes_come():
    assert level(threshold(3, 20), 20, 15).number == 3
    assert level(threshold(3, 20) - 1, 20, 15).number == 2
    assert level(threshold(3, 20), 200, 15, reached=3).number == 3
    assert level(-100, 20, 15).points == 0


@given(st.integers(0, 100_000))
def test_the_points_of_all_are_told_in_steps(points):
    found = level(points, 30, 15)
    assert found.points % STEP == 0
    assert 0 <= points - found.points < STEP


def test_badges_are_earned_by_what_was_done_and_not_by_being_there():
    assert earned(Record()) == frozenset()
    assert earned(Record(events_kept=10, best_streak=4)) == {"first_event", "ten_events", "streak_4"}
    assert earned(Record(proven=0.01, points=100)) == {"proven", "hundred_points"}
