"""What has run on for hours is expected to run on."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from custom_components.sceop.core.forecast.home import consumption
from custom_components.sceop.core.forecast.peaks import peaks
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.surroundings import Place

LISBON = Place(ZoneInfo("Europe/Lisbon"))
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR, SLOTS = timedelta(hours=1), 4
PUMP_WH = 125.0


def lived_in(days=30, seed=0):
    """Return a past of slots that ends at 16:30."""
    shape = 30 + 30 * np.sin(np.arange(96) / 96 * 2 * np.pi) ** 2
    past = shape * np.random.default_rng(seed).lognormal(0, 0.4, (days, 96))
    return past.ravel()[: days * 96 - 30]


def with_pump(wh, hours):
    count = round(hours * SLOTS)
    return np.concatenate([wh[: len(wh) - count], wh[len(wh) - count :] + PUMP_WH])


def ahead(wh, steps=192, place=LISBON):
    return consumption(Series(MONDAY, wh), place, None, steps)


def test_a_pump_that_has_run_for_thirty_hours_is_expected_in_the_next_hour():
    without, told = ahead(lived_in()), ahead(with_pump(lived_in(), 30))
    truth = without.mid[:SLOTS] + PUMP_WH
    assert told.mid[:SLOTS] == pytest.approx(truth, rel=0.2)
    assert (told.low[:SLOTS] > without.high[:SLOTS]).all()
    assert (told.high[:SLOTS] > truth).all()


def test_it_is_expected_for_about_as_long_again():
    without, told = ahead(lived_in()), ahead(with_pump(lived_in(), 30))
    more = (told.mid - without.mid).reshape(-1, SLOTS).mean(1)
    assert (more[:24] > 0.7 * PUMP_WH).all()
    assert (more[32:] < 0.5 * PUMP_WH).all()


def test_it_raises_the_peak_of_tomorrow():
    usual, raised = (
        peaks(Series(MONDAY, wh), ahead(wh), LISBON)[1].mid_w for wh in (lived_in(), with_pump(lived_in(), 30))
    )
    assert raised > usual + 0.6 * PUMP_WH * SLOTS


def test_what_has_run_for_three_hours_is_expected_for_one_and_possible_for_nine():
    without, told = ahead(lived_in()), ahead(with_pump(lived_in(), 3))
    assert (told.mid - without.mid)[:SLOTS].mean() > 0.8 * PUMP_WH
    assert (told.mid - without.mid)[2 * SLOTS : 9 * SLOTS].mean() < 0.1 * PUMP_WH
    assert (told.high - without.high)[: 9 * SLOTS].mean() > 0.8 * PUMP_WH


def test_a_kettle_is_not_expected_to_boil_on():
    without, boiled = ahead(lived_in()), lived_in()
    boiled[-1] += 400
    told = ahead(boiled)
    assert told.mid[:SLOTS] == pytest.approx(without.mid[:SLOTS], rel=0.05)
    assert told.high[:SLOTS] == pytest.approx(without.high[:SLOTS], rel=0.05)


def test_an_empty_home_is_expected_to_stay_empty_for_a_while():
    empty = lived_in()
    empty[-8 * SLOTS :] = 5
    without, told = ahead(lived_in()), ahead(empty)
    assert (told.mid[: 2 * SLOTS] < 0.7 * without.mid[: 2 * SLOTS]).all()
    assert told.mid[30 * SLOTS : 36 * SLOTS] == pytest.approx(without.mid[30 * SLOTS : 36 * SLOTS], rel=0.2)


def test_over_a_gap_nothing_is_carried():
    broken = with_pump(lived_in(), 6)
    broken[-2:] = np.nan
    told = ahead(broken)
    assert told.mid[:SLOTS] == pytest.approx(ahead(lived_in()).mid[:SLOTS], rel=0.1)


def test_a_friday_at_work_says_nothing_of_its_evening():
    at_work = np.where((np.arange(24) >= 8) & (np.arange(24) < 18), 5000.0, 200.0)
    week = np.concatenate([at_work if day % 7 < 5 else np.full(24, 200.0) for day in range(33)])
    band = consumption(Series(MONDAY, week[: 32 * 24 + 18], HOUR), LISBON, None, 48)
    assert band.mid == pytest.approx(200)
    assert band.high[:6] == pytest.approx(200)


@pytest.mark.parametrize("turn", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_pump_is_followed_through_the_night_in_which_the_clock_changes(turn):
    start = datetime(turn.year, turn.month, turn.day, tzinfo=UTC) - timedelta(days=20)
    wh = with_pump(lived_in(22)[: 20 * 96 + 40], 24)
    for end in range(20 * 96 + 2, 20 * 96 + 40, 7):
        told = consumption(Series(start, wh[:end]), LISBON, None, 96)
        assert (told.mid[:SLOTS] > 0.9 * PUMP_WH).all()


@pytest.mark.parametrize("turn", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_clock_that_changes_makes_no_habit_a_surprise(turn):
    start = datetime(turn.year, turn.month, turn.day, tzinfo=UTC) - timedelta(days=20)
    hours = [(start + index * HOUR).astimezone(LISBON.zone).hour for index in range(24 * 23)]
    lived = np.where(np.isin(hours, range(17, 23)), 800.0, 50.0)
    for end in range(24 * 20 - 3, 24 * 21 + 3, 2):
        told = consumption(Series(start, lived[:end], HOUR), LISBON, None, 24)
        assert told.mid == pytest.approx(lived[end : end + 24])
