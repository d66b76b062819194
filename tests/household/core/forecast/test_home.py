from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from custom_components.sceop.core.forecast.band import Model
from custom_components.sceop.core.forecast.home import consumption
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.surroundings import Place, Weather

LISBON = Place(ZoneInfo("Europe/Lisbon"), latitude=38.7, longitude=-9.1)
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def repeated(day, days, start=MONDAY):
    return Series(start, np.tile(np.array(day, float), days), timedelta(days=1) / len(day))


def noisy(days, seed=0, steps=48):
    rng = np.random.default_rng(seed)
    shape = 200 + 150 * np.sin(np.arange(steps) / steps * 2 * np.pi) ** 2
    return (shape * rng.lognormal(0, 0.4, (days, steps))).ravel()


def test_a_home_that_does_the_same_every_day_will_do_it_again():
    day = [100, 200, 300, 50] * 6
    band = consumption(repeated(day, 30), LISBON, None, 48)
    assert band.mid[:24] == pytest.approx(day, abs=60)
    assert band.model is Model.LEARNED


def week_of(workday, weekend, days):
    return np.concatenate([weekend if day % 7 >= 5 else workday for day in range(days)])


def test_the_working_week_tells_little_of_a_weekend():
    workday, weekend = np.full(24, 100.0), np.full(24, 400.0)
    band = consumption(Series(MONDAY, week_of(workday, weekend, 48), HOUR), LISBON, None, 48)
    assert band.mid[:24] == pytest.approx(weekend)
    assert band.mid[24:] == pytest.approx(workday)


def test_a_holiday_is_like_a_weekend():
    workday, weekend = np.full(24, 100.0), np.full(24, 400.0)
    past = week_of(workday, weekend, 58)
    wednesday = (MONDAY + timedelta(days=58)).date()
    place = Place(LISBON.zone, lambda day: day == wednesday)
    assert consumption(Series(MONDAY, past, HOUR), place, None, 24).mid.mean() > 1.5 * workday.mean()


def test_a_home_that_uses_more_each_week_is_met_better_than_by_the_median_of_its_week():
    days = noisy(60).reshape(60, 48) * 1.03 ** np.arange(60)[:, None]
    ours = usual = 0.0
    for day in range(50, 60):
        band = consumption(Series(MONDAY, days[:day].ravel(), timedelta(minutes=30)), LISBON, None, 48)
        ours += np.abs(band.mid - days[day]).sum()
        usual += np.abs(np.median(days[day - 7 : day], 0) - days[day]).sum()
    assert ours < usual


def test_four_of_five_steps_lie_inside_the_band():
    days = noisy(90, seed=3).reshape(90, 48)
    inside = []
    for day in range(60, 90):
        band = consumption(Series(MONDAY, days[:day].ravel(), timedelta(minutes=30)), LISBON, None, 48)
        inside.append((band.low <= days[day]) & (days[day] <= band.high))
    assert 0.74 < np.mean(inside) < 0.86


def test_cold_days_are_told_by_the_weather_where_the_home_heats():
    rng = np.random.default_rng(5)
    degrees = np.repeat(rng.uniform(-5, 14, 63), 24)
    past = 100 + 20 * (15 - degrees[: 60 * 24])
    weather = Weather(MONDAY, degrees, np.full(len(degrees), np.nan), np.full(len(degrees), np.nan))
    told = consumption(Series(MONDAY, past, HOUR), LISBON, weather, 24)
    expected = 100 + 20 * (15 - degrees[60 * 24 : 61 * 24])
    assert told.mid.mean() == pytest.approx(expected.mean(), rel=0.1)


def test_weather_that_asks_nothing_of_a_home_changes_nothing():
    degrees = np.random.default_rng(6).uniform(-5, 30, 63 * 24)
    weather = Weather(MONDAY, degrees, np.full(len(degrees), np.nan), np.full(len(degrees), np.nan))
    past = Series(MONDAY, noisy(60, steps=24), HOUR)
    assert consumption(past, LISBON, weather, 24).mid == pytest.approx(consumption(past, LISBON, None, 24).mid)


def test_a_home_that_stood_empty_at_first_is_told_with_weather_too():
    degrees = np.random.default_rng(7).uniform(-5, 14, 22 * 24)
    weather = Weather(MONDAY, degrees, np.full(len(degrees), np.nan), np.full(len(degrees), np.nan))
    past = Series(MONDAY, np.repeat([0.0, 150.0], [18 * 24, 2 * 24]), HOUR)
    assert np.isfinite(consumption(past, LISBON, weather, 48).mid).all()


