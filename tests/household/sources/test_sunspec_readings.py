"""What a SunSpec device shows becomes energy of which nothing is lost or made up."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given, strategies as st

from custom_components.sceop.core.channels import BATTERY_CHARGE, BATTERY_DISCHARGE, PRODUCTION
from custom_components.sceop.sources.sunspec_models import LARGEST, Shown, _mwh, _watts
from custom_components.sceop.sources.sunspec_readings import Readings
from custom_components.sceop.things import FLOWS_OF, ThingKind

START = datetime(2026, 6, 10, 10, tzinfo=UTC)
COUNTERS = st.none() | st.integers(0, 10**9)


@given(st.integers(0, 2**64 - 1), st.integers(-10, 10))
def test_a_counter_is_scaled_exactly_and_rounded_down(raw, exponent):
    wh = raw * Fraction(10) ** exponent
    assert _mwh(raw, exponent) == (wh * 1000 // 1 if wh <= LARGEST else None)


@given(st.integers(-(2**15), 2**15 - 1), st.integers(-10, 10))
def test_a_power_is_scaled_exactly_and_rounded(raw, exponent):
    watts = raw * Fraction(10) ** exponent
    assert _watts(raw, exponent) == (round(watts) if abs(watts) <= LARGEST else None)


@given(st.integers(), st.none() | st.integers(-(2**15), -11) | st.integers(11, 2**15))
def test_a_scale_that_the_standard_does_not_know_gives_no_figure(raw, exponent):
    assert _mwh(raw, exponent) is None
    assert _watts(raw, exponent) is None


@given(st.floats(width=32))
def test_no_float_gives_a_wrong_figure(value):
    figure = _mwh(value, 0)
    assert figure == (Fraction(value) * 1000 // 1 if 0 <= value <= LARGEST else None)


@given(st.lists(st.tuples(COUNTERS, st.booleans(), st.booleans()), min_size=1))
def test_no_counter_falls_or_is_lost_while_an_inverter_rests(steps):
    readings, last = Readings(ThingKind.PRODUCTION, (PRODUCTION,)), None
    for counter, awake, dark in steps:
        reading = readings.take(START, Shown(None, counter, awake=awake), dark=dark)
        told = reading.counters_mwh[PRODUCTION]
        if dark or not awake:
            assert reading.watts[PRODUCTION] == 0
            assert last is None or (told is not None and told >= last)
        else:
            assert (reading.watts[PRODUCTION], told) == (None, counter)
        last = last if told is None else told


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(-20_000, 20_000)), min_size=1))
def test_a_battery_gets_and_gives_what_its_power_says(steps):
    readings, at = Readings(ThingKind.BATTERY, FLOWS_OF[ThingKind.BATTERY]), START
    before, joules = 0, {BATTERY_CHARGE: 0, BATTERY_DISCHARGE: 0}
    for number, (seconds, watts) in enumerate(steps):
        if number:
            at += timedelta(seconds=seconds)
            joules[BATTERY_DISCHARGE] += max(before, 0) * seconds
            joules[BATTERY_CHARGE] += max(-before, 0) * seconds
        reading, before = readings.take(at, Shown(watts), dark=False), watts
        assert reading.counters_mwh == {flow: amount * 1000 // 3600 for flow, amount in joules.items()}
