"""Peak windows: where it runs hot, how probable that is, and how much it matters."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from custom_components.sceop.core.forecast.band import Band, Model
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.surroundings import Place
from custom_components.sceop.core.forecast.windows import Peak, Severity, windows

UTC_PLACE = Place(ZoneInfo("UTC"))
START = datetime(2026, 1, 5, tzinfo=UTC)
STEP = timedelta(minutes=15)
PAST = Series(START - timedelta(days=28), np.tile(np.arange(96.0), 28))


def band(mid, width=0.1):
    mid = np.asarray(mid, dtype=float)
    return Band(START, STEP, (1 - width) * mid, mid, (1 + width) * mid, Model.LEARNED, 28.0)


def day(*hot, base=100.0, top=300.0):
    """A day in Wh of a quarter hour that is hot in some steps."""
    mid = np.full(96, base)
    for first, end in hot:
        mid[first:end] = top
    return mid


def peak(low, mid, high, when, on=date(2026, 1, 5)):
    return Peak(on, low, mid, high, START, STEP, when)


def at(window):
    return (window.start - START) // STEP, (window.end - START) // STEP


def test_what_lies_above_the_limit_is_a_window():
    (window,) = windows(PAST, band(day((70, 80))), (), 1000, UTC_PLACE)
    assert at(window) == (70, 80)
    assert (window.power_w, window.limit_w) == (1200, 1000)
    assert window.probability > 0.95
    assert window.severity is Severity.SEVERE


def test_what_stays_below_is_none():
    assert windows(PAST, band(day((70, 80))), (), 2000, UTC_PLACE) == ()


def test_windows_that_lie_close_together_are_one():
    (window,) = windows(PAST, band(day((60, 64), (66, 70))), (), 1000, UTC_PLACE)
    assert at(window) == (60, 70)
    assert [at(each) for each in windows(PAST, band(day((40, 44), (66, 70))), (), 1000, UTC_PLACE)] == [
        (40, 44),
        (66, 70),
    ]


def test_a_day_has_no_more_windows_than_a_person_reads():
    hot = [(first, first + 4) for first in range(0, 90, 12)]
    assert len(windows(PAST, band(np.concatenate([day(*hot), day(*hot)])), (), 1000, UTC_PLACE)) == 6


def test_without_a_limit_the_top_slots_of_the_past_tell_it():
    (window,) = windows(PAST, band(day((70, 80), base=50, top=200)), (), None, UTC_PLACE)
    assert window.limit_w == pytest.approx(4 * np.quantile(PAST.wh, 0.95), abs=1)


def test_a_few_days_do_not_tell_what_the_top_is():
    past = Series(START - timedelta(days=6), np.tile(np.arange(96.0), 6))
    assert windows(past, band(day((70, 80))), (), None, UTC_PLACE) == ()
    assert windows(past, band(day((70, 80))), (), 1000, UTC_PLACE)


def test_where_nothing_ever_flowed_there_is_no_top():
    past = Series(PAST.start, np.zeros(len(PAST)))
    assert windows(past, band(np.zeros(96)), (), None, UTC_PLACE) == ()


def test_a_home_that_draws_nearly_nothing_is_only_warned_of_what_is_much_for_it():
    draws = np.full(28 * 96, 0.5)
    draws[40::96] = 500
    past = Series(PAST.start, draws)
    idle = Band(START, STEP, np.zeros(96), np.full(96, 0.5), np.full(96, 3.0), Model.LEARNED, 28.0)
    assert windows(past, idle, (), None, UTC_PLACE) == ()
    (window,) = windows(past, band(day((40, 44), base=0.5, top=500)), (), None, UTC_PLACE)
    assert at(window) == (40, 44)
    assert window.limit_w > 100


def test_what_a_home_gives_back_does_not_raise_its_top():
    sunny = np.where(np.arange(len(PAST)) % 96 < 48, -5000.0, PAST.wh)
    dark = np.where(sunny < 0, 0.0, sunny)
    hot = band(day((70, 80), base=50, top=200))
    for one, other in zip(
        windows(Series(PAST.start, sunny), hot, (), None, UTC_PLACE),
        windows(Series(PAST.start, dark), hot, (), None, UTC_PLACE),
        strict=True,
    ):
        assert one == other


def test_a_chance_that_comes_from_not_knowing_is_no_window():
    unsure = Band(START, STEP, np.zeros(96), np.full(96, 1.0), np.full(96, 2000.0), Model.LEARNED, 28.0)
    assert windows(PAST, unsure, (), 1000, UTC_PLACE) == ()


def test_a_likely_peak_at_an_unsure_time_is_a_window_where_it_most_likely_comes():
    when = np.zeros(96)
    when[64:84] = 1 / 20
    when[70:76] *= 2
    (window,) = windows(
        PAST, band(day((60, 90), top=200)), (peak(900, 1200, 1400, when / when.sum()),), 1000, UTC_PLACE
    )
    first, end = at(window)
    assert first <= 70
    assert end >= 76
    assert (end - first) * STEP <= timedelta(hours=3)
    assert window.power_w == 1200


def test_a_likely_peak_far_above_a_flat_band_is_a_window_however_unsure_its_time():
    when = np.zeros(96)
    when[20:80] = 1 / 60
    (window,) = windows(PAST, band(np.full(96, 15.0)), (peak(1200, 1872, 2600, when),), 900, UTC_PLACE)
    assert (window.end - window.start, window.power_w) == (timedelta(hours=3), 1872)
    assert 0.15 < window.probability < 0.25


def test_a_peak_of_which_nobody_knows_when_it_comes_makes_no_window():
    anywhen = np.full(96, 1 / 96)
    assert windows(PAST, band(np.full(96, 15.0)), (peak(1200, 1872, 2600, anywhen),), 900, UTC_PLACE) == ()


def test_a_peak_that_has_been_makes_no_window_of_the_hours_after_it():
    noon, rest = START + 48 * STEP, band(np.full(96, 15.0))
    evening = Band(noon, STEP, rest.low[48:], rest.mid[48:], rest.high[48:], Model.LEARNED, 28.0)
    has_been, ahead = np.zeros(96), np.zeros(96)
    has_been[28:32], ahead[70:76] = 1 / 4, 1 / 6
    assert windows(PAST, evening, (peak(1800, 1800, 1800, has_been),), 900, UTC_PLACE) == ()
    assert windows(PAST, evening, (peak(1200, 1800, 2600, 0.9 * has_been + 0.1 * ahead),), 900, UTC_PLACE) == ()
    assert windows(PAST, evening, (peak(1200, 1800, 2600, ahead),), 900, UTC_PLACE)


def test_without_a_limit_an_evening_like_most_is_no_emergency():
    heights = (400 + 200 * (number * 7 % 60) / 60 for number in range(60))
    past = Series(START - timedelta(days=60), np.concatenate([day((70, 76), base=20, top=each) for each in heights]))
    (usual,) = windows(past, band(day((70, 76), base=20, top=500)), (), None, UTC_PLACE)
    assert (usual.severity, usual.probability > 0.6) == (Severity.MILD, True)
    (rare,) = windows(past, band(day((70, 76), base=20, top=700)), (), None, UTC_PLACE)
    assert rare.severity is Severity.SEVERE


def test_a_likely_peak_makes_its_window_surer():
    when = np.zeros(96)
    when[70:80] = 0.1
    mid = band(day((70, 80), top=248), width=0.2)
    (alone,) = windows(PAST, mid, (), 1000, UTC_PLACE)
    (sure,) = windows(PAST, mid, (peak(1050, 1100, 1200, when),), 1000, UTC_PLACE)
    assert sure.probability > alone.probability


def test_how_far_and_how_sure_tells_how_much_it_matters():
    severities = [
        windows(PAST, band(day((70, 80), top=top)), (), 1000, UTC_PLACE)[0].severity for top in (252, 270, 300)
    ]
    assert severities == [Severity.MILD, Severity.SERIOUS, Severity.SEVERE]


def test_an_unknown_band_has_no_windows():
    assert windows(PAST, band(np.full(96, np.nan)), (), 1000, UTC_PLACE) == ()


def test_a_limit_of_nothing_is_always_exceeded():
    (window,) = windows(PAST, band(day((0, 96))), (), 0, UTC_PLACE)
    assert at(window) == (0, 96)


@given(
    st.lists(st.integers(0, 500), min_size=12, max_size=16),
    st.floats(0, 0.5),
    st.integers(0, 2500) | st.none(),
    st.sampled_from(["UTC", "Europe/London", "Asia/Kolkata", "America/Los_Angeles"]),
)
@settings(deadline=None, max_examples=50)
def test_windows_are_whole_ordered_and_apart(powers, width, limit, zone):
    mid = np.repeat(powers, 11)
    found = windows(PAST, band(mid, width), (), limit, Place(ZoneInfo(zone)))
    for window in found:
        assert START <= window.start < window.end <= START + len(mid) * STEP
        assert 0 <= window.probability <= 1
    for one, other in pairwise(found):
        assert one.end <= other.start
