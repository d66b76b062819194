"""The community's load: whatever the past, a forecast that can be used, or none."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sceop_hub.core.forecast.band import Model
from sceop_hub.core.forecast.clock import Days, cells, series_of
from sceop_hub.core.forecast.score import coverage, nmae
from sceop_hub.core.forecast.series import Series
from sceop_hub.core.forecast.surroundings import Place, Weather
from sceop_hub.core.slots import local_midnight
from sceop_hub.domain.forecast.load import consumption

LONDON = Place(ZoneInfo("Europe/London"))
FIRST = date(2026, 1, 5)
"""A Monday."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def usual(day, off=frozenset()):
    """An hourly day: evenings are high, and on days of rest noons too."""
    hours = np.arange(24)
    wh = 1000 + 800 * np.exp(-np.square((hours - 18) / 2))
    rests = day.weekday() >= 5 or day in off
    return wh + 600 * np.exp(-np.square((hours - 12) / 3)) if rests else wh


def truth(count, *, first=FIRST, noise=0.0, off=frozenset(), level=lambda _day: 1.0):
    chance = np.random.default_rng(1)
    days = [
        usual(first + day * DAY, off) * level(day) * (1 + noise * chance.standard_normal(24)) for day in range(count)
    ]
    return Days(first, np.array(days).reshape(-1, 24))


