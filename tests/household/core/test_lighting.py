"""Lit time is counted to the second and to the milliwatt second, and none is invented."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.core.hours import Hours, Share, Timetable, Window
from custom_components.sceop.core.lighting import (
    Cause,
    Diary,
    Seen,
    Who,
    observe,
    settle,
    totals,
)

AMSTERDAM, NEW_YORK = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/New_York")
CHANGES = [
    (AMSTERDAM, datetime(2026, 3, 28, 20, tzinfo=UTC)),
    (AMSTERDAM, datetime(2026, 10, 24, 20, tzinfo=UTC)),
    (NEW_YORK, datetime(2026, 3, 8, 2, tzinfo=UTC)),
    (NEW_YORK, datetime(2026, 11, 1, 1, tzinfo=UTC)),
]
NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ANNA = Cause(Who.PERSON, "anna", "Anna")
NIGHT = Window(frozenset(range(7)), time(20), time(3))
CLEANERS = Window(frozenset(range(7)), time(5), time(5, 40))


def table(zone=AMSTERDAM, contracted=NIGHT):
    return Timetable(Hours((contracted,), zone), Hours((CLEANERS,), zone))


def begin(at=NOON, **kinds):
    return Diary("lobby", Seen(at, lit=False, **kinds))


def live(steps, start, timetable, diary=None):
    """Look every minute, and let the lamps do what the steps say."""
    diary, ended, at = diary or begin(start), [], start
    for minutes, lit, milliwatts in steps:
        for number in range(minutes + 1):
            cause = ANNA if number == 0 else None
            step = observe(diary, Seen(at + number * MINUTE, lit=lit, milliwatts=milliwatts, cause=cause), timetable)
            diary = step.diary
            ended += [step.ended] if step.ended else []
        at += minutes * MINUTE
    return diary, ended


STEPS = st.lists(st.tuples(st.integers(1, 500), st.booleans(), st.integers(0, 900_000)), min_size=1, max_size=6)


@given(change=st.sampled_from(CHANGES), steps=STEPS)
def test_every_minute_and_mws_of_a_clock_change_is_where_the_wall_says(change, steps):
    zone, start = change
    timetable = table(zone)
    diary, ended = live(steps, start, timetable)
    expected, energy, at = {}, {}, start
    for minutes, lit, milliwatts in steps:
        for _ in range(minutes if lit else 0):
            key = (at.astimezone(zone).date(), timetable.share(at))
            expected[key] = expected.get(key, 0) + 60
            energy[key] = energy.get(key, 0) + 60 * milliwatts
            at += MINUTE
        if not lit:
            at += minutes * MINUTE
    found, used = {}, {}
    for session in [*ended, *([diary.session] if diary.session else [])]:
        for part in session.parts:
            key = (part.day, part.share)
            found[key] = found.get(key, 0) + part.seconds
            used[key] = used.get(key, 0) + part.mws
    assert found == expected
    assert used == energy
    standby = sum(60 * minutes * milliwatts for minutes, lit, milliwatts in steps if not lit)
    assert diary.counted_mws == sum(energy.values()) + standby


@pytest.mark.parametrize(("change", "hours"), zip(CHANGES, (5, 6, 5, 7), strict=True))
def test_a_light_left_on_over_a_clock_change(change, hours):
    zone, start = change
    (_, (session,)) = live([(720, True, 60_000), (1, False, 0)], start, table(zone))
    assert session.end - session.start == 12 * HOUR
    assert session.mwh() == 720_000
    assert session.seconds(Share.CLEANING) == 40 * 60
    assert session.inside_s == hours * 3600  # to 3 o'clock, as the clock on the wall shows it
    assert session.outside_s == 12 * 3600 - 40 * 60 - hours * 3600


def test_totals_are_cut_at_midnight_and_at_the_end_of_the_month():
    start = datetime(2026, 6, 30, 21, 30, tzinfo=UTC)  # half past eleven in Amsterdam
    _, ended = live([(60, True, 90_000), (1, False, 0)], start, table())
    june, july = date(2026, 6, 30), date(2026, 7, 1)
    for day in (june, july):
        day_only = totals(ended, day, day)
        assert sum(day_only.seconds.values()) == 30 * 60
        assert sum(day_only.mws.values()) == 30 * 60 * 90_000
    assert totals(ended, date(2026, 6, 1), june).seconds[Share.CONTRACTED] == 30 * 60
    assert totals(ended, date(2026, 5, 1), date(2026, 5, 31)).estimated is False


def test_two_lit_moments_are_two_sessions_and_dimming_is_none():
    diary, ended = live([(5, True, 100), (5, True, 50), (5, False, 0), (5, True, 100)], NOON, table())
    assert [(session.start, session.end) for session in ended] == [(NOON, NOON + 10 * MINUTE)]
    assert ended[0].cause == diary.session.cause == ANNA
    assert ended[0].mwh() == (300 * 100 + 300 * 50) // 3600


def suspended(minutes=5, milliwatts=60_000):
    """A diary as it comes back from disk: lit when it was seen last."""
    diary, _ = live([(minutes, True, milliwatts)], NOON, table())
    return observe(diary, Seen(diary.seen.at, lit=None), table()).diary


@given(st.integers(0, 599))
def test_a_short_power_cut_is_lit_time_when_the_lamps_are_still_on(seconds):
    back = NOON + 5 * MINUTE + timedelta(seconds=seconds)
    step = observe(suspended(), Seen(back, lit=True, milliwatts=60_000), table())
    assert (step.ended, step.began) == (None, False)
    assert step.diary.session.seconds() == 300 + seconds
    assert step.diary.session.mwh() == (300 + seconds) * 60_000 // 3600
    assert step.diary.session.cause == ANNA


@given(st.integers(600, 10**6))
def test_a_longer_one_ends_the_session_when_it_was_seen_last(seconds):
    back = NOON + 5 * MINUTE + timedelta(seconds=seconds)
    step = observe(suspended(), Seen(back, lit=True), table())
    assert (step.ended.end, step.ended.seconds()) == (NOON + 5 * MINUTE, 300)
    assert (step.began, step.diary.session.start, step.diary.session.cause.who) == (True, back, Who.UNKNOWN)


def test_lamps_that_are_off_after_a_power_cut_went_off_when_they_were_seen_last():
    step = observe(suspended(), Seen(NOON + 7 * MINUTE, lit=False), table())
    assert (step.ended.end, step.ended.seconds()) == (NOON + 5 * MINUTE, 300)


def test_25_hours_out_of_sight_are_not_lit():
    diary, ended = live([(5, True, 1000)], NOON, table())
    diary, more = live([(25 * 60, None, 0), (5, True, 1000)], NOON + 5 * MINUTE, table(), diary)
    (session,) = ended + more
    assert (session.start, session.end) == (NOON, NOON + 5 * MINUTE)
    assert diary.session.start == NOON + 5 * MINUTE + 25 * HOUR
    assert diary.counted_mws == 2 * 300 * 1000


def test_a_clock_that_leaps_ahead_invents_no_lit_hour():
    diary, _ = live([(5, True, 1000)], NOON, table())
    step = observe(diary, Seen(NOON + HOUR, lit=True, milliwatts=1000), table())
    assert step.ended.seconds() == 300
    assert (step.diary.session.start, step.diary.session.cause) == (NOON + HOUR, ANNA)


@given(st.integers(3, 120))
def test_a_clock_that_is_put_back_loses_no_minute_and_makes_none_negative(minutes):
    diary, _ = live([(90, True, 1000)], NOON, table())
    back = NOON + 90 * MINUTE - minutes * MINUTE
    first = observe(diary, Seen(back, lit=True, milliwatts=1000), table())
    second = observe(first.diary, Seen(back + MINUTE, lit=True, milliwatts=1000), table())
    assert first.ended.seconds() == 90 * 60
    assert second.diary.session.seconds() == 60
    assert second.diary.session.cause == ANNA


def test_a_clock_that_is_set_right_by_a_minute_waits():
    diary, _ = live([(5, True, 1000)], NOON, table())
    step = observe(diary, Seen(NOON + 4 * MINUTE, lit=True, milliwatts=1000), table())
    assert step.ended is None
    assert step.diary.session.seconds() == 300


@given(
    looks=st.lists(st.integers(0, 3600), min_size=1, max_size=30), rated=st.integers(0, 10**6), at=st.integers(0, 86400)
)
def test_certain_lamps_are_never_silent_and_it_does_not_matter_how_often_they_are_asked(looks, rated, at):
    start = NOON + timedelta(seconds=at)
    often = observe(begin(start), Seen(start, lit=True, milliwatts=rated, certain=True), table()).diary
    once, now = often, start
    for seconds in looks:
        now += timedelta(seconds=seconds)
        often = observe(often, Seen(now, lit=True, milliwatts=rated, certain=True), table()).diary
    once = observe(once, Seen(now, lit=True, milliwatts=rated, certain=True), table()).diary
    assert sorted(often.session.parts, key=str) == sorted(once.session.parts, key=str)
    assert often.counted_mws == once.counted_mws


@given(
    steps=STEPS,
    measured=st.integers(0, 10**12),
)
def test_what_the_meter_counted_takes_the_place_of_the_estimates(steps, measured):
    diary, ended = live(steps, NOON, table())
    seconds = sum(session.seconds() for session in ended) + (diary.session.seconds() if diary.session else 0)
    settled, changed = settle(diary, measured, ended, table())
    after = changed + ([settled.session] if settled.session else [])
    assert all(session.measured for session in after)
    assert sum(part.mws for session in after for part in session.parts) == (measured if seconds else 0)
    assert sum(session.seconds() for session in after) == seconds
    assert settled.unsettled == ()


def test_metered_power_needs_no_settling():
    diary = observe(begin(), Seen(NOON, lit=True, milliwatts=500, measured=True), table()).diary
    diary = observe(diary, Seen(NOON + MINUTE, lit=True, milliwatts=500, measured=True), table()).diary
    assert diary.session.measured
    assert diary.unsettled == ()


def test_a_nameless_hand_in_a_cleaning_window_is_the_cleaners():
    dawn = datetime(2026, 6, 10, 3, 10, tzinfo=UTC)
    for cause, who in (
        (Cause(Who.PHYSICAL), Who.CLEANING),
        (ANNA, Who.PERSON),
        (Cause(Who.AUTOMATION, "automation.dawn"), Who.AUTOMATION),
        (None, Who.UNKNOWN),
    ):
        step = observe(begin(dawn - MINUTE), Seen(dawn, lit=True, cause=cause), table())
        assert step.diary.session.cause.who is who
