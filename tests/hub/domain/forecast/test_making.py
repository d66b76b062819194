"""Making a forecast: whatever fails or is missing, what can be told is told, and no number that is none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sceop_hub.core.forecast.surroundings import Place
from sceop_hub.core.slots import local_midnight, to_number
from sceop_hub.domain.forecast import making
from sceop_hub.domain.forecast.history import History, Slot, history
from sceop_hub.domain.weather import Hour
from tests.hub.forecasting import HOMES, TODAY, ZONE, past

NOWHERE = making.Surroundings(Place(ZONE), None, lambda _at: None)


def known(days, until=TODAY) -> History:
    slots = [Slot(slot, part.homes, part.wh) for slot, part in sorted(past(days, until=until).items())]
    return history(slots, {}, to_number(until))


def told(found: History, start=TODAY, around=NOWHERE, made=None):
    complaints = []
    return making.forecast(found, around, start, made or start + timedelta(minutes=6), complaints.append), complaints


def test_a_method_that_fails_gives_way_to_a_plain_one_and_says_so_once(monkeypatch):
    def fails(*_given):
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setattr(making, "consumption", fails)
    forecast, complaints = told(known(5))
    assert None not in forecast.figures["consumption"].mid
    assert complaints == ["The forecast of consumption is a plain one, because of LinAlgError: Singular matrix"]


def test_where_the_peaks_fail_the_bands_are_told(monkeypatch):
    def fails(*_given):
        raise ZeroDivisionError("float division by zero")

    monkeypatch.setattr(making, "windows", fails)
    forecast, (complaint,) = told(known(5))
    assert forecast.figures.keys() == {"consumption", "production", "net"}
    assert (forecast.peaks.windows, forecast.peaks.days) == ((), ())
    assert "The peaks to come are not told" in complaint


@pytest.mark.parametrize("hours", [0, 1, 23])
def test_of_less_than_a_day_nothing_is_told(hours):
    assert told(_last(known(1), hours))[0] is None


def _last(found: History, hours) -> History:
    lost = len(found) - 4 * hours
    curves = (found.consumption, found.production, found.net, found.used)
    return History(found.first, found.homes, *((None,) * lost + curve[lost:] for curve in curves))


@settings(max_examples=10, deadline=None)
@given(
    zone=st.sampled_from(["Europe/Amsterdam", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    day=st.dates(datetime(2026, 3, 1, tzinfo=UTC).date(), datetime(2026, 11, 30, tzinfo=UTC).date()),
    days=st.integers(2, 9),
    gap=st.integers(0, 96),
)
def test_whatever_the_clock_does_all_slots_are_told_and_those_that_lie_back_are_scored(zone, day, days, gap):
    place = Place(ZoneInfo(zone))
    start = local_midnight(day, place.zone)
    every = sorted(past(days, until=start).items())
    slots = [Slot(slot, part.homes, part.wh) for slot, part in every if not gap <= slot - every[0][0] - 96 < 2 * gap]
    found = history(slots, {}, to_number(start))
    around = making.Surroundings(place, 1, lambda _at: None)
    made = [
        one
        for midnight in [*making.missing(found, place, []), start]
        if (one := told(found, midnight, around, start)[0]) is not None
    ]
    assert made[-1].start == start
    assert all(one.midnight for one in made)
    for one in made:
        for figure in one.figures.values():
            assert None not in (*figure.low, *figure.mid, *figure.high)
            assert len(figure.mid) == 192
    lately, turned = making.look_back(found, made, {}, place)
    assert {at for at, _, _ in turned} <= {one.start for one in made}
    assert all(one.model.midnights == one.yesterday.midnights for one in lately.values())


def test_today_is_missing_too_where_nobody_forecast_it_at_its_midnight():
    found = known(5, until=TODAY + timedelta(hours=9))
    place = Place(ZONE)
    at = making.missing(found, place, [])
    assert at[-1] == TODAY
    assert len(at) == 5
    assert making.missing(found, place, at[:-1]) == [TODAY]


def test_a_forecast_for_other_homes_is_compared_home_by_home():
    found = known(5)
    (yesterday,) = [at for at in making.missing(found, Place(ZONE), []) if at == TODAY - timedelta(days=1)]
    forecast, _ = told(found, yesterday, made=TODAY)
    twice = {figure: one.times(2) for figure, one in forecast.figures.items()}
    other = replace(forecast, homes=2 * HOMES, figures=twice)
    one, two = (making.look_back(found, [made], {}, Place(ZONE))[0]["consumption"].model for made in (forecast, other))
    assert one == two


def test_weather_is_a_row_of_hours_with_gaps():
    row = making.weather([Hour(10, 5.0, None, 3.0), Hour(13, None, 0.5, None)])
    assert row.start == datetime(1970, 1, 1, 10, tzinfo=UTC)
    assert np.array_equal(row.temperature_c, [5, np.nan, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(row.cloud, [np.nan, np.nan, np.nan, 0.5], equal_nan=True)
    assert making.weather([]) is None
