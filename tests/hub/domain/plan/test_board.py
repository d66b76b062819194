"""The community's plan: room is handed out, kept, returned and handed out again; the same for all in the end."""

import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from sceop_hub.core.plan.wants import Need, RunOnce
from sceop_hub.core.slots import SLOT, to_number
from sceop_hub.domain.plan.board import Board
from sceop_hub.domain.plan.places import Asked, Lately, Outlook, Place
from sceop_hub.domain.plan.usual import coming

START = datetime(2026, 3, 20, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


def flat(w=20_000.0, limit_w=50_000.0, start=START, sigma_w=0.0):
    return Outlook(start, [w] * 192, [sigma_w] * 192, limit_w)


def car(id_="car", wh=8000, earliest=START, hours=12, most=3700, least=3700, *, interruptible=True):
    return Need(id_, wh, least, most, interruptible, earliest, earliest + timedelta(hours=hours))


def dishes(id_="dishes", earliest=START, hours=10):
    return RunOnce(id_, (300, 100, 500), earliest, earliest + timedelta(hours=hours))


@st.composite
def requests(draw, id_="a"):
    earliest = START + timedelta(minutes=draw(st.integers(-300, 1400)))
    ready_by = earliest + timedelta(minutes=draw(st.integers(-60, 1400)))
    if draw(st.booleans()):
        wh = draw(st.lists(st.integers(1, 900), min_size=1, max_size=8))
        return RunOnce(id_, tuple(wh), earliest, ready_by)
    least = draw(st.integers(0, 3000))
    most = draw(st.integers(max(least, 800), 8000))
    return Need(id_, draw(st.integers(1, 10_000)), least, most, draw(st.booleans()), earliest, ready_by)


@st.composite
def sets(draw):
    return [draw(requests(f"r{at}")) for at in range(draw(st.integers(1, 4)))]


def energy(request):
    return sum(request.wh) if isinstance(request, RunOnce) else request.wh


def reserved(board):
    return sum(slot.reserved_w for slot in board.curve()) // 4


@given(sets=st.lists(sets(), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_everybody_gets_all_of_the_energy_and_the_curve_holds_just_that(sets):
    board = Board(flat())
    for household, its in enumerate(sets):
        places = board.ask(household, its, START)
        assert [(place.id, sum(place.wh)) for place in places] == [(one.id, energy(one)) for one in its]
    board.replan(START)

    placed = [place for household in range(len(sets)) for place in board.places(household)]
    assert sum(sum(place.wh) for place in placed) == sum(energy(one) for its in sets for one in its)
    assert reserved(board) == sum(sum(place.wh) for place in placed)


@given(its=sets(), passed=st.integers(0, 20))
@settings(max_examples=60, deadline=None)
def test_places_lie_in_their_windows_wherever_these_are_long_enough(its, passed):
    board = Board(flat())
    board.ask(1, its, START)
    board.replan(START + passed * SLOT)

    by_id = {one.id: one for one in its}
    for place in board.places(1):
        request = by_id[place.id]
        first = max(-((START - request.earliest) // SLOT), passed)
        shortest = len(request.wh) if isinstance(request, RunOnce) else -(-request.wh // (request.max_w // 4))
        assert place.start >= START + first * SLOT
        latest = max(to_number(request.ready_by) - to_number(START), first + shortest)
        assert place.end <= START + latest * SLOT


@given(its=sets(), others=sets())
@settings(max_examples=40, deadline=None)
def test_the_same_set_again_changes_nothing(its, others):
    board = Board(flat())
    places = board.ask(1, its, START)
    before = board.curve()

    assert board.ask(1, list(its), START + timedelta(minutes=3)) == places
    assert board.curve() == before
    board.ask(2, others, START)
    assert board.ask(1, its, START) == places


@given(its=sets())
@settings(max_examples=40, deadline=None)
def test_what_is_given_back_leaves_nothing_behind(its):
    board = Board(flat(), (), {1: Lately(kept=0.37)})
    board.ask(2, [car()], START)
    before = board.curve()
    board.ask(1, its, START)
    board.ask(1, its[:1], START)
    board.release(1)

    assert board.curve() == before
    assert not board.places(1)


@given(sets=st.lists(sets(), min_size=5, max_size=5), order=st.permutations(range(5)))
@settings(max_examples=40, deadline=None)
def test_the_order_in_which_homes_ask_within_a_slot_makes_no_difference_in_the_end(sets, order):
    usual = coming([Asked(9, START - 22 * HOUR, car(earliest=START - 22 * HOUR))], START, BERLIN)
    plans = []
    for each in (range(len(sets)), order):
        board = Board(flat(), usual)
        for household in each:
            board.ask(household, sets[household], START)
        board.replan(START)
        plans.append({(place.household, place.id): place for at in range(len(sets)) for place in board.places(at)})

    assert plans[0] == plans[1]


def test_a_hundred_cars_that_come_at_once_do_not_make_a_peak():
    board = Board(flat())
    for household in range(100):
        board.ask(household, [car()], START)

    drawn = [slot.expected_w + slot.reserved_w for slot in board.curve()[:48]]
    assert max(drawn) < 20_000 + 100 * 8000 / 12 + 2 * 3700
    assert min(drawn) > 20_000 + 100 * 8000 / 12 - 2 * 3700


def test_thousands_at_once_are_all_served():
    board = Board(flat(w=1e6, limit_w=4e6))
    for household in range(2000):
        board.ask(household, [car()], START)
    board.replan(START + SLOT)

    assert all(sum(place.wh) == 8000 for household in range(2000) for (place,) in [board.places(household)])


def test_the_surplus_of_the_sun_is_a_valley_that_fills_first():
    noon = [-9000.0 if 20 <= at < 40 else 3000.0 for at in range(192)]
    board = Board(Outlook(START, noon, [0.0] * 192, 9000))
    (place,) = board.ask(1, [car(hours=14)], START)

    assert place.start >= START + 20 * SLOT
    assert place.end <= START + 40 * SLOT
    assert board.pressure()[30] == 0


def test_a_limit_below_the_base_still_leaves_the_least_bad_places():
    told = [90_000.0] * 8 + [60_000.0] * 184
    board = Board(Outlook(START, told, [0.0] * 192, 10_000))
    (place,) = board.ask(1, [dishes()], START)

    assert place.start == START + 8 * SLOT
    assert all(slot.over for slot in board.curve())
    assert min(board.pressure()) > 1


def test_a_request_that_can_not_be_ready_any_more_runs_as_soon_as_possible():
    board = Board(flat())
    late, past = board.ask(1, [car("late", hours=1), car("past", hours=-3)], START)

    assert late.start == past.start == START
    assert all(late.wh)


def test_homes_that_ask_leave_the_room_that_usually_is_needed_later():
    valley = Outlook(START, [40_000.0] * 8 + [10_000.0] * 8 + [40_000.0] * 176, [0.0] * 192, 50_000)
    asked = [
        Asked(household, START - 22 * HOUR, car(earliest=START - 22 * HOUR, hours=2)) for household in range(10, 20)
    ]
    usual = coming(asked, START, BERLIN, days=1)

    def in_valley(board):
        (place,) = board.ask(1, [car(wh=3700, hours=8)], START)
        return sum(board.curve()[at].reserved_w for at in range(8, 16)) if place else 0

    assert in_valley(Board(valley)) == 4 * 3700
    assert in_valley(Board(valley, usual)) < 4 * 3700


def test_a_place_that_nobody_uses_lapses_and_is_given_anew():
    board = Board(flat())
    (before,) = board.ask(1, [car()], START)
    board.replan(before.start + SLOT)
    (after,) = board.places(1)

    assert after.start > before.start
    assert sum(after.wh) == 8000
    assert board.lately[1].kept < 1


def test_a_request_that_nobody_began_until_its_time_was_over_is_gone():
    board = Board(flat())
    board.ask(1, [dishes(hours=2)], START)
    for at in range(12):
        board.replan(START + at * SLOT)

    assert not board.places(1)
    assert not any(slot.reserved_w for slot in board.curve())


def test_a_home_that_breaks_its_word_again_and_again_holds_less_and_less_room():
    board = Board(flat())
    rooms = []
    for day in range(5):
        now = START + timedelta(days=day)
        board.foresee(flat(start=now))
        board.replan(now)
        board.ask(1, [car(f"c{day}", earliest=now, hours=3)], now)
        rooms.append(reserved(board))
        for at in range(14):
            board.replan(now + at * SLOT)

    assert rooms == sorted(rooms, reverse=True)
    assert rooms[-1] < rooms[0] / 4


def test_a_home_that_keeps_its_word_again_is_trusted_again():
    board = Board(flat(), (), {1: Lately(kept=0.2)})
    (place,) = board.ask(1, [car()], START)
    held = reserved(board)
    board.replan(place.start)
    board.ask(1, [car()], place.start, frozenset({"car"}))

    assert held == 1600
    assert board.lately[1].kept > 0.2
    assert reserved(board) == 8000


def test_what_runs_through_stays_where_it_began():
    board = Board(flat())
    (place,) = board.ask(1, [dishes()], START)
    board.replan(place.start)
    board.ask(1, [dishes()], place.start, frozenset({"dishes"}))
    board.replan(place.start, 500_000.0)

    assert board.places(1) == (place,)


def test_a_place_that_runs_on_as_it_was_told_is_not_told_again():
    board = Board(flat())
    (place,) = board.ask(1, [car()], START)
    board.replan(place.start)
    board.ask(1, [car()], place.start, frozenset({"car"}))

    assert not board.replan(place.start + SLOT)
    assert board.places(1)[0].start > place.start


def test_who_begins_by_hand_runs_from_now_on():
    valley = Outlook(START, [40_000.0] * 8 + [10_000.0] * 184, [0.0] * 192, 50_000)
    board = Board(valley)
    (planned,) = board.ask(1, [dishes()], START)
    (running,) = board.ask(1, [dishes()], START, frozenset({"dishes"}))

    assert planned.start > START
    assert running.start == START


def test_a_need_that_took_more_than_was_thought_gives_the_end_of_its_place_back():
    board = Board(flat())
    (place,) = board.ask(1, [car()], START)
    board.replan(place.start)
    board.ask(1, [car()], place.start, frozenset({"car"}))
    (shorter,) = board.ask(1, [car(wh=5000)], place.start, frozenset({"car"}))

    assert sum(shorter.wh) == 5000
    assert shorter.wh == place.wh[: len(shorter.wh) - 1] + shorter.wh[-1:]
    assert reserved(board) == 5000


def test_a_need_that_took_less_than_was_thought_gets_the_rest():
    board = Board(flat())
    board.ask(1, [car()], START, frozenset({"car"}))
    board.replan(START + 4 * SLOT)
    (place,) = board.ask(1, [car(wh=7900)], START + 4 * SLOT, frozenset({"car"}))

    assert sum(place.wh) == 7900
    assert reserved(board) == 7900


def test_a_need_pauses_where_the_community_draws_more_than_was_thought():
    board = Board(flat())
    for household in range(20):
        board.ask(household, [car()], START)
    began = {household for household in range(20) for place in board.places(household) if place.start == START}
    for household in began:
        board.ask(household, [car()], START, frozenset({"car"}))
    board.replan(START, 90_000.0)

    assert began
    assert not board.curve()[0].reserved_w


def test_what_is_done_is_gone_and_says_how_long_it_waited():
    board = Board(flat())
    (place,) = board.ask(1, [dishes()], START)
    board.replan(place.start)
    board.ask(1, [dishes()], place.start, frozenset({"dishes"}))
    board.replan(place.end)

    assert not board.places(1)
    assert board.lately[1].waited == pytest.approx(0.4)


def test_a_slot_that_ended_corrects_what_is_expected_where_no_live_power_is_known():
    board = Board(flat())
    board.ask(1, [car(hours=1)], START)
    held = board.curve()[0].reserved_w // 4
    board.replan(START + SLOT, None, {START: 6000.0 + held})

    assert board.curve()[0].expected_w == 20_000 + 4 * 800


def test_a_hub_that_starts_anew_goes_on_as_if_nothing_had_been():
    board = Board(flat(), (), {3: Lately(waited=0.9)})
    asked = {household: [car(), dishes()] for household in range(20)}
    for household, its in asked.items():
        board.ask(household, its, START)
    board.replan(START)
    anew = Board(flat(), (), dict(board.lately))
    for household, its in asked.items():
        told = {place.id: place for place in board.places(household)}
        anew.hold(household, [(one, told[one.id], False) for one in its])
    for each in (board, anew):
        each.replan(START)
        each.replan(START + SLOT)

    assert [anew.places(household) for household in asked] == [board.places(household) for household in asked]
    assert anew.curve() == board.curve()


def test_two_homes_may_use_the_same_id():
    board = Board(flat())
    board.ask(1, [car("x")], START)
    board.ask(2, [car("x", wh=3000)], START)
    board.ask(1, [], START)

    assert [sum(place.wh) for place in board.places(2)] == [3000]


def test_in_the_night_of_the_clock_change_a_window_has_the_hours_that_it_has():
    evening = datetime(2026, 3, 28, 23, tzinfo=BERLIN).astimezone(UTC)
    morning = datetime(2026, 3, 29, 6, tzinfo=BERLIN).astimezone(UTC)
    board = Board(flat(start=evening))
    (place,) = board.ask(
        1, [Need("car", 22_200, 3700, 3700, interruptible=True, earliest=evening, ready_by=morning)], evening
    )

    assert place == Place(1, "car", evening, (925,) * 24)
    assert place.end == morning


def test_over_the_days_no_home_is_always_last():
    """Ten dishwashers a day and room for one after the other: in the end each waited about as long."""
    days, homes, waits = 30, 10, defaultdict(list)
    board = Board(flat(w=0.0))
    for day in range(days):
        now = START + timedelta(days=day)
        board.foresee(flat(w=0.0, start=now))
        for household in range(homes):
            board.ask(household, [RunOnce(f"d{day}", (500,) * 4, now, now + 10 * HOUR)], now)
        board.replan(now)
        for household in range(homes):
            waits[household].append((board.places(household)[0].start - now) / SLOT)
        for moment in sorted({board.places(household)[0].start for household in range(homes)}):
            board.replan(moment)
            for household in range(homes):
                its = [RunOnce(one.id, one.wh, now, now + 10 * HOUR) for one in board.places(household)]
                running = frozenset(one.id for one in board.places(household) if one.start == moment)
                board.ask(household, its, moment, running)
        board.replan(now + 44 * SLOT)
    means = [sum(waits[household]) / days for household in range(homes)]
    assert max(max(each) for each in waits.values()) > 30
    assert max(means) - min(means) < 6


def test_the_plan_is_made_without_numpy_so_that_the_server_stays_small():
    program = "import sys, sceop_hub.domain.plan.board, sceop_hub.domain.plan.usual; sys.exit('numpy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
