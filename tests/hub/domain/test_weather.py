"""Weather in the hub's units, whoever tells it and whatever is left out."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from sceop_hub.domain.weather import Hour, hour_of, of_home_assistant

AT = "2026-11-20T13:00:00+01:00"
HOUR = 498_660
"""The twentieth of November 2026, noon in UTC."""


def read(told, temperature="°C", wind="m/s"):
    return list(of_home_assistant([{"datetime": AT, **told}], temperature, wind))


@pytest.mark.parametrize(
    ("unit", "value", "celsius"), [("°C", 10, 10), ("°F", 50, 10), ("°F", -40, -40), ("K", 283.15, 10)]
)
def test_temperatures_come_in_any_unit(unit, value, celsius):
    (hour,) = read({"temperature": value}, temperature=unit)
    assert hour.hour == HOUR
    assert hour.temperature_c == pytest.approx(celsius)


@pytest.mark.parametrize(
    ("unit", "value", "wind_ms"),
    [
        ("m/s", 10, 10),
        ("km/h", 36, 10),
        ("mph", 22.369, 10),
        ("kn", 19.438, 10),
        ("ft/s", 32.808, 10),
        ("Beaufort", 4, 6.7),
    ],
)
def test_wind_comes_in_any_unit(unit, value, wind_ms):
    (hour,) = read({"wind_speed": value}, wind=unit)
    assert hour.wind_ms == pytest.approx(wind_ms, abs=0.02)


def test_clouds_come_as_percent_or_else_as_a_word():
    assert [read(told)[0].cloud for told in ({"cloud_coverage": 25, "condition": "rainy"}, {"condition": "sunny"})] == [
        0.25,
        0.05,
    ]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"temperature": None, "wind_speed": "strong", "condition": "exceptional"},
        {"temperature": 900, "wind_speed": -3, "cloud_coverage": 120},
        {"temperature": float("nan"), "wind_speed": float("inf")},
        {"temperature": True},
        {"datetime": "tomorrow", "temperature": 5},
        {"datetime": "2026-11-20T13:00:00", "temperature": 5},
        {"datetime": None, "temperature": 5},
    ],
)
def test_what_can_not_be_or_can_not_be_read_is_left_out(told):
    assert read(told) == []


def test_a_unit_that_nobody_knows_makes_a_value_unknown_and_leaves_the_rest():
    assert read({"temperature": 5, "wind_speed": 3, "cloud_coverage": 50}, "°R", None) == [Hour(HOUR, None, 0.5, None)]


@given(st.lists(st.one_of(st.none(), st.integers(), st.text(), st.dictionaries(st.text(), st.text())), max_size=5))
def test_no_nonsense_breaks_it(told):
    assert list(of_home_assistant(told, "°C", "m/s")) == []


def test_numbers_that_no_arithmetic_can_hold_are_not_known():
    told = {"datetime": "2026-06-10T12:00:00+02:00", "temperature": 10**400, "cloud_coverage": 50, "wind_speed": 1e300}
    (hour,) = of_home_assistant([told], "°C", "Beaufort")
    assert (hour.temperature_c, hour.cloud, hour.wind_ms) == (None, 0.5, None)


def test_hours_are_counted_since_1970():
    assert hour_of(datetime(2026, 11, 20, 12, 59, tzinfo=UTC)) == HOUR
