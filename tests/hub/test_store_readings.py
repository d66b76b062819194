"""Readings in two tables: together they are what a plain dictionary would be, whatever comes in whatever order."""

import asyncio
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import Phase, given, settings, strategies as st

from sceop_hub.core.blocks import Block
from sceop_hub.core.slots import SLOT, Span, slot_of, to_number
from sceop_hub.store import database, readings
from sceop_hub.store.recorder import Recorder, Recording
from sceop_hub.store.witness import Witness
from sceop_hub.store.writer import Writer
from tests.hub.books import Model, add_households, batches, names, new_books, record, settle_all

START = datetime(2026, 11, 20, tzinfo=UTC)
LATER = START + timedelta(days=5)
CHANNELS = ("grid_import", "production", "load.boiler")

steps = st.lists(
    st.one_of(
        st.tuples(st.integers(1, 2), batches(START)),
        st.integers(0, 140),
    ),
    max_size=12,
)


@pytest.fixture
def books():
    with new_books() as books:
        yield books


def held(books):
    rows = books.execute("SELECT channel, slot, wh, rev, late FROM reading").fetchall()
    known = names(books)
    return len(rows), {(*known[channel], slot): tuple(rest) for channel, slot, *rest in rows}


@settings(deadline=None)
@given(steps)
def test_the_books_hold_what_a_dictionary_would(steps):
    model = Model()
    with new_books() as books:
        for minutes, step in enumerate(steps):
            if isinstance(step, int):
                settle_all(books, to_number(START) + step)
            else:
                record(books, model, *step, LATER + timedelta(minutes=minutes))
        count, found = held(books)
        assert (count, found) == (len(model.slots), model.slots)


@settings(deadline=None)
@given(steps, st.integers(0, 140), st.integers(1, 130))
def test_the_sums_of_a_span_are_those_of_a_dictionary(steps, first, width):
    model = Model()
    with new_books() as books:
        for step in steps:
            if isinstance(step, int):
                settle_all(books, to_number(START) + step)
            else:
                record(books, model, *step, LATER)
        span = Span(START + SLOT * first, START + SLOT * (first + width))
        expected = {1: ("grid_import",), 2: ("grid_import", "production")}
        found = {(part.slot, part.flow): (part.wh, part.having) for part in readings.sums(books, expected, span)}
        wanted = {}
        for slot in span:
            for home, flows in expected.items():
                told = {
                    flow: model.slots[home, flow, to_number(slot)][0]
                    for flow in ("grid_import", "production")
                    if (home, flow, to_number(slot)) in model.slots
                }
                if told.keys() == set(flows):
                    for flow, wh in told.items():
                        before, having = wanted.get((slot, flow), (0, 0))
                        wanted[slot, flow] = (before + wh, having + 1)
        assert found == wanted


@st.composite
def days(draw):
    """Return what a household sends of a day that is over, some of it once more or corrected."""
    start = START + timedelta(days=draw(st.integers(10, 11)))
    channels = draw(st.lists(st.sampled_from(CHANNELS), min_size=1, unique=True))
    return [Block(channel, start, (5, 6) * 48, "measured", draw(st.integers(0, 1))) for channel in channels]


