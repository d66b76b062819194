"""What an energy sensor shows becomes a counter that goes on, and that tells when it stood like this."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from custom_components.sceop.core.counter import Shown, advance, begin, doubt

START = datetime(2026, 6, 10, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
KWH = 1_000_000


def follow(*seen, only_rises=True, counter=None):
    """Take pairs of minutes and mWh, or triples with the time of the last reset."""
    for minutes, mwh, *reset in seen:
        shown = Shown(START + minutes * MINUTE, mwh, reset[0] if reset else None, only_rises)
        counter = begin(shown) if counter is None else advance(counter, shown)
    return counter


def stairs(every, by, steps=9):
    return [(n * every, n * by) for n in range(steps)]


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 10**9)), min_size=1))
def test_what_only_rises_is_handed_on_as_it_is(rises):
    minutes = mwh = 0
    counter = begin(Shown(START, 0))
    for passed, rise in rises:
        minutes, mwh = minutes + passed, mwh + rise
        counter = advance(counter, Shown(START + minutes * MINUTE, mwh))
    assert counter.total_mwh == mwh


@given(st.lists(st.lists(st.integers(1, 10**7), min_size=1, max_size=5), min_size=1, max_size=5))
def test_days_that_begin_anew_add_up(days):
    counter, told = None, 0
    for number, day in enumerate(days):
        midnight, shown = START + number * 24 * HOUR, 0
        for hour, rise in enumerate([0, *day]):
            told, shown = told + rise, shown + rise
            seen = Shown(midnight + hour * HOUR, shown, midnight)
            counter = begin(seen) if counter is None else advance(counter, seen)
    assert counter.total_mwh == told


def test_a_fall_to_under_a_tenth_is_a_new_beginning():
    assert follow((0, 5 * KWH), (1, 0), (2, 70)).total_mwh == 5 * KWH + 70
    assert follow((0, 99_999 * KWH), (1, 300_000)).total_mwh == 99_999 * KWH + 300_000


def test_a_meter_that_has_served_elsewhere_is_no_new_beginning():
    lived = stairs(1, KWH // 100)
    fallen = follow(*[(minutes, 4000 * KWH + mwh) for minutes, mwh in lived], (9, 12 * KWH))
    assert fallen.total_mwh == 12 * KWH
    anew = follow(*[(minutes, 4000 * KWH + mwh) for minutes, mwh in lived], (9, KWH // 50))
    assert anew.total_mwh == 4000 * KWH + lived[-1][1] + KWH // 50


def test_a_fall_that_nothing_explains_is_handed_on():
    assert follow((0, 5 * KWH), (1, 5 * KWH - 1)).total_mwh == 5 * KWH - 1
    assert follow((0, 5 * KWH), (1, 2 * KWH)).total_mwh == 2 * KWH
    assert follow((0, 5 * KWH), (1, 0), only_rises=False).total_mwh == 0


def test_a_sensor_that_shows_zero_by_mistake_does_not_leap_when_it_comes_back():
    assert follow((0, 12_345 * KWH), (1, 0), (2, 0)).total_mwh == 12_345 * KWH
    assert follow((0, 12_345 * KWH), (1, 0), (2, 0), (3, 12_345 * KWH + 9)).total_mwh == 12_345 * KWH + 9


def test_a_day_that_grows_beyond_the_one_before_is_no_mistake():
    assert follow((0, KWH), (1, 0), (400, KWH + 5)).total_mwh == 2 * KWH + 5


def test_a_reset_that_is_told_before_the_figure_falls_is_no_leap():
    yesterday, today = START - HOUR, START
    early = follow((0, 5 * KWH, yesterday), (1, 5 * KWH, today), (2, 5 * KWH + 1, today), only_rises=False)
    assert early.total_mwh == 5 * KWH + 1
    assert follow((3, 10, today), only_rises=False, counter=early).total_mwh == 5 * KWH + 11


def test_a_reset_during_a_long_silence_is_believed_even_if_the_figure_is_higher():
    seen = follow((0, 5 * KWH, START), (24 * 60, 6 * KWH, START + 24 * HOUR), only_rises=False)
    assert seen.total_mwh == 11 * KWH


def test_a_reset_from_the_past_and_the_first_one_of_all_change_nothing():
    assert follow((0, 7), (1, 8, START), (9, 9, START - HOUR), (20, 10), only_rises=False).total_mwh == 10


def test_a_meter_that_is_read_each_hour_stood_where_it_was_read_although_it_is_shown_again_and_again():
    counter = follow(*stairs(60, KWH))
    moved = counter.moved_at
    for minutes in (10, 30, 59):
        counter = advance(counter, Shown(moved + minutes * MINUTE, 8 * KWH, only_rises=True))
        assert counter.known_at(moved + minutes * MINUTE) == moved
    assert counter.patience == 65 * MINUTE


def test_a_finely_read_meter_that_repeats_itself_stands():
    counter = follow(*stairs(6, 1000))
    at = counter.moved_at + 5 * MINUTE
    counter = advance(counter, Shown(at, 8000, only_rises=True))
    assert counter.known_at(at + MINUTE) == at


def test_solar_at_night_stands_after_five_minutes():
    counter = follow(*stairs(1, 50_000))
    assert counter.known_at(counter.moved_at + 5 * MINUTE) == counter.moved_at
    night = counter.moved_at + 5 * MINUTE + timedelta(seconds=1)
    assert counter.known_at(night) == night


def test_one_long_night_does_not_make_it_patient():
    assert follow(*stairs(1, 50_000), (600, KWH), (601, KWH + 50_000)).patience == 5 * MINUTE


def test_after_a_restart_a_repeated_figure_is_doubted_until_it_moves_or_time_has_passed():
    back = START + 3 * HOUR
    counter = doubt(follow(*stairs(1, 1000)), back)
    before = counter.shown.at
    seen = advance(counter, Shown(back + MINUTE, 8000, only_rises=True))
    assert seen.known_at(back + MINUTE) == before
    moved = advance(seen, Shown(back + 2 * MINUTE, 9000, only_rises=True))
    assert moved.known_at(back + 2 * MINUTE) == back + 2 * MINUTE
    assert moved.patience == 5 * MINUTE
    late = advance(seen, Shown(back + 6 * MINUTE, 8000, only_rises=True))
    assert late.known_at(back + 6 * MINUTE) == back + 6 * MINUTE


@given(st.lists(st.tuples(st.integers(-120, 120), st.integers(0, 10**6)), max_size=20), st.integers(-120, 120))
def test_nobody_knows_the_future_whatever_the_clock_does(seen, minutes):
    minutes_now, counter = 0, begin(Shown(START, 0))
    for passed, mwh in seen:
        minutes_now += passed
        counter = advance(counter, Shown(START + minutes_now * MINUTE, mwh, only_rises=True))
    now = START + (minutes_now + minutes) * MINUTE
    assert counter.known_at(now) <= now
