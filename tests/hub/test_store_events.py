"""Peak events in the books: how long what is kept of them."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from sceop_hub.core.slots import SLOT, to_number
from sceop_hub.domain.event.event import Answer, Event
from sceop_hub.domain.event.savings import Savings, Sum
from sceop_hub.store import database, events, members
from tests.hub.harness import NOON

SAVED = Savings("saved", 1, 2, 3, 10, 8, None, 1.5, "days", {"days": [1, 2]})


def event(days_ago, id_="a", **more):
    start = NOON - timedelta(days=days_ago)
    end = start + 4 * SLOT
    told = {"severity": "mild", "target_percent": 20, "made": start, "announced": start, "state": "settled"}
    return Event(id=id_, start=start, end=end, **(told | {"revision": 1} | more))


@pytest.fixture
def books():
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as books:
        books.execute("PRAGMA foreign_keys = ON")
        database.migrate(books)
        members.add_by_hand(books, "Home", "home", "UTC", NOON)
        yield books


def keep(books, *found):
    events.save(books, found)
    for one in found:
        events.answer(books, one.id, 1, Answer("yes", "standing", one.start))
        events.keep_savings(books, one, {1: SAVED}, Sum(1, SAVED), [1], one.end)


def test_what_was_kept_comes_back(books):
    found = event(1, power_w=5, limit_w=4, probability=0.25, text="Weak", approved=True, closed=NOON, final=True)
    keep(books, found)
    assert events.find(books, "a") == found
    assert events.savings_of(books, "a", 1) == SAVED
    assert events.all_savings(books, "a") == {1: replace(SAVED, audit={})}
    assert events.sum_of(books, "a") == Sum(1, replace(SAVED, raised=None))
    assert events.counted(books, "a") == {1: 8}


def test_figures_outlive_their_arithmetic_and_go_with_the_slots(books):
    keep(books, event(93), event(91, "b"))
    events.let_go(books, NOON, 0)
    assert events.savings_of(books, "a", 1) == replace(SAVED, audit={})
    assert events.sum_of(books, "a").savings.audit == {}
    assert events.savings_of(books, "b", 1) == SAVED
    events.let_go(books, NOON, to_number(event(91).start))
    assert events.find(books, "a") is None
    assert events.find(books, "b") is not None
    assert books.execute("SELECT COUNT(*) FROM event_answer").fetchone() == (1,)


def test_a_proposal_that_came_to_nothing_is_let_go_after_some_weeks(books):
    events.save(books, [event(36, announced=None, state="expired"), event(34, "b", announced=None, state="expired")])
    events.let_go(books, NOON, 0)
    assert [one.id for one in events.since(books, NOON - timedelta(days=99))] == ["b"]


def test_what_a_home_lived_through_is_what_it_joined_and_what_was_not_called_off_in_time(books):
    over, off = event(1), event(2, "b", state="cancelled", closed=NOON - timedelta(days=3))
    late = event(3, "c", state="cancelled", closed=event(3).start + SLOT)
    keep(books, over, off, late)
    events.answer(books, "a", 1, Answer("no", "dashboard", NOON))
    found = events.lived_through(books, to_number(NOON - timedelta(days=9)), to_number(NOON))
    assert found == {1: [(to_number(late.start), to_number(late.end))]}