@contextmanager
def books_of_three():
    """Return books of homes that have sent before, two of which stand behind figures that were published since."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    database.migrate(connection)
    add_households(connection, 3)
    homes = [(household, channel) for household in (1, 2, 3) for channel in CHANNELS]
    connection.executemany("INSERT INTO channel (household, name) VALUES (?, ?)", homes)
    connection.execute("INSERT INTO counted (household, secret) VALUES (1, x'00'), (2, x'00')")
    connection.execute("UPDATE progress SET upto = ?", (to_number(START) + 10 * 96 + 40,))
    with closing(connection):
        yield connection


def all_of(books):
    """Return what is held, where, and what has to be looked at again because of it."""
    return [
        books.execute(query).fetchall()
        for query in (
            "SELECT * FROM fresh ORDER BY slot, channel",
            "SELECT * FROM history ORDER BY channel, slot",
            "SELECT * FROM stale ORDER BY channel, utc_day",
            "SELECT utc_day FROM unsealed ORDER BY utc_day",
            "SELECT utc_day, first FROM unsettled ORDER BY utc_day",
        )
    ]


@settings(deadline=None, phases=set(Phase) - {Phase.shrink})
@given(st.lists(st.lists(st.tuples(st.integers(1, 3), batches(START) | days()), min_size=1, max_size=6), max_size=3))
def test_what_many_send_at_once_is_recorded_as_if_one_came_after_the_other(rounds):
    now = START + timedelta(days=13)
    rounds = [[Recording(household, blocks, now) for household, blocks in sent] for sent in rounds]

    def alone(recording):
        return lambda books: readings.record(books, recording.household, recording.blocks, recording.received)

    async def send(connection):
        recorder = Recorder()
        with closing(Writer(connection, Witness(connection, [recorder.forget]))) as writer:
            receipts = [
                await asyncio.gather(*(writer.write(alone(one), recorder.way_of(one), one, one.slots) for one in sent))
                for sent in rounds
            ]
            return receipts, await writer.write(all_of)

    with books_of_three() as together, books_of_three() as one_by_one:
        expected = [[alone(recording)(one_by_one) for recording in sent] for sent in rounds]
        assert asyncio.run(send(together)) == (expected, all_of(one_by_one))


def where(books):
    return books.execute("SELECT (SELECT COUNT(*) FROM fresh), (SELECT COUNT(*) FROM history)").fetchone()


def test_a_quarter_hour_alone_stays_fresh_until_its_day_is_over(books):
    readings.record(books, 1, [Block("grid_import", START, (5,))], LATER)
    assert where(books) == (1, 0)
    settle_all(books, to_number(START))
    assert where(books) == (1, 0)
    settle_all(books, to_number(START) + 1)
    assert where(books) == (0, 1)


def test_a_day_at_once_goes_to_the_past_and_takes_along_what_was_fresh_of_it(books):
    readings.record(books, 1, [Block("grid_import", START, (5,))], LATER)
    readings.record(books, 1, [Block("grid_import", START - SLOT * 4, (7,) * 20)], LATER)
    assert where(books) == (0, 20)
    assert books.execute("SELECT wh FROM history WHERE slot = ?", (to_number(START),)).fetchone() == (5,)


def test_a_correction_of_the_past_marks_its_day_and_a_repeat_does_not(books):
    past = Block("grid_import", START, (7,) * 20)
    readings.record(books, 1, [past], LATER)
    books.execute("DELETE FROM stale")
    books.execute("DELETE FROM unsealed")
    readings.record(books, 1, [past, Block("grid_import", START, (7,))], LATER)
    assert books.execute("SELECT COUNT(*) FROM stale").fetchone() == (0,)
    readings.record(books, 1, [Block("grid_import", START, (8,), rev=1)], LATER)
    assert books.execute("SELECT utc_day FROM stale").fetchall() == [(to_number(START) // 96,)]
    assert books.execute("SELECT utc_day, touched FROM unsealed").fetchall() == [(to_number(START) // 96, 1)]


def test_a_slot_that_comes_before_its_end_by_the_hubs_clock_is_not_late(books):
    end = START + SLOT
    for household, received in ((1, end - timedelta(minutes=1)), (2, end + timedelta(minutes=31))):
        readings.record(books, household, [Block("grid_import", START, (5,))], received)
    assert books.execute("SELECT late FROM reading ORDER BY late").fetchall() == [(0,), (2,)]


def test_a_slot_is_found_by_its_key_and_not_by_reading_all(books):
    span = Span(slot_of(START), slot_of(START) + SLOT * 96)
    plan = books.execute(
        f"EXPLAIN QUERY PLAN {readings._SUMS}",
        {"expected": "[]", "flows": "[]", "first": to_number(span.start), "end": to_number(span.end)},
    ).fetchall()
    steps = [step for *_, step in plan]
    assert any("SEARCH history USING PRIMARY KEY (channel=? AND slot>? AND slot<?)" in step for step in steps)
    assert any("SEARCH fresh USING PRIMARY KEY (slot=? AND channel=?)" in step for step in steps)
    assert not any("SCAN history" in step or "SCAN fresh" in step for step in steps)
