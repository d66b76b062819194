"""A power becomes a counter exactly, and never longer than anybody knows it."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given, strategies as st

from custom_components.sceop.const import MOST_W
from custom_components.sceop.core.integrate import Integral, advance
from custom_components.sceop.core.meter import LONGEST_MEASURED_STEP
from custom_components.sceop.core.registers import follow

START = datetime(2026, 3, 28, 22, tzinfo=UTC)
SECOND = timedelta(seconds=1)
STEPS = st.lists(
    st.tuples(st.timedeltas(timedelta(microseconds=1), LONGEST_MEASURED_STEP), st.integers(0, 50_000)), max_size=50
)


@given(STEPS, st.integers(0, 50_000))
def test_the_counter_is_the_sum_of_power_and_time_to_the_last_remainder(steps, watts):
    integral, exact = Integral(START, watts), Fraction(0)
    for passed, told in steps:
        exact += integral.watts * Fraction(passed // timedelta(microseconds=1), 3_600_000)
        integral = advance(integral, integral.at + passed, told)
    assert integral.counter_mwh == exact // 1
    assert Fraction(integral.rest, 3_600_000) == exact % 1


@given(STEPS, st.timedeltas(timedelta(), LONGEST_MEASURED_STEP))
def test_reading_between_messages_changes_nothing_and_never_runs_back(steps, late):
    integral = Integral(START, 1_000)
    for passed, told in steps:
        between, then = integral.counter_at(integral.at + min(late, passed)), integral.counter_at(integral.at + passed)
        integral = advance(integral, integral.at + passed, told)
        assert between <= then == integral.counter_mwh


def test_fifty_watts_told_every_second_are_fifty_watt_hours():
    integral = Integral(START, 50)
    for second in range(1, 3601):
        integral = advance(integral, START + second * SECOND, 50)
    assert integral.counter_mwh == 50_000


def test_after_a_long_silence_the_counter_is_unknown():
    integral = Integral(START, 1_200, 500)
    assert integral.counter_at(START + LONGEST_MEASURED_STEP) == 100_500
    assert integral.counter_at(START + LONGEST_MEASURED_STEP + SECOND) is None


def test_power_against_the_flow_counts_as_nothing():
    assert advance(Integral(START, -900), START + SECOND, 0) == Integral(START + SECOND, 0)


def test_a_clock_that_is_put_back_adds_nothing_and_counting_goes_on():
    integral = advance(Integral(START, 3_600, 7), START - timedelta(hours=1), 3_600)
    assert integral.counter_mwh == 7
    assert integral.counter_at(START - timedelta(hours=1) + SECOND) == 1_007


@given(st.sampled_from([0, 60]), st.timedeltas(LONGEST_MEASURED_STEP + SECOND, timedelta(days=2)))
def test_a_silence_is_a_gap_and_not_zero_even_for_who_never_moved(watts, silence):
    registers, slots, integral = {}, [], Integral(START, watts)

    def tell(at):
        nonlocal registers, integral
        integral = advance(integral, at, watts)
        registers, closed = follow(registers, at, {"production": integral.counter_mwh}, MOST_W)
        slots.extend(closed.get("production", ()))

    for minute in range(16):
        tell(START + minute * timedelta(minutes=1))
    again = integral.at + silence
    for minute in range(31):
        tell(again + minute * timedelta(minutes=1))
    quiet = [slot for slot in slots if START + timedelta(minutes=15) <= slot.start < again]
    assert slots[0].wh == watts // 4
    assert quiet == []
    assert all(slot.wh == watts // 4 for slot in slots)
