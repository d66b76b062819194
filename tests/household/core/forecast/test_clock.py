from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.core.forecast.clock import Days, cells, days_of, series_of
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.slots import SLOT, from_number

ZONES = [
    ZoneInfo(name)
    for name in "UTC Europe/Amsterdam America/Los_Angeles Asia/Kolkata Asia/Kathmandu Australia/Lord_Howe".split()
]
steps = st.sampled_from([SLOT, 2 * SLOT, 4 * SLOT])
starts = st.integers(1_600_000, 2_000_000).map(from_number)


@given(start=starts, count=st.integers(0, 400), step=steps, zone=st.sampled_from(ZONES))
def test_every_step_stands_where_the_clock_on_the_wall_says(start, count, step, zone):
    at = cells(start, count, step, zone)
    for number in range(count):
        local = (start + number * step).astimezone(zone)
        assert date.fromordinal(int(at.day[number])) == local.date()
        assert at.step[number] == (local.hour * 60 + local.minute) // (step // timedelta(minutes=1))


@given(
    start=starts,
    wh=st.lists(st.one_of(st.none(), st.integers(0, 5000)), max_size=300),
    step=steps,
    zone=st.sampled_from(ZONES),
)
def test_what_is_known_comes_back_but_for_the_hour_that_comes_twice(start, wh, step, zone):
    series = Series(start, np.array([np.nan if one is None else one for one in wh], dtype=float), step)
    days = days_of(series, zone)
    again = series_of(days, start, len(series), zone)
    at = cells(start, len(series), step, zone)
    twice = {}
    for number in range(len(series)):
        twice.setdefault((int(at.day[number]), int(at.step[number])), []).append(number)
    for numbers in twice.values():
        known = [series.wh[number] for number in numbers if not np.isnan(series.wh[number])]
        for number in numbers:
            if known:
                assert again.wh[number] == pytest.approx(np.mean(known))
            else:
                assert np.isnan(again.wh[number])


def test_the_night_in_which_the_clock_goes_forward_has_an_hour_of_which_nothing_is_known():
    zone = ZoneInfo("Europe/Amsterdam")
    start = datetime(2026, 3, 28, 23, tzinfo=UTC)
    days = days_of(Series(start, np.ones(92)), zone)
    assert days.first == date(2026, 3, 29)
    assert days.wh.shape == (1, 96)
    assert np.flatnonzero(np.isnan(days.wh[0])).tolist() == [8, 9, 10, 11]


def test_the_hour_that_comes_twice_is_the_mean_of_both():
    zone = ZoneInfo("Europe/Amsterdam")
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    days = days_of(Series(start, np.arange(100.0)), zone)
    assert days.wh.shape == (1, 96)
    assert days.wh[0, 8] == (8 + 12) / 2
    assert days.wh[0, 12] == 16


def test_outside_the_days_nothing_is_known():
    days = Days(date(2026, 7, 1), np.ones((1, 96)))
    series = series_of(days, datetime(2026, 6, 30, tzinfo=UTC), 4 * 96, ZoneInfo("UTC"))
    assert np.isnan(series.wh).tolist() == [True] * 96 + [False] * 96 + [True] * 192
    assert days.day(1) == date(2026, 7, 2)


def test_an_empty_series_has_no_days():
    days = days_of(Series(datetime(2026, 7, 1, tzinfo=UTC), np.empty(0)), ZoneInfo("UTC"))
    assert days.wh.shape == (0, 96)


@pytest.mark.parametrize("step", [timedelta(minutes=7), timedelta(hours=5)])
def test_steps_that_fill_no_day_are_refused(step):
    with pytest.raises(ValueError, match="no whole number of such steps"):
        days_of(Series(datetime(2026, 7, 1, tzinfo=UTC), np.ones(3), step), ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("start", "wh", "step"),
    [
        (datetime(2026, 7, 1), np.ones(3), SLOT),  # noqa: DTZ001 - what is refused
        (datetime(2026, 7, 1, tzinfo=UTC), np.ones((3, 2)), SLOT),
        (datetime(2026, 7, 1, tzinfo=UTC), np.ones(3), timedelta(0)),
    ],
)
def test_what_is_no_series_is_refused(start, wh, step):
    with pytest.raises(ValueError, match="not a series"):
        Series(start, wh, step)