def until(days, instant, place=LONDON):
    start = local_midnight(days.first, place.zone)
    return series_of(days, start, (instant - start) // HOUR, place.zone)


def after(days, instant, steps, place=LONDON):
    return series_of(days, instant, steps, place.zone).wh


def midnight(day, place=LONDON):
    return local_midnight(FIRST + day * DAY, place.zone)


def holds(band, steps):
    """A band of which nothing is missing, in order."""
    assert len(band.low) == len(band.mid) == len(band.high) == steps
    assert (band.low >= 0).all()
    assert (band.low <= band.mid).all()
    assert (band.mid <= band.high).all()
    return True


def test_of_nothing_nothing_follows():
    for wh in (np.array([]), np.full(500, np.nan)):
        band = consumption(Series(midnight(0), wh), LONDON, None, 192)
        assert band.model is Model.NOTHING
        assert np.isnan(band.mid).all()
        assert len(band.mid) == 192


@pytest.mark.parametrize(
    ("hours", "model"),
    [
        (1, Model.LEVEL),
        (30, Model.YESTERDAY),
        (8 * 24, Model.WEEK),
        (13 * 24 + 5, Model.WEEK),
        (15 * 24, Model.LEARNED),
    ],
)
def test_the_longer_the_past_the_more_is_made_of_it(hours, model):
    days = truth(30)
    now = midnight(0) + hours * HOUR
    band = consumption(until(days, now), LONDON, None, 48)
    assert band.model is model
    assert band.start == now
    assert band.days == pytest.approx(hours / 24)
    assert holds(band, 48)


def test_what_repeats_each_week_is_told_almost_exactly():
    days = truth(60)
    now = midnight(47)
    assert nmae(consumption(until(days, now), LONDON, None, 48).mid, after(days, now, 48)) < 0.01


def test_a_level_that_rises_is_followed():
    days = truth(70, level=lambda day: 1.0 if day < 40 else 1.02 ** (day - 40))
    now = midnight(65)
    told = consumption(until(days, now), LONDON, None, 24).mid
    assert nmae(told, after(days, now, 24)) < nmae(days.wh[64], days.wh[65])


def test_a_holiday_is_a_sunday_and_the_next_monday_is_none():
    monday = 49
    off = frozenset({FIRST + monday * DAY})
    days = truth(60, off=off)
    place = Place(LONDON.zone, off.__contains__)
    for day in (monday, monday + 7):
        now = midnight(day)
        told = consumption(until(days, now), place, None, 24).mid
        assert nmae(told, days.wh[day]) < 0.02


def test_four_of_five_steps_come_between_the_edges():
    days = truth(75, noise=0.1)
    inside = []
    for day in range(60, 75):
        band = consumption(until(days, midnight(day)), LONDON, None, 24)
        inside.append(coverage(band.low, band.high, days.wh[day]))
    assert 0.72 < np.mean(inside) < 0.88


def test_the_second_day_is_less_sure_than_the_first():
    slow = np.random.default_rng(5).standard_normal(100).cumsum() * 0.05
    days = truth(80, noise=0.03, level=lambda day: np.exp(slow[day]))
    band = consumption(until(days, midnight(70)), LONDON, None, 48)
    width = (band.high - band.low) / band.mid
    assert width[24:].mean() > width[:24].mean()


def test_a_day_that_runs_high_is_expected_to_go_on_high_for_a_while():
    levels = 1 + 0.2 * np.random.default_rng(3).standard_normal(80)
    days = truth(70, noise=0.02, level=lambda day: levels[day])
    noon = midnight(60) + 12 * HOUR
    calm = until(days, noon)
    rest = {}
    for times in (0.8, 1.2):
        wh = calm.wh.copy()
        wh[-12:] = usual(FIRST + 60 * DAY)[:12] * times
        rest[times] = consumption(Series(calm.start, wh, HOUR), LONDON, None, 12).mid.sum()
    assert rest[1.2] > 1.2 * rest[0.8]


def test_a_member_less_than_nothing_is_nothing():
    days = truth(30)
    past = until(days, midnight(28))
    below = past.wh.copy()
    below[::50] = -500
    assert holds(consumption(Series(past.start, below, HOUR), LONDON, None, 48), 48)


@pytest.mark.parametrize("count", [1, 10, 40])
def test_where_nothing_flows_nothing_is_expected(count):
    band = consumption(Series(midnight(0), np.zeros(24 * count), HOUR), LONDON, None, 48)
    assert holds(band, 48)
    assert band.mid == pytest.approx(0)
    assert band.high == pytest.approx(0)


def test_a_month_of_gaps_leaves_a_forecast():
    days = truth(70)
    gaps = days.wh.copy()
    gaps[30:60] = np.nan
    now = midnight(68)
    band = consumption(until(Days(FIRST, gaps), now), LONDON, None, 48)
    assert band.model is Model.LEARNED
    assert holds(band, 48)
    assert nmae(band.mid, after(days, now, 48)) < 0.05


def test_single_gaps_and_a_silent_morning_do_little():
    days = truth(60, noise=0.05)
    now = midnight(50) + 9 * HOUR
    past = until(days, now)
    holes = past.wh.copy()
    holes[::11] = np.nan
    holes[-9:] = np.nan
    whole, told = (consumption(each, LONDON, None, 48) for each in (past, Series(past.start, holes, HOUR)))
    assert holds(told, 48)
    assert nmae(told.mid, whole.mid) < 0.08


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)], ids=["forward", "back"])
@pytest.mark.parametrize("back", [-1, 0, 1, 3])
def test_habits_hang_on_the_clock_when_it_changes(change, back):
    first = change - 42 * DAY
    days = truth(60, first=first)
    now = local_midnight(change + back * DAY, LONDON.zone)
    band = consumption(until(days, now), LONDON, None, 48)
    assert holds(band, 48)
    assert nmae(band.mid, after(days, now, 48)) < 0.02


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/St_Johns", "Pacific/Auckland", "UTC"])
def test_it_works_wherever_people_live(zone):
    place = Place(ZoneInfo(zone))
    days = truth(40)
    start = datetime(2026, 1, 5, tzinfo=UTC)
    at = cells(start, 30 * 24, HOUR, place.zone)
    row = np.minimum(np.maximum(at.day - FIRST.toordinal(), 0), 39)
    band = consumption(Series(start, days.wh[row, at.step], HOUR), place, None, 48)
    coming = cells(band.start, 48, HOUR, place.zone)
    assert holds(band, 48)
    assert nmae(band.mid, days.wh[coming.day - FIRST.toordinal(), coming.step]) < 0.02


