"""Today and tomorrow of the forecast card: nothing lost, nothing drawn twice, and a gap stays a gap."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.core.forecast.band import Band, Model
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.windows import Peak
from custom_components.sceop.core.slots import SLOT, slot_of
from custom_components.sceop.frontend.two_days import between, curve, drawn, figure, two_days, whole

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZONES = [
    ZoneInfo(name) for name in ("Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")
]
HOUR = timedelta(hours=1)
INSTANTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + minute * timedelta(minutes=1)
)


@dataclass
class Warm:
    start: datetime
    end: datetime


@pytest.mark.parametrize(
    ("today", "hours"),
    [(date(2026, 3, 28), [24, 23]), (date(2026, 3, 29), [23, 24]), (date(2026, 10, 25), [25, 24])],
)
def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is(today, hours):
    days = two_days(datetime(today.year, today.month, today.day, 12, tzinfo=UTC), AMSTERDAM)
    assert [(day.end - day.start) / HOUR for day in days] == hours
    assert [[hour for hour, _ in day.marks] for day in days] == [[0, 6, 12, 18]] * 2


@given(now=INSTANTS, zone=st.sampled_from(ZONES))
def test_the_two_days_are_today_and_the_day_after_it(now, zone):
    today, tomorrow = two_days(now, zone)
    assert today.start <= now < today.end == tomorrow.start
    assert today.date == now.astimezone(zone).date() == tomorrow.date - timedelta(days=1)
    for day in (today, tomorrow):
        assert all(day.start <= at < day.end for _, at in day.marks)


@given(
    now=INSTANTS,
    zone=st.sampled_from(ZONES),
    ahead=st.integers(-300, 300),
    known=st.lists(st.one_of(st.none(), st.integers(0, 20_000)), max_size=400),
)
def test_a_curve_has_each_step_that_begins_in_the_two_days_once_and_no_other(now, zone, ahead, known):
    start = slot_of(now) + ahead * SLOT
    within = whole(two_days(now, zone))
    wh = np.array([np.nan if each is None else each for each in known], dtype=float)
    drawn = curve(start, wh, SLOT, within)
    wanted = {start + number * SLOT: each for number, each in enumerate(known)}
    wanted = {at: None if each is None else 4 * each for at, each in wanted.items() if within[0] <= at < within[1]}
    assert {drawn.start + number * SLOT: each for number, each in enumerate(drawn.watts)} == wanted


@given(now=INSTANTS, zone=st.sampled_from(ZONES), minutes=st.sampled_from([15, 30, 60]))
def test_power_of_a_step_is_its_energy_in_an_hour(now, zone, minutes):
    step = timedelta(minutes=minutes)
    within = whole(two_days(now, zone))
    drawn = curve(within[0], np.full(300, 250.0), step, within)
    assert set(drawn.watts) == {250 * 60 // minutes}
    assert len(drawn.watts) == min(300, -((within[0] - within[1]) // step))


def test_a_gap_is_no_zero():
    within = whole(two_days(datetime(2026, 6, 8, 12, tzinfo=UTC), AMSTERDAM))
    drawn = curve(within[0], np.array([10.0, np.nan, 0.0]), SLOT, within)
    assert drawn.watts == (40, None, 0)


def test_what_runs_hot_over_midnight_is_shown_and_what_is_over_is_not():
    within = whole(two_days(datetime(2026, 6, 8, 12, tzinfo=UTC), AMSTERDAM))
    into, after, before = (
        Warm(within[0] - HOUR, within[0] + HOUR), Warm(within[1], within[1] + HOUR), Warm(within[0] - HOUR, within[0])
    )  # fmt: skip
    later = Warm(within[1] - HOUR, within[1] + HOUR)
    assert list(between([later, after, before, into], within)) == [into, later]


def band(start, wh, model=Model.LEARNED):
    wh = np.array(wh, dtype=float)
    return Band(start, SLOT, wh / 2, wh, wh * 2, model, 30.0)


@given(now=INSTANTS, zone=st.sampled_from(ZONES), ahead=st.integers(-200, 200), count=st.integers(0, 300))
def test_where_two_forecasts_tell_the_later_one_holds_and_else_the_one_there_is(now, zone, ahead, count):
    within = whole(two_days(now, zone))
    start = slot_of(now) + ahead * SLOT
    morning = band(within[0], [10] * 96, Model.WEEK)
    drawn = figure("consumption", None, [morning, band(start, [20] * count)], within)
    slots = (within[1] - within[0]) // SLOT
    later = [start <= within[0] + slot * SLOT < start + count * SLOT for slot in range(slots)]
    expected = tuple(80 if later[slot] else 40 if slot < 96 else None for slot in range(slots))
    assert drawn.mid.watts == expected
    assert [len(each.watts) for each in (drawn.low, drawn.mid, drawn.high)] == [slots] * 3
    assert drawn.model is Model.LEARNED


def test_what_was_measured_stands_beside_what_is_expected():
    within = whole(two_days(datetime(2026, 6, 8, 12, tzinfo=UTC), AMSTERDAM))
    past = Series(within[0] - SLOT, np.array([1.0, 2.0, np.nan, 3.0]))
    assert figure("production", past, [band(within[0], [5])], within).actual.watts == (8, None, 12)


def peak(when, mid_w=2000.0, low_w=1500.4):
    return Peak(date(2026, 6, 8), low_w, mid_w, 2600.0, datetime(2026, 6, 8, 10, tzinfo=UTC), SLOT, np.array(when))


def test_a_days_peak_is_told_where_it_is_likeliest():
    assert drawn(peak([0.2, 0.5, 0.3])).at == datetime(2026, 6, 8, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize("unknown", [peak([np.nan, np.nan]), peak([]), peak([1.0], mid_w=np.nan)])
def test_a_day_of_which_nothing_is_known_is_not_told(unknown):
    assert drawn(unknown) is None


def test_nobody_draws_less_than_nothing():
    assert drawn(peak([1.0], low_w=-24.0)).low_w == 0
