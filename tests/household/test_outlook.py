"""An outlook is what was and what is expected, by days as people live them; what nobody knows stays unknown."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from custom_components.sceop.core.forecast.band import Model
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.surroundings import Place
from custom_components.sceop.core.slots import SLOT, local_day, local_midnight
from custom_components.sceop.outlook import look

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PLACE = Place(AMSTERDAM, latitude=52.1, longitude=5.1)
DAY = timedelta(days=1)
NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)


def past(end, days, wh=100.0):
    count = round(days * DAY / SLOT)
    return Series(end - count * SLOT, np.full(count, wh))


def home(end, days, wh=100.0):
    return {"grid_import": past(end, days, wh), "consumption": past(end, days, wh)}


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25), date(2026, 6, 10)]),
    st.integers(0, 95),
)
def test_today_and_tomorrow_are_whole_days_also_when_the_clock_changes(day, slot):
    now = local_midnight(day, AMSTERDAM) + slot % len(local_day(day, AMSTERDAM)) * SLOT
    outlook = look(home(now, 10), PLACE, None, None)
    for ahead in (0, 1):
        begin, end = (local_midnight(day + (ahead + more) * DAY, AMSTERDAM) for more in (0, 1))
        curve = outlook.curve("consumption", ahead)
        assert (curve.start, curve.end) == (begin, end)
        assert np.isfinite(curve.wh).all()
        energy = outlook.energy("consumption", ahead)
        assert energy.low_wh <= energy.mid_wh <= energy.high_wh


def test_today_is_what_was_and_what_is_expected_of_the_rest():
    known = home(NOON, 10)
    known["consumption"].wh[-4:] = 1000
    outlook = look(known, PLACE, None, None)
    midnight = local_midnight(date(2026, 6, 10), AMSTERDAM)
    was = known["consumption"].wh[-((NOON - midnight) // SLOT) :].sum()
    rest = outlook.bands["consumption"].mid[: (midnight + DAY - NOON) // SLOT].sum()
    assert outlook.energy("consumption", 0).mid_wh == pytest.approx(was + rest, abs=1)


def test_a_pump_that_has_run_since_yesterday_counts_in_what_today_and_tomorrow_come_to():
    usual, running = home(NOON, 30), home(NOON, 30)
    running["consumption"].wh[-120:] += 125
    without, told = (look(known, PLACE, None, None) for known in (usual, running))
    more = [told.energy("consumption", ahead).mid_wh - without.energy("consumption", ahead).mid_wh for ahead in (0, 1)]
    assert more[0] == pytest.approx(96 * 125, rel=0.2)
    assert more[1] > 0.4 * more[0]


def test_slots_that_nobody_saw_are_those_that_the_morning_expected():
    whole, gap = home(NOON, 10), home(NOON, 10)
    gap["consumption"].wh[-20:-10] = np.nan
    assert look(gap, PLACE, None, None).energy("consumption", 0) == look(whole, PLACE, None, None).energy(
        "consumption", 0
    )


def test_of_a_day_whose_beginning_nobody_saw_or_could_expect_the_sum_is_unknown():
    outlook = look(home(NOON, 0.25), PLACE, None, None)
    assert outlook.energy("consumption", 0) is None
    assert outlook.energy("consumption", 1).mid_wh > 0
    assert outlook.model("consumption") is Model.LEVEL


def test_of_nothing_nothing_follows():
    outlook = look(home(NOON, 0), PLACE, None, None)
    assert outlook.energy("consumption", 0) is None
    assert outlook.energy("consumption", 1) is None
    assert (outlook.peak(0), outlook.peak_at(1), outlook.windows) == (None, None, ())
    assert outlook.model("consumption") is Model.NOTHING


def test_what_the_morning_expected_does_not_change_during_the_day():
    first = look(home(NOON, 10), PLACE, None, None)
    later = look(home(NOON + 2 * SLOT, 10, 500.0), PLACE, None, None, first.morning)
    assert later.morning is first.morning
    tomorrow = look(home(NOON + DAY, 10), PLACE, None, None, first.morning)
    assert tomorrow.morning.day == first.morning.day + DAY


def test_peaks_are_those_of_the_grid():
    known = home(NOON, 10) | {"production": past(NOON, 10, 90.0)}
    known["grid_import"] = past(NOON, 10, 10.0)
    outlook = look(known, PLACE, None, None)
    assert outlook.peak(1).mid_w == pytest.approx(40, abs=5)
    assert outlook.bands["grid_import"].mid.max() < 20


def test_a_peak_that_was_stays_the_peak_of_today_while_nothing_higher_is_expected():
    known = home(NOON, 10)
    for series in known.values():
        series.wh[-8] = 3000
    outlook = look(known, PLACE, None, None)
    assert outlook.peak_at(0) == NOON - 8 * SLOT
    assert outlook.peak(0).mid_w >= 12_000


def test_a_meter_that_counted_what_no_wire_carries_has_a_peak_too():
    known = home(NOON, 10)
    known["grid_import"].wh[-4] = 1e12
    assert look(known, PLACE, None, None).peak_at(0) == NOON - 4 * SLOT


def test_a_limit_that_was_set_makes_windows():
    assert look(home(NOON, 10), PLACE, None, 100_000).windows == ()
    (window, *_) = look(home(NOON, 10), PLACE, None, 100).windows
    assert window.limit_w == 100
    assert window.start >= NOON


def test_a_site_that_only_produces_has_no_peaks():
    outlook = look({"production": past(NOON, 10)}, PLACE, None, 100)
    assert outlook.peaks == outlook.windows == ()
    assert outlook.energy("production", 1).mid_wh >= 0
    assert outlook.energy("consumption", 1) is None


def with_gap(series, begin, end):
    series.wh[begin:end] = np.nan
    return series


BAD = {
    "one hour": lambda: past(NOON, 1 / 24),
    "all zeros": lambda: past(NOON, 30, 0.0),
    "a month of gaps": lambda: with_gap(past(NOON, 60), -40 * 96, -9 * 96),
    "every second day": lambda: Series(NOON - 30 * DAY, np.where(np.arange(30 * 96) // 96 % 2, np.nan, 80.0)),
    "nothing since last week": lambda: with_gap(past(NOON, 30), -7 * 96, None),
    "a factory": lambda: past(NOON, 30, 1e6),
    "nothing but gaps": lambda: with_gap(past(NOON, 30), 0, None),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("now", [NOON, datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)])
def test_a_past_that_is_hardly_one_makes_no_error_and_no_number_that_is_none(name, now):
    bad = BAD[name]()
    series = Series(now - len(bad) * SLOT, bad.wh)
    channels = ("grid_import", "consumption", "production", "battery_charge")
    outlook = look(dict.fromkeys(channels, series), PLACE, None, None)
    for figure in ("consumption", "production"):
        for ahead in (0, 1):
            energy = outlook.energy(figure, ahead)
            assert energy is None or 0 <= energy.low_wh <= energy.mid_wh <= energy.high_wh
            assert (outlook.peak(ahead) is None) == (outlook.peak_at(ahead) is None)
    for window in outlook.windows:
        assert window.start < window.end
        assert 0 <= window.probability <= 1
    if name == "nothing but gaps":
        assert outlook.energy("consumption", 1) is None