@given(st.integers(1, 900), st.integers(1, 80), st.floats(0.01, 1000))
@settings(deadline=None, max_examples=15)
def test_twice_the_homes_are_twice_the_load(hours, steps, times):
    past = until(truth(40, noise=0.1), midnight(0) + hours * HOUR)
    one = consumption(past, LONDON, None, steps)
    many = consumption(Series(past.start, times * past.wh, HOUR), LONDON, None, steps)
    assert holds(many, steps)
    for single, multiple in ((one.low, many.low), (one.mid, many.mid), (one.high, many.high)):
        assert multiple == pytest.approx(times * single, rel=1e-6, abs=1e-6 * times)


def test_what_lies_long_back_changes_nothing():
    days = truth(300, noise=0.1)
    now = midnight(290)
    long = until(days, now)
    short = Series(now - 150 * 24 * HOUR, long.wh[-150 * 24 :], HOUR)
    assert consumption(long, LONDON, None, 48).mid == pytest.approx(consumption(short, LONDON, None, 48).mid)


def test_a_forecast_knows_nothing_of_what_comes_later():
    days = truth(60, noise=0.1)
    told = consumption(until(days, midnight(50)), LONDON, None, 24)
    other = days.wh.copy()
    other[50:] *= 3
    assert consumption(until(Days(FIRST, other), midnight(50)), LONDON, None, 24).mid == pytest.approx(told.mid)


def test_what_it_said_of_past_days_ends_with_the_last_midnight():
    days = truth(60, noise=0.05)
    now = midnight(50) + 7 * HOUR
    past = until(days, now)
    before = consumption(past, LONDON, None, 24).before
    assert before.end == midnight(50)
    lately = past.wh[(before.start - past.start) // HOUR : (before.end - past.start) // HOUR]
    assert nmae(before.wh, lately) < 0.06


def sky(degrees, *, hours=None):
    """The weather of days, of which no more than so many hours are known."""
    told = np.asarray(degrees, dtype=float).copy()
    if hours is not None:
        told[hours:] = np.nan
    unknown = np.full(len(told), np.nan)
    return Weather(midnight(0), told, unknown, unknown)


def cold_spells(count=70):
    """Days whose load hangs on how cold they are, and their temperatures by the hour."""
    swings = np.random.default_rng(4).uniform(-8, 8, count)
    days = truth(count, level=lambda day: 1 - 0.05 * swings[day])
    return days, np.repeat(5 + swings, 24)


def test_a_cold_day_is_told_by_whoever_knows_the_weather():
    days, degrees = cold_spells()
    with_it, without = [], []
    for day in range(60, 66):
        past, truth_of_it = until(days, midnight(day)), days.wh[day]
        with_it.append(nmae(consumption(past, LONDON, sky(degrees), 24).mid, truth_of_it))
        without.append(nmae(consumption(past, LONDON, None, 24).mid, truth_of_it))
    assert np.mean(with_it) < 0.7 * np.mean(without)


@pytest.mark.parametrize("hours", [0, 30, 24 * 59 + 5])
def test_weather_that_is_not_known_to_the_end_leaves_a_forecast(hours):
    days, degrees = cold_spells()
    assert holds(consumption(until(days, midnight(60)), LONDON, sky(degrees, hours=hours), 48), 48)


def test_weather_of_another_time_changes_nothing():
    days, degrees = cold_spells()
    past = until(days, midnight(60))
    unknown = np.full(len(degrees), np.nan)
    elsewhen = Weather(datetime(2020, 1, 1, tzinfo=UTC), degrees, unknown, unknown)
    assert consumption(past, LONDON, elsewhen, 24).mid == pytest.approx(consumption(past, LONDON, None, 24).mid)
