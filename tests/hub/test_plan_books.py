"""The plan in the books: what is written is read again, and what is old goes."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from sceop_hub.core.plan.wants import Need, RunOnce
from sceop_hub.core.slots import SLOT, slot_of, to_number
from sceop_hub.domain.held import Held
from sceop_hub.domain.reservation import Reserved
from sceop_hub.store import forgetting, members, plan
from tests.hub.books import new_books

NOW = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)
SECONDS = st.integers(-3 * 86_400, 3 * 86_400)
IDS = st.from_regex(r"[a-z0-9]{1,40}", fullmatch=True)


@st.composite
def wants(draw, id_):
    first, last = sorted(NOW.replace(microsecond=0) + timedelta(seconds=draw(SECONDS)) for _ in range(2))
    if draw(st.booleans()):
        wh = draw(st.lists(st.integers(0, 9000), min_size=1, max_size=8).filter(any))
        return RunOnce(id_, tuple(wh), first, last)
    low, high = sorted((draw(st.integers(0, 9000)), draw(st.integers(1, 9000))))
    return Need(id_, draw(st.integers(1, 90_000)), low, high, draw(st.booleans()), first, last)


@st.composite
def sets(draw):
    places = st.lists(st.integers(0, 9000), max_size=8).map(tuple)
    slots = st.integers(-200, 200).map(lambda at: slot_of(NOW) + at * SLOT)
    return tuple(
        Reserved(draw(wants(id_)), draw(st.booleans()), draw(slots), draw(places), draw(slots), draw(places))
        for id_ in sorted(draw(st.sets(IDS, max_size=4)))
    )


def test_what_a_household_has_open_is_read_as_it_was_kept_and_takes_the_place_of_what_it_had():
    with new_books(2) as books:

        @given(first=sets(), second=sets(), others=sets())
        def check(first, second, others):
            plan.keep(books, 2, others, NOW)
            for mine in (first, second):
                assert plan.keep(books, 1, mine, NOW)
                have = {1: mine, 2: others}
                assert plan.open_requests(books) == {who: its for who, its in have.items() if its}
                assert plan.open_of(books, 1) == mine

        check()


def run(id_="a", ready_by=NOW + timedelta(hours=8), start=NOW, *, running=False) -> Reserved:
    start = slot_of(start)
    return Reserved(RunOnce(id_, (100,), NOW - timedelta(hours=1), ready_by), running, start, (100,), start, (100,))


def test_nothing_is_kept_of_whoever_does_not_take_part():
    with new_books(1) as books:
        plan.keep(books, 1, [run()], NOW)
        members.set_state(books, 1, "paused")
        assert not plan.keep(books, 1, [run("b")], NOW)
        members.set_state(books, 1, "active")
        assert plan.open_requests(books) == {}


def test_a_wish_is_asked_for_once_however_it_changes_and_what_runs_was_asked_for_before():
    with new_books(1) as books:
        plan.keep(books, 1, [run()], NOW)
        plan.keep(books, 1, [run(ready_by=NOW + timedelta(days=1)), run("b", running=True)], NOW + timedelta(hours=1))
        plan.keep(books, 1, [], NOW + timedelta(hours=2))
        plan.keep(books, 1, [run(ready_by=NOW + timedelta(days=1))], NOW + timedelta(hours=3))
        plan.keep(books, 1, [], NOW + timedelta(hours=4))
        plan.keep(books, 1, [run(ready_by=NOW + timedelta(days=2))], NOW + timedelta(days=1))
        asked = plan.asked_since(books, NOW - timedelta(days=1))
        assert [(one.at, one.request.ready_by) for one in asked] == [
            (slot_of(NOW), NOW + timedelta(hours=8)),
            (slot_of(NOW) + timedelta(days=1), NOW + timedelta(days=2)),
        ]


def test_names_without_end_do_not_fill_the_week_to_come():
    with new_books(2) as books:
        for number in range(plan.MOST_WISHES + 20):
            assert plan.keep(books, 1, [run(f"a{number}")], NOW)
        assert plan.keep(books, 2, [run()], NOW)
        assert len(plan.of_household(books, 1)) == plan.MOST_WISHES
        assert len(plan.of_household(books, 2)) == 1
        plan.keep(books, 1, [run("tomorrow")], NOW + timedelta(days=1))
        assert plan.of_household(books, 1)[-1].request.id == "tomorrow"


def test_what_is_old_goes_and_what_a_wrong_clock_made_of_a_time_to_come():
    with new_books(1) as books:
        for days in (9, 7, -1):
            plan.keep(books, 1, [run(f"a{abs(days)}")], NOW - timedelta(days=days))
            plan.hold(books, {to_number(NOW - timedelta(days=4 * days)): Held(1, 2)})
        plan.thin(books, NOW)
        assert [one.request.id for one in plan.of_household(books, 1)] == ["a7"]
        first = to_number(NOW - timedelta(days=28))
        assert plan.held(books, 0, to_number(NOW) + 900) == {first: Held(1, 2)}


def test_what_was_noted_of_a_slot_stays():
    with new_books(1) as books:
        plan.hold(books, {5: Held(10, 20)})
        plan.hold(books, {5: Held(11, 21), 6: Held(0, 0)})
        assert plan.held(books, 0, 10) == {5: Held(10, 20), 6: Held(0, 0)}


def test_nothing_of_a_forgotten_household_is_left():
    with new_books(2) as books:
        for household in (1, 2):
            plan.keep(books, household, [run(f"of{household}")], NOW)
        forgetting.begin(books, 1, "1", NOW)
        tables = ("plan_request", "plan_asked")
        left = json.dumps([books.execute(f"SELECT household, id FROM {table}").fetchall() for table in tables])  # noqa: S608 - names from the line above
        assert left == '[[[2, "of2"]], [[2, "of2"]]]'
