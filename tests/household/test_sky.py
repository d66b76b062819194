"""Weather comes in any unit, with parts that are missing or make no sense, and is never an error."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, strategies as st

from custom_components.sceop import sky
from custom_components.sceop.sky import Hour

AT = datetime(2026, 6, 10, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
AMERICAN = {"temperature_unit": "°F", "wind_speed_unit": "mph"}
EUROPEAN = {"temperature_unit": "°C", "wind_speed_unit": "km/h"}
BEAUFORT = {"temperature_unit": "K", "wind_speed_unit": "Beaufort"}


def test_fahrenheit_and_miles_are_converted():
    told = {"temperature": 68, "wind_speed": 10, "cloud_coverage": 40}
    assert sky.read(told, AMERICAN, "sunny") == Hour(20, 0.4, pytest.approx(4.47))


def test_a_condition_stands_in_for_clouds_that_are_not_told():
    assert sky.read({"temperature": 20}, EUROPEAN, "partlycloudy") == Hour(20, 0.45, None)
    assert sky.read({"temperature": 20}, EUROPEAN, "exceptional") == Hour(20, None, None)


@pytest.mark.parametrize(
    ("told", "units"),
    [
        ({"temperature": "warm", "wind_speed": None, "cloud_coverage": "half"}, EUROPEAN),
        ({"temperature": 20, "wind_speed": 3}, {"temperature_unit": "°X", "wind_speed_unit": None}),
        ({"temperature": float("nan"), "wind_speed": float("inf")}, EUROPEAN),
        ({"temperature": 300, "wind_speed": -5}, EUROPEAN),
        ({"temperature": True}, EUROPEAN),
        ({"temperature": 10**400, "wind_speed": 1e300}, BEAUFORT),
        ({"temperature": -1e300, "wind_speed": -5}, BEAUFORT),
        ({}, {}),
    ],
)
def test_what_makes_no_sense_is_not_known(told, units):
    assert sky.read(told, units, None).says_nothing


def test_a_forecast_is_read_as_far_as_it_makes_sense():
    told = [
        {"datetime": "2026-06-10T12:00:00+02:00", "temperature": 21, "condition": "sunny"},
        {"datetime": "2026-06-10T13:00:00+02:00", "temperature": None},
        {"datetime": "soon", "temperature": 3},
        "rain",
        {"temperature": 3},
        {"datetime": "2026-13-45T12:00:00", "temperature": 3},
        {"datetime": "9999-12-31T23:59:59-12:00", "temperature": 3},
        {"datetime": "0001-01-01T00:00:00+12:00", "temperature": 3},
    ]
    assert sky.forecast(told, EUROPEAN) == {AT: Hour(21, 0.05, None)}
    assert sky.forecast(None, EUROPEAN) == {}


def test_a_night_of_which_nothing_is_known_is_a_gap():
    weather = sky.weather({AT: Hour(20, 0.5, 3), AT + 3 * HOUR: Hour(18, None, 4)})
    assert weather.start == AT
    assert np.isnan(weather.temperature_c).tolist() == [False, True, True, False]
    assert np.isnan(weather.cloud).tolist() == [False, True, True, True]
    assert sky.weather({}) is None


values = st.none() | st.floats(-30, 40).map(lambda value: round(value, 2))


@given(st.dictionaries(st.integers(0, 200), st.builds(Hour, values, values, values), max_size=30))
def test_what_is_kept_is_read_back(numbered):
    hours = {AT + number * HOUR: hour for number, hour in numbered.items()}
    assert sky.load(sky.dump(hours)) == hours


def test_what_was_written_without_a_time_zone_is_read_with_one():
    assert all(at.tzinfo is UTC for at in sky.load({"start": "2026-06-10T10:00:00", "hours": [[20, 0.5, 3]]}))
