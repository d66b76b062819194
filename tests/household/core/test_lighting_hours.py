"""Hours are what the clock on the wall says, on days of 23 and of 25 hours too."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.core.hours import Hours, Share, Timetable, Window, edge, overlap
from custom_components.sceop.core.slots import local_day, local_midnight

AMSTERDAM, NEW_YORK = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/New_York")
CHANGES = [
    (AMSTERDAM, date(2026, 3, 29)),
    (AMSTERDAM, date(2026, 10, 25)),
    (NEW_YORK, date(2026, 3, 8)),
    (NEW_YORK, date(2026, 11, 1)),
]
EVERY_DAY = frozenset(range(7))
OFFICE = Window(frozenset(range(5)), time(8), time(18))
MINUTE = timedelta(minutes=1)

times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
windows = st.builds(Window, st.frozensets(st.integers(0, 6), min_size=1), times, times)


@cache
def minutes_of(zone, day):
    """Every minute of three days, as the clock on the wall shows it."""
    start = local_midnight(day - timedelta(days=1), zone)
    end = local_midnight(day + timedelta(days=2), zone)
    return [
        (at := start + number * MINUTE, at.astimezone(zone).replace(tzinfo=None))
        for number in range((end - start) // MINUTE)
    ]


def first_shown(zone, day, at, around):
    """Look at the wall, minute after minute, until it shows this time or a later one."""
    wanted = datetime.combine(day, at)
    return next((instant for instant, shown in minutes_of(zone, around) if shown >= wanted), None)


@given(change=st.sampled_from(CHANGES), at=times)
def test_an_edge_is_the_first_minute_that_shows_its_time(change, at):
    zone, day = change
    assert edge(day, at, zone) == first_shown(zone, day, at, day)


@given(change=st.sampled_from(CHANGES), several=st.lists(windows, min_size=1, max_size=3))
def test_inside_is_what_the_wall_says_every_minute_of_a_clock_change(change, several):
    zone, day = change
    hours = Hours(tuple(several), zone)
    expected = set()
    for window in several:
        for begins in (day - timedelta(days=1), day):
            if begins.weekday() not in window.days:
                continue
            ends = begins if window.end > window.start else begins + timedelta(days=1)
            start, end = first_shown(zone, begins, window.start, day), first_shown(zone, ends, window.end, day)
            expected |= {at for at, _ in minutes_of(zone, day) if start <= at and (end is None or at < end)}
    span = local_day(day, zone)
    for at, _ in minutes_of(zone, day):
        if at in span:
            assert hours.inside(at) == (at in expected)


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_a_night_shift_is_an_hour_longer_or_shorter(zone, day):
    (span,) = Hours((Window(EVERY_DAY, time(22), time(6)),), zone).spans(day - timedelta(days=1))
    assert span[1] - span[0] == timedelta(hours=7 if day.month == 3 else 9)


@pytest.mark.parametrize(("zone", "day"), [change for change in CHANGES if change[1].month == 3])
def test_a_window_in_the_hour_that_is_left_out_does_not_exist(zone, day):
    assert Hours((Window(EVERY_DAY, time(2, 15), time(2, 45)),), zone).spans(day) == []


def test_midnight_to_midnight_is_the_whole_day():
    (span,) = Hours((Window(EVERY_DAY, time(), time()),), AMSTERDAM).spans(date(2026, 10, 25))
    assert span[1] - span[0] == timedelta(hours=25)


def test_nothing_begins_on_a_holiday_and_what_began_before_goes_on():
    christmas = date(2026, 12, 25)
    hours = Hours((Window(EVERY_DAY, time(22), time(6)),), AMSTERDAM, lambda day: day == christmas)
    assert hours.inside(datetime(2026, 12, 25, 3, tzinfo=UTC))
    assert not hours.inside(datetime(2026, 12, 25, 22, 30, tzinfo=UTC))


@given(st.lists(windows, max_size=4))
def test_windows_overlap_when_a_minute_of_a_plain_week_is_in_two(several):
    counted = [0] * (7 * 1440)
    for window in several:
        for day in window.days:
            first = day * 1440 + window.start.hour * 60 + window.start.minute
            for minute in range(first, first + window.seconds // 60):
                counted[minute % len(counted)] += 1
    assert overlap(several) == (max(counted) > 1)


def table(zone):
    return Timetable(Hours((OFFICE,), zone), Hours((Window(EVERY_DAY, time(17, 30), time(19)),), zone))


@given(
    zone=st.sampled_from([AMSTERDAM, NEW_YORK]),
    start=st.integers(0, 330 * 86400).map(
        lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    length=st.integers(0, 400_000),
)
def test_pieces_meet_and_each_has_one_day_and_one_share(zone, start, length):
    end = start + timedelta(seconds=length)
    pieces = list(table(zone).pieces(start, end))
    assert sum(piece.seconds for piece in pieces) == length
    assert [piece.start for piece in pieces] == [start, *(piece.end for piece in pieces)][: len(pieces)]
    for piece in pieces:
        last = piece.end - timedelta(seconds=1)
        assert piece.day == piece.start.astimezone(zone).date() == last.astimezone(zone).date()
        assert piece.share is table(zone).share(piece.start) is table(zone).share(last)


def test_contracted_hours_come_before_cleaning():
    timetable = table(AMSTERDAM)
    shares = [timetable.share(datetime(2026, 6, 10, hour, minute, tzinfo=UTC)) for hour, minute in
              ((15, 45), (16, 0), (16, 59), (17, 0))]  # fmt: skip
    assert shares == [Share.CONTRACTED, Share.CLEANING, Share.CLEANING, Share.AFTER_HOURS]


def test_the_next_edge_and_the_last_one():
    timetable = table(AMSTERDAM)
    friday = datetime(2026, 6, 12, 16, 30, tzinfo=UTC)
    assert timetable.next_edge(friday) == datetime(2026, 6, 12, 17, tzinfo=UTC)
    assert timetable.since(friday) == datetime(2026, 6, 12, 16, tzinfo=UTC)
    assert timetable.next_edge(datetime(2026, 6, 14, 17, tzinfo=UTC)) == datetime(2026, 6, 15, 6, tzinfo=UTC)


def test_without_windows_there_is_no_edge():
    timetable = Timetable(Hours((), AMSTERDAM), Hours((), AMSTERDAM))
    assert timetable.next_edge(datetime(2026, 6, 14, 17, tzinfo=UTC)) is None


def test_a_window_is_read_from_what_a_dialog_keeps():
    assert Window.of({"days": ["mon", "sun"], "from": "08:00:00", "to": "18:30:00"}) == Window(
        frozenset({0, 6}), time(8), time(18, 30)
    )
