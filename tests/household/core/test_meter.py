"""Not one Wh is lost between a counter and its slots."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from custom_components.sceop.core.meter import advance, begin
from custom_components.sceop.core.slots import SLOT

START = datetime(2026, 3, 28, 22, tzinfo=UTC)
STEPS = st.lists(st.tuples(st.integers(0, 7200), st.integers(0, 5_000_000)), min_size=1, max_size=40)


def follow(steps, start=START, counter=0):
    meter, closed, at = begin(start, counter), [], start
    for seconds, mwh in steps:
        at, counter = at + timedelta(seconds=seconds), counter + (mwh if seconds else 0)
        meter, slots = advance(meter, at, counter)
        closed.extend(slots)
    return meter, closed


@given(STEPS, st.integers(0, 10**9))
def test_slots_and_the_running_one_equal_the_counter(steps, first):
    meter, closed = follow(steps, counter=first)
    assert sum(slot.wh for slot in closed) + meter.running_wh == meter.counter_wh - first // 1000
    assert [slot.start for slot in closed] == [START + n * SLOT for n in range(len(closed))]
    assert all(slot.wh >= 0 for slot in closed)


@given(STEPS, st.integers(1, 899))
def test_a_slot_that_was_not_seen_from_its_start_is_a_gap(steps, late):
    meter, closed = follow(steps, start=START + timedelta(seconds=late))
    assert all(slot.start >= START + SLOT for slot in closed)
    assert (meter.running_wh is None) == (meter.at < START + SLOT)


def test_remainders_carry_over():
    _, closed = follow([(60, 50_000 // 60)] * 60)
    assert [slot.wh for slot in closed] == [12, 12, 13, 12]


def test_a_silence_is_spread_evenly_and_marked():
    _, closed = follow([(450, 100_000), (3600, 800_000), (450, 100_000), (60, 0)])
    assert [(slot.wh, slot.quality) for slot in closed] == [
        (200, "estimated"), (200, "estimated"), (200, "estimated"), (200, "estimated"), (200, "estimated"),
    ]  # fmt: skip


def test_short_steps_are_measured():
    _, closed = follow([(290, 10_000)] * 4)
    assert [slot.quality for slot in closed] == ["measured"]


def test_a_reading_at_the_very_edge_is_measured_however_long_the_silence():
    _, closed = follow([(900, 10_000), (900, 10_000)])
    assert [slot.quality for slot in closed] == ["measured", "measured"]


def test_repeats_and_the_past_change_nothing():
    meter, _ = follow([(60, 1000)])
    assert advance(meter, meter.at, 5000) == (meter, ())
    assert advance(meter, meter.at - timedelta(seconds=1), 5000) == (meter, ())


def test_a_reset_makes_a_gap_and_nothing_negative():
    meter, _ = follow([(600, 50_000)], counter=10**9)
    meter, closed = advance(meter, meter.at + timedelta(minutes=10), 7)
    assert closed == ()
    assert meter.running_wh is None
    meter, closed = advance(meter, START + 2 * SLOT, 2007)
    assert closed == ()
    assert meter.running_wh == 0


def test_a_silence_of_months_at_high_power_is_no_overflow():
    month = timedelta(days=30)
    meter, slots = advance(begin(START, 0), START + 12 * month, 50_000_000 * 24 * 360)
    assert len(slots) == 12 * 30 * 96
    assert sum(slot.wh for slot in slots) == meter.counter_wh
