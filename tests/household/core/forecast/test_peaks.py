"""Peaks: higher than a median curve, on each whole local day, and honest about what already was."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from custom_components.sceop.core.forecast.band import Band, Model
from custom_components.sceop.core.forecast.clock import Days, series_of
from custom_components.sceop.core.forecast.peaks import peaks
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.surroundings import Place
from custom_components.sceop.core.slots import local_midnight

LONDON = Place(ZoneInfo("Europe/London"))
STEP = timedelta(minutes=15)
EVENING = 18 * 4


def curve():
    """An evening that rises above an even day."""
    steps = np.arange(96)
    return 1000 + 1000 * np.exp(-np.square((steps - EVENING) / 8))


def stretch(first, days, place=LONDON):
    """Days on their steps, from the midnight that the first begins with."""
    start, end = (local_midnight(first + back * timedelta(days=1), place.zone) for back in (0, len(days)))
    return series_of(Days(first, np.asarray(days)), start, (end - start) // STEP, place.zone)


def band_of(mid, before=None, width=0.1):
    return Band(mid.start, STEP, (1 - width) * mid.wh, mid.wh, (1 + width) * mid.wh, Model.LEARNED, 30.0, before)


def random_days(count, chance):
    return [curve() * chance.uniform(0.9, 1.1) + chance.normal(0, 150, 96) for _ in range(count)]


def situation(days=40, ahead=2, first=date(2026, 1, 5), seed=1):
    chance = np.random.default_rng(seed)
    past = stretch(first, random_days(days, chance))
    before = stretch(first, [curve()] * days)
    mid = stretch(first + timedelta(days=days), [curve()] * ahead)
    return past, band_of(mid, before)


def test_a_peak_stands_above_the_curve_that_past_peaks_stood_above():
    past, band = situation()
    (first, _) = peaks(past, band, LONDON)
    usual = past.wh.reshape(-1, 96).max(axis=1).mean() * 4
    assert first.mid_w == pytest.approx(usual, rel=0.05)
    assert first.mid_w > band.mid.max() * 4
    assert first.low_w < first.mid_w < first.high_w


def test_peaks_have_a_power_whatever_the_step():
    past, band = situation()
    quarter = peaks(past, band, LONDON)[0].mid_w
    hourly = [
        Series(each.start, each.wh.reshape(-1, 4).sum(axis=1), timedelta(hours=1)) for each in (past, band.before)
    ]
    low, mid, high = (wh.reshape(-1, 4).sum(axis=1) for wh in (band.low, band.mid, band.high))
    coarse = Band(band.start, timedelta(hours=1), low, mid, high, band.model, band.days, hourly[1])
    assert peaks(hourly[0], coarse, LONDON)[0].mid_w == pytest.approx(quarter, rel=0.15)


def test_the_time_of_the_peak_is_when_the_curve_is_high():
    past, band = situation()
    for peak in peaks(past, band, LONDON):
        assert peak.when.sum() == pytest.approx(1)
        assert abs(int(peak.when.argmax()) - EVENING) <= 8
        assert peak.when[EVENING - 12 : EVENING + 12].sum() > 0.8


def test_only_days_that_the_band_covers_to_their_end_have_a_peak():
    past, band = situation()
    cut = Band(band.start, STEP, band.low[:-1], band.mid[:-1], band.high[:-1], band.model, band.days, band.before)
    assert [peak.day for peak in peaks(past, cut, LONDON)] == [peak.day for peak in peaks(past, band, LONDON)][:1]


def so_far(past, band, now, height):
    """Let today run until a step of it, with one step of this height at noon."""
    today = np.where(np.arange(now) == 48, height, 500.0)
    rest = Band(
        band.start + now * STEP,
        STEP,
        band.low[now:],
        band.mid[now:],
        band.high[now:],
        band.model,
        band.days,
        band.before,
    )
    return Series(past.start, np.concatenate([past.wh, today])), rest


def test_a_peak_that_was_stays_the_peak_of_today():
    past, band = so_far(*situation(), 60, 9_000.0)
    peak = peaks(past, band, LONDON)[0]
    assert peak.low_w == peak.mid_w == peak.high_w == 36_000
    assert peak.start == local_midnight(peak.day, LONDON.zone)
    assert peak.when[48] == pytest.approx(1)


def test_what_was_is_the_least_that_todays_peak_can_be():
    past, band = so_far(*situation(), 60, 2_100.0)
    peak = peaks(past, band, LONDON)[0]
    assert peak.low_w >= 8_400
    assert 0 < peak.when[48] < 1
    assert not peak.when[:48].any()


def test_without_past_days_the_band_has_to_do():
    past, band = situation()
    peak = peaks(
        Series(past.start, past.wh[:0]), Band(band.start, STEP, band.low, band.mid, band.high, band.model, 0), LONDON
    )[0]
    assert band.mid.max() * 4 < peak.mid_w < band.high.max() * 4
    assert peak.when.sum() == pytest.approx(1)


def test_a_band_without_its_own_past_still_learns_from_past_peaks():
    past, band = situation()
    bare = Band(band.start, STEP, band.low, band.mid, band.high, band.model, band.days)
    assert peaks(past, bare, LONDON)[0].mid_w == pytest.approx(peaks(past, band, LONDON)[0].mid_w, rel=0.1)


def test_of_an_unknown_band_there_is_no_peak():
    past, band = situation()
    unknown = np.full_like(band.mid, np.nan)
    assert peaks(past, Band(band.start, STEP, unknown, unknown, unknown, Model.NOTHING, 0), LONDON) == ()


def test_where_nothing_flows_the_peak_is_nothing():
    past, band = situation()
    zero = np.zeros_like(band.mid)
    nothing = Band(
        band.start, STEP, zero, zero, zero, band.model, band.days, Series(band.before.start, 0 * band.before.wh)
    )
    peak = peaks(Series(past.start, 0 * past.wh), nothing, LONDON)[0]
    assert (peak.low_w, peak.mid_w, peak.high_w) == (0, 0, 0)
    assert peak.when.sum() == pytest.approx(1)


@pytest.mark.parametrize("begun", [0, 24], ids=["tomorrow", "after a night of nothing"])
def test_a_home_that_mostly_draws_nothing_has_its_peak_when_it_does_draw(begun):
    first, evening = date(2026, 1, 5), np.zeros(96)
    evening[72:76] = 300.0
    past = stretch(first, [evening if day % 5 < 2 else 0 * evening for day in range(40)])
    mid = stretch(first + timedelta(days=40), [0 * evening])
    night = Series(past.start, np.concatenate([past.wh, np.zeros(begun)]))
    coming = Series(mid.start + begun * STEP, mid.wh[begun:])
    band = band_of(coming, Series(past.start, 0 * past.wh))
    (peak,) = peaks(night, band, LONDON)
    assert peak.when.sum() == pytest.approx(1)
    assert 70 <= int(peak.when.argmax()) <= 77


@pytest.mark.parametrize(
    ("first", "steps"), [(date(2026, 2, 17), 92), (date(2026, 9, 15), 100)], ids=["forward", "back"]
)
def test_days_of_clock_changes_have_the_steps_that_they_have(first, steps):
    past, band = situation(first=first)
    changed = peaks(past, band, LONDON)[0]
    assert changed.day in {date(2026, 3, 29), date(2026, 10, 25)}
    assert len(changed.when) == steps
    assert changed.when.sum() == pytest.approx(1)
    at = (changed.start + int(changed.when.argmax()) * STEP).astimezone(LONDON.zone)
    assert abs(at.hour + at.minute / 60 - 18) <= 2


def test_gaps_in_the_past_do_no_harm():
    past, band = situation()
    holes = past.wh.copy()
    holes[500:1500] = np.nan
    holes[::97] = np.nan
    peak = peaks(Series(past.start, holes), band, LONDON)[0]
    assert peak.mid_w == pytest.approx(peaks(past, band, LONDON)[0].mid_w, rel=0.05)


def test_twice_the_load_has_twice_the_peak():
    past, band = situation()
    double = Band(
        band.start,
        STEP,
        2 * band.low,
        2 * band.mid,
        2 * band.high,
        band.model,
        band.days,
        Series(band.before.start, 2 * band.before.wh),
    )
    single = peaks(past, band, LONDON)
    for one, two in zip(single, peaks(Series(past.start, 2 * past.wh), double, LONDON), strict=True):
        assert two.mid_w == pytest.approx(2 * one.mid_w)
        assert two.high_w == pytest.approx(2 * one.high_w)
        assert two.when == pytest.approx(one.when)


def test_net_load_below_nothing_has_a_peak_too():
    past, band = situation()
    less = 3000.0
    net = Band(band.start, STEP, band.low - less, band.mid - less, band.high - less, band.model, band.days)
    peak = peaks(Series(past.start, past.wh - less), net, LONDON)[0]
    assert peak.low_w <= peak.mid_w <= peak.high_w < 0


@pytest.mark.parametrize("told", [True, False], ids=["told before", "never told"])
def test_what_never_was_below_nothing_has_no_edge_there(told):
    chance = np.random.default_rng(3)
    past, band = situation()
    rare = past.wh * (chance.random(len(past)) < 0.002)
    little = Band(band.start, STEP, -band.mid, 0.01 * band.mid, 0.02 * band.mid, band.model, band.days)
    if told:
        little = Band(band.start, STEP, -band.mid, 0.01 * band.mid, band.mid, band.model, band.days, band.before)
    for peak in peaks(Series(past.start, rare), little, LONDON):
        assert 0 <= peak.low_w <= peak.mid_w <= peak.high_w


def test_an_empty_band_is_no_day():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    empty = np.empty(0)
    assert peaks(Series(start, empty), Band(start, STEP, empty, empty, empty, Model.NOTHING, 0), LONDON) == ()


def peak_of_a_friday(noise, low=0.9):
    """A Friday's peak, where each of the past peaked lower than its curve told, and what it would be without that."""
    chance = np.random.default_rng(5)
    first = date(2026, 1, 5)
    days = [curve() * max(chance.normal(1.1, noise), 0.1) for _ in range(39)]
    lower = [wh * (low if day % 7 == 4 else 1.0) for day, wh in enumerate(days)]
    band = band_of(stretch(first + timedelta(days=39), [curve()]), stretch(first, [curve()] * 39))
    assert (first + timedelta(days=39)).strftime("%A") == "Friday"
    usual, friday = (peaks(stretch(first, past), band, LONDON)[0].mid_w for past in (days, lower))
    return usual, friday


def test_a_weekday_whose_peaks_come_lower_than_its_curve_is_expected_lower():
    usual, friday = peak_of_a_friday(noise=0.02)
    assert friday == pytest.approx(0.9 * usual, rel=0.03)


def test_where_peaks_are_mostly_chance_a_few_fridays_are_hardly_believed():
    usual, friday = peak_of_a_friday(noise=0.3)
    assert 0.94 < friday / usual < 0.995
