"""A week of a light zone: days as long as they were, and no lit second lost or drawn twice."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.core.hours import DAY, Hours, Share, Timetable, Window
from custom_components.sceop.core.lighting import UNKNOWN, Session
from custom_components.sceop.frontend.week import monday_of, span, week

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PLACES = [
    ZoneInfo(name) for name in ("Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")
]
WORKDAYS = frozenset(range(5))
SPRING, AUTUMN = date(2026, 3, 23), date(2026, 10, 19)


def timetable(zone=AMSTERDAM):
    office = Window(WORKDAYS, time(8), time(18))
    night = Window(frozenset({6}), time(22), time(6))
    return Timetable(Hours((office,), zone), Hours((night,), zone))


def session(start, length):
    return Session("lobby", start, start + length, UNKNOWN)


def hours(interval):
    start, end = interval
    return (end - start) / timedelta(hours=1)


@pytest.mark.parametrize(("monday", "sunday_hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_the_day_on_which_the_clocks_change_is_as_long_as_it_was(monday, sunday_hours):
    days = week(timetable(), [], monday)
    assert [hours((day.start, day.end)) for day in days] == [24] * 6 + [sunday_hours]
    assert [hour for hour, _ in days[6].marks] == [0, 6, 12, 18]
    assert hours((days[6].start, days[6].marks[1][1])) == sunday_hours - 18


def test_light_through_the_repeated_hour_is_drawn_for_both():
    night = session(datetime(2026, 10, 24, 22, tzinfo=UTC), timedelta(hours=4))  # midnight to 3 o'clock, by the clock
    (lit,) = week(timetable(), [night], AUTUMN)[6].lit
    assert hours((lit.piece.start, lit.piece.end)) == 4
    assert lit.piece.share is Share.AFTER_HOURS


def test_a_night_that_begins_before_the_week_reaches_into_its_first_day():
    monday = date(2026, 6, 8)
    day = week(timetable(), [], monday)[0]
    assert [hours(each) for each in day.cleaning] == [6]
    assert day.cleaning[0][0] == day.start


def test_a_week_begins_on_monday():
    assert monday_of(date(2026, 6, 14)) == date(2026, 6, 8)


@given(
    zone=st.sampled_from(PLACES),
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    started=st.integers(-400_000, 700_000),
    seconds=st.integers(1, 400_000),
)
def test_bars_cover_what_was_lit_in_the_week_and_nothing_else(zone, day, started, seconds):
    monday = monday_of(day)
    start, end = span(timetable(zone), monday)
    lit = session(start + timedelta(seconds=started), timedelta(seconds=seconds))
    days = week(timetable(zone), [lit], monday)
    pieces = [each.piece for day in days for each in day.lit]
    inside = max(min(lit.end, end) - max(lit.start, start), timedelta())
    assert sum((piece.end - piece.start for piece in pieces), timedelta()) == inside
    assert all(day.start <= each.piece.start < each.piece.end <= day.end for day in days for each in day.lit)
    assert [day.date for day in days] == [monday + number * DAY for number in range(7)]
    assert days[-1].end == end
