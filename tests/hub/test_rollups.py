"""Roll-ups: the sums of the readings, whatever came late, was corrected, or happened to the clocks."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from sceop_hub.core.blocks import Block
from sceop_hub.core.slots import SLOT, from_number, local_day, to_number
from sceop_hub.domain.offsets import day_of, first_slot, stretches
from sceop_hub.store import periods, readings, rollups
from tests.hub.books import (
    CHANGES,
    Model,
    after,
    batches,
    names,
    new_books,
    record,
    refresh_all,
    settle_all,
)


@pytest.fixture
def books():
    with new_books() as books:
        yield books


def hour_of(zone):
    """Name a slot's hour as people see it: the first slot since which neither the hour nor the clocks changed."""

    def key(slot):
        def seen(number):
            local = from_number(number).astimezone(zone)
            return local.date(), local.hour, local.utcoffset()

        while seen(slot - 1) == seen(slot):
            slot -= 1
        return slot

    return key


def month_of(zone):
    def key(slot):
        local = from_number(slot).astimezone(zone)
        return local.year * 12 + local.month - 1

    return key


def kept(books, table):
    known = names(books)
    rows = books.execute(f"SELECT channel, {table}, wh, slots FROM {table}")  # noqa: S608 - names that the tests chose
    return {(*known[channel], number): (wh, slots) for channel, number, wh, slots in rows}


@st.composite
def lives(draw):
    """Return what happens to books: requests of homes, slots that settle, roll-ups, and at times another zone."""
    zone = draw(st.sampled_from(list(CHANGES)))
    around = draw(st.sampled_from(CHANGES[zone])) - SLOT * 60
    step = st.one_of(
        st.tuples(st.integers(1, 2), batches(around)),
        st.integers(0, 300),
        st.sampled_from(("refresh", "all", *CHANGES)),
    )
    return around, ZoneInfo(zone), draw(st.lists(step, max_size=12))


@contextmanager
def live(life):
    around, zone, steps = life
    model = Model()
    with new_books() as books:
        for step in steps:
            match step:
                case int():
                    settle_all(books, to_number(around) + step)
                case "refresh":
                    rollups.refresh(books, zone)
                case "all":
                    refresh_all(books, zone)
                case str():
                    zone = ZoneInfo(step)
                case household, batch:
                    record(books, model, household, batch, after(around))
        yield books, model, zone


def assert_rolled_up(books, model, zone):
    assert kept(books, "day") == model.by(lambda slot: day_of(slot, zone))
    assert kept(books, "month") == model.by(month_of(zone))
    assert kept(books, "hour") == model.by(hour_of(zone))


@settings(deadline=None)
@given(lives())
def test_once_all_is_settled_hours_days_and_months_are_the_sums_of_the_slots(life):
    with live(life) as (books, model, zone):
        settle_all(books, to_number(after(life[0])))
        refresh_all(books, zone)
        assert_rolled_up(books, model, zone)


@pytest.mark.parametrize(("zone", "change"), [(zone, when) for zone, times in CHANGES.items() for when in times])
def test_a_night_in_which_the_clocks_change_loses_no_slot_and_doubles_none(books, zone, change):
    model, zone, first = Model(), ZoneInfo(zone), change - SLOT * 250
    record(books, model, 1, [Block("grid_import", first, tuple(range(500)))], first + SLOT * 500)
    refresh_all(books, zone)
    assert_rolled_up(books, model, zone)


@settings(deadline=None)
@given(lives())
def test_the_sums_of_a_day_are_right_at_every_moment(life):
    with live(life) as (books, model, zone):
        first = life[0].date()
        days = [first + timedelta(days=offset) for offset in range(-1, 4)]
        model_days = model.by(lambda slot: day_of(slot, zone))
        for household in (1, 2):
            total = periods._SUMS + "SELECT name, day, wh, slots FROM total"  # noqa: S608 - as the module itself does
            rows = books.execute(total, periods._asked([household], days, zone))
            found = {(household, channel, day): (wh, slots) for channel, day, wh, slots in rows}
            assert found == {key: sums for key, sums in model_days.items() if key[0] == household}


@settings(deadline=None)
@given(
    st.sampled_from([when for each in CHANGES.values() for when in each]),
    st.sampled_from(list(CHANGES)),
    st.integers(-400, 400),
    st.integers(1, 900),
)
def test_stretches_follow_each_other_and_the_clocks_stand_the_same_in_each(around, zone, offset, width):
    zone = ZoneInfo(zone)
    first = to_number(around) + offset
    found = list(stretches(first, first + width, zone))
    assert [stretch.first for stretch in found] == [first, *(stretch.end for stretch in found[:-1])]
    assert found[-1].end == first + width
    for stretch in found:
        for slot in range(stretch.first, stretch.end):
            assert from_number(slot).astimezone(zone).utcoffset() == SLOT * stretch.ahead


@pytest.mark.parametrize("zone", CHANGES)
def test_a_local_day_begins_with_the_slot_that_people_begin_it_with(zone):
    zone = ZoneInfo(zone)
    for offset in range(366):
        day = date(2026, 1, 1) + timedelta(days=offset)
        span = local_day(day, zone)
        assert first_slot(day.toordinal(), zone) == to_number(span.start)
        assert {day_of(to_number(slot), zone) for slot in (span.start, span.end - SLOT)} == {day.toordinal()}


def test_a_day_that_is_known_in_part_says_so(books):
    zone = ZoneInfo("Europe/Amsterdam")
    day = date(2026, 10, 25)
    span = local_day(day, zone)
    readings.record(books, 1, [Block("grid_import", span.start, (10,) * 60)], span.end)
    refresh_all(books, zone)
    assert periods.completeness(books, [1, 2], [day], zone) == {1: 0.6, 2: 0.0}
    assert periods.mean_wh(books, [1, 2], [day], zone) == {}
    readings.record(books, 1, [Block("grid_import", span.start, (10,) * 100)], span.end)
    assert periods.completeness(books, [1, 2], [day], zone) == {1: 1.0, 2: 0.0}
    assert periods.mean_wh(books, [1, 2], [day], zone) == {1: {"grid_import": 10}}


def test_completeness_of_a_home_is_over_the_flows_that_it_told_of(books):
    zone = ZoneInfo("UTC")
    day = date(2026, 11, 20)
    start = local_day(day, zone).start
    batch = [
        Block("grid_import", start, (10,) * 96),
        Block("production", start, (10,) * 48),
        Block("load.x", start, (1,)),
    ]
    readings.record(books, 1, batch, start + timedelta(days=1))
    assert periods.completeness(books, [1], [day], zone) == {1: 0.75}


def test_a_bite_is_small_enough_that_nobody_waits_long_for_it(books):
    zone = ZoneInfo("UTC")
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for name in "abcdefgh":
        for week in range(10):
            block = Block(f"load.{name}", start + SLOT * 672 * week, (1,) * 672)
            readings.record(books, 1, [block], start + timedelta(days=100))
    bites = 1
    while rollups.refresh(books, zone):
        bites += 1
    assert bites >= 8 * 6720 // (2 * rollups.SLOTS_AT_ONCE)
    assert books.execute("SELECT SUM(slots) FROM month").fetchone() == (8 * 6720,)