def test_in_the_afternoon_tomorrow_begins_at_midnight_by_the_clock():
    day = np.where(np.arange(96) < 48, 10.0, 90.0)
    past = Series(MONDAY, np.concatenate([np.tile(day, 20), day[:60]]))
    band = consumption(past, LISBON, None, 96)
    assert band.start == past.end
    assert band.mid[:30] == pytest.approx(90)
    assert band.mid[42:76] == pytest.approx(10)


@pytest.mark.parametrize("turn", [date(2026, 3, 29), date(2026, 10, 25)])
def test_habits_keep_to_the_clock_when_it_changes(turn):
    start = datetime(turn.year, turn.month, turn.day, tzinfo=UTC) - timedelta(days=20)
    instants = [start + index * HOUR for index in range(24 * 21)]
    past = np.array([500.0 if instant.astimezone(LISBON.zone).hour == 19 else 50.0 for instant in instants])
    band = consumption(Series(start, past, HOUR), LISBON, None, 48)
    heights = {(band.start + index * HOUR).astimezone(LISBON.zone).hour for index in np.flatnonzero(band.mid > 200)}
    assert heights == {19}


@pytest.mark.parametrize(
    ("wh", "model"),
    [
        (np.empty(0), Model.NOTHING),
        (np.full(96, np.nan), Model.NOTHING),
        (np.full(4, 120.0), Model.LEVEL),
        (np.full(96 * 2, 120.0), Model.YESTERDAY),
        (np.full(96 * 8, 120.0), Model.WEEK),
        (np.full(96 * 30, 120.0), Model.LEARNED),
    ],
)
def test_the_model_says_how_much_was_known(wh, model):
    band = consumption(Series(MONDAY, wh), LISBON, None, 192)
    assert band.model is model
    assert np.isnan(band.mid).all() if model is Model.NOTHING else (band.mid == 120).all()


@settings(max_examples=20, deadline=None)
@given(
    days=st.integers(0, 40),
    more=st.integers(0, 95),
    start=st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 1)),  # noqa: DTZ001 - the strategy takes none
    gaps=st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 3000)), max_size=4),
    zone=st.sampled_from(["Europe/Lisbon", "Australia/Lord_Howe", "Pacific/Kiritimati", "UTC"]),
    load=st.tuples(st.booleans(), st.integers(0, 400)),
    weather=st.booleans(),
    seed=st.integers(0, 9),
)
def test_whatever_the_past_a_band_has_an_order_and_no_holes(days, more, start, gaps, zone, load, weather, seed):
    rng = np.random.default_rng(seed)
    some, lasts = load
    wh = rng.gamma(0.5, 200, days * 96 + more) * some
    wh[max(len(wh) - lasts, 0) :] += 500
    for first, length in gaps:
        wh[first : first + length] = np.nan
    begin = start.replace(minute=0, second=0, microsecond=0, tzinfo=UTC)
    hours = np.where(rng.random(24 * 30) < 0.2, np.nan, rng.normal(5, 9, 24 * 30))
    sky = Weather(begin + timedelta(days=5), hours, hours * np.nan, hours * np.nan) if weather else None
    band = consumption(Series(begin, wh), Place(ZoneInfo(zone)), sky, 192)
    assert len(band.low) == len(band.mid) == len(band.high) == 192
    if np.isfinite(wh).any():
        assert (band.low >= 0).all()
        assert (band.low <= band.mid + 1e-9).all()
        assert (band.mid <= band.high + 1e-9).all()
    else:
        assert band.model is Model.NOTHING
        assert np.isnan(band.mid).all()


def test_a_month_without_a_word_ends_no_forecast():
    wh = np.concatenate([np.full(96 * 20, 80.0), np.full(96 * 30, np.nan)])
    assert consumption(Series(MONDAY, wh), LISBON, None, 192).mid == pytest.approx(80)


def test_one_mad_reading_moves_nothing():
    wh = noisy(30)
    sane = consumption(Series(MONDAY, wh.copy(), timedelta(minutes=30)), LISBON, None, 48).mid
    wh[-100] = 5e6
    mad = consumption(Series(MONDAY, wh, timedelta(minutes=30)), LISBON, None, 48).mid
    assert mad == pytest.approx(sane, rel=0.25)
