"""Points: shares of the usual use, added up over the year, the same whatever the order in which they became known."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from sceop_hub.core.slots import to_number
from sceop_hub.domain.game.outcome import LEFT_SHARE, WHOLE, Outcome, Saved, at_home, judge
from sceop_hub.domain.game.points import (
    A_DAY_OF_PLACES,
    AN_EVENT,
    Booked,
    Key,
    Placed,
    Promise,
    Row,
    missing,
    of_events,
    of_places,
    proven_share,
)

FIRST = datetime(2026, 1, 5, 17, tzinfo=UTC)


def saved(share, usual=1000.0, off=0.1, **more):
    return Saved(usual, share * usual, off * usual, more.pop("call", "none"), more.pop("complete", 1.0), **more)


def outcome(number, share=0.2, *, home=1, word="kept", slots=WHOLE, target=0.2, **more):
    found = saved(share, **more) if word in {"kept", "more", "paused"} else None
    return Outcome(home, f"event{number}", FIRST + timedelta(days=number), slots, target, word, found)


def total(outcomes, kind="kept", home=1):
    return sum(points for key, points in of_events(outcomes).items() if (key.kind, key.household) == (kind, home))


def test_who_saves_the_target_each_time_earns_every_event_in_full():
    assert total(outcome(number) for number in range(30)) == 30 * AN_EVENT


def test_twice_the_target_pays_no_more_than_the_target():
    assert total([outcome(0, 0.4)]) == AN_EVENT


def test_savings_and_the_opposite_add_up_so_that_chance_pays_nothing():
    assert total(outcome(number, 0.5 if number % 2 else -0.5) for number in range(30)) == 0


def test_a_bad_evening_takes_back_what_a_good_one_gave_and_never_more():
    assert total([outcome(0, 0.2), outcome(1, -1.0)]) == 0
    assert total([outcome(0, -1.0), outcome(1, 0.2)]) == 0


@pytest.mark.parametrize("scale", [0.1, 7])
def test_a_small_flat_earns_what_a_large_house_earns_with_the_same_share(scale):
    flat = [outcome(number, 0.15, usual=1000 * scale) for number in range(9)]
    assert of_events(flat) == of_events([outcome(number, 0.15) for number in range(9)])


def test_two_hours_in_eight_pieces_are_worth_two_hours():
    assert total(outcome(number, slots=1) for number in range(8)) == total([outcome(0)])


def test_an_event_longer_than_two_hours_counts_no_more_than_one_of_two():
    assert total([outcome(0, slots=16)]) == AN_EVENT


def test_an_event_that_asks_for_one_percent_is_no_gift():
    assert total([outcome(0, 0.01, target=0.01)]) == AN_EVENT * 0.1


def test_a_raised_baseline_never_adds_and_still_takes_away():
    assert total([outcome(0, 0.5, raised=True)]) == 0
    assert total([outcome(0, 0.2), outcome(1, 0.5, raised=True)]) == AN_EVENT
    assert total([outcome(0, 0.2), outcome(1, -0.2, raised=True)]) == 0


def test_leaving_a_running_event_counts_as_more_than_it_asked_to_save():
    assert LEFT_SHARE < -0.2
    assert total([outcome(0, 0.2), outcome(1, word="left")]) == 0


@pytest.mark.parametrize("word", ["missed", "paused"])
def test_an_event_that_was_missed_or_paused_neither_gives_nor_takes(word):
    assert total([outcome(0), outcome(1, -1.0, word=word)]) == total([outcome(0)])


def test_savings_within_chance_are_not_proven_and_many_of_them_are():
    few = [outcome(number, 0.2, off=0.9) for number in range(3)]
    many = [outcome(number, 0.2, off=0.9) for number in range(60)]
    assert (total(few, "proven"), proven_share(few)) == (0, 0)
    assert total(many, "proven") > 0
    assert 0 < proven_share(many) < 0.2


@given(
    st.lists(
        st.tuples(
            st.integers(1, 3),
            st.integers(0, 20),
            st.floats(-2, 2),
            st.sampled_from(["kept", "more", "left", "missed", "paused"]),
            st.sampled_from([1, 4, 8]),
        ),
        unique_by=lambda one: one[:2],
    ),
    st.randoms(use_true_random=False),
)
def test_points_do_not_depend_on_the_order_in_which_outcomes_arrive(told, chance):
    outcomes = [outcome(number, share, home=home, word=word, slots=slots) for home, number, share, word, slots in told]
    shuffled = list(outcomes)
    chance.shuffle(shuffled)
    once = of_events(outcomes)
    assert of_events(shuffled) == once
    for home in {one.household for one in outcomes}:
        events = [one for one in outcomes if one.household == home]
        for kind in ("kept", "proven"):
            assert 0 <= total(events, kind, home) <= AN_EVENT * len(events)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_a_ledger_that_learns_event_by_event_comes_to_what_one_comes_to_that_learns_all_at_once(shares, chance):
    outcomes = [outcome(number, share) for number, share in enumerate(shares)]
    arriving = list(outcomes)
    chance.shuffle(arriving)
    ledger: dict[Key, list[int]] = {}
    for count in range(1, len(arriving) + 1):
        booked = {key: Booked(len(rows), sum(rows)) for key, rows in ledger.items()}
        for row in missing(booked, of_events(arriving[:count])):
            rows = ledger.setdefault(row.key, [])
            assert row.number == len(rows)
            rows.append(row.amount)
    assert {key: sum(rows) for key, rows in ledger.items() if sum(rows)} == {
        key: points for key, points in of_events(outcomes).items() if points
    }


def test_what_stands_in_the_ledger_is_not_booked_again():
    wanted = of_events([outcome(0)])
    assert missing({key: Booked(1, points) for key, points in wanted.items()}, wanted) == []


def test_a_revision_books_a_counter_row_and_no_first_row_anew():
    key = Key(1, "kept", "event0")
    assert missing({key: Booked(1, 10)}, {key: 4}) == [Row(key, 1, -6)]


@pytest.mark.parametrize("kind", ["place", "challenge"])
def test_what_was_won_is_never_taken_back(kind):
    key = Key(1, kind, "x")
    assert missing({key: Booked(1, 40)}, {key: 0}) == []
    assert missing({}, {key: 40}) == [Row(key, 0, 40)]


def test_places_pay_once_a_day_where_most_of_their_energy_ran_there():
    day = date(2026, 3, 1)
    found = of_places(
        [Placed(1, day, 5000, 4000), Placed(2, day, 5000, 3999), Placed(3, day, 0, 0), Placed(4, day, 200, 200)]
    )
    assert found == {
        Key(1, "place", "2026-03-01"): A_DAY_OF_PLACES,
        Key(4, "place", "2026-03-01"): A_DAY_OF_PLACES,
    }


def test_a_place_of_a_few_wh_which_every_home_uses_anyway_pays_nothing():
    assert of_places([Placed(1, date(2026, 3, 1), 1, 1), Placed(2, date(2026, 3, 1), 199, 199)]) == {}


def judged(answer="joined", *, there=True, **more):
    found = more["found"] if "found" in more else saved(0.2, **more)
    return judge(1, "e", FIRST, 8, 0.2, answer=answer, there=there, saved=found).word


def test_a_kept_answer_is_one_that_stood_when_the_event_began_and_used_no_more():
    assert judged() == "kept"
    assert judged(call="more") == "more"
    assert judged("left") == "left"
    assert judged("none", found=None) == "missed"


def test_who_joined_after_it_began_had_seen_how_it_goes_so_it_counts_neither_for_nor_against():
    assert judged("late") == "paused"


def test_a_home_that_was_offline_empty_or_idle_is_paused():
    assert judged(found=None) == "paused"
    assert judged(complete=0.89) == "paused"
    assert judged(there=False) == "paused"
    assert judged("none", there=False, found=None) == "paused"
    assert judged(usual=99.0) == "paused"  # below 50 W for two hours
    assert judged(usual=100.0) == "kept"


def test_an_empty_home_is_known_by_half_of_its_usual_day_and_one_without_a_past_is_believed():
    assert not at_home(None, 8000)
    assert not at_home(3999, 8000)
    assert at_home(4000, 8000)
    assert at_home(10, None)


def test_saying_that_something_runs_keeps_no_place_that_the_meter_does_not_show():
    start = datetime(2026, 3, 1, 2, tzinfo=UTC)
    first = to_number(start)
    place = Promise(1, start, 4, 2000, kept=True)
    used = dict.fromkeys(range(first, first + 4), 500.0)
    assert place.proved(used) is True
    assert place.proved(used | {first: 499.0}) is False
    assert place.proved({slot: wh for slot, wh in used.items() if slot != first}) is None
    assert Promise(1, start, 4, 2000, kept=False).proved(used) is False
