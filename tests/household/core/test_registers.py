"""Registers never run backwards and never leap, whatever meters do."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from custom_components.sceop.core.registers import follow, rewind

START = datetime(2026, 6, 10, tzinfo=UTC)
MOST_W = 100_000
COUNTERS = st.lists(st.one_of(st.none(), st.integers(0, 10**10)), max_size=40)


def walk(counters, seconds=10):
    registers = {}
    for number, counter in enumerate(counters):
        registers, closed = follow(
            registers, START + timedelta(seconds=seconds * number), {"grid_import": counter}, MOST_W
        )
        yield registers.get("grid_import"), closed.get("grid_import", ())


def total(counters, seconds=10):
    *_, (register, _) = walk(counters, seconds)
    return register.total_mwh


@given(COUNTERS, st.sampled_from([10, 61, 400, 4000]))
def test_nothing_runs_backwards_or_faster_than_a_connection_carries(counters, seconds):
    before = None
    for register, closed in walk(counters, seconds):
        if register is None:
            continue
        if before is not None:
            passed = (register.meter.at - before.meter.at).total_seconds() or seconds
            most_mwh = MOST_W * 1000 * (passed + 120) / 3600 + 2 * 2_000_000
            assert 0 <= register.total_mwh - before.total_mwh <= most_mwh * max(len(counters), 1)
        assert all(slot.wh >= 0 for slot in closed)
        before = register


FAR_OFF = st.integers(0, 10**7) | st.integers(2 * 10**9, 10**10)


@given(st.integers(10**8, 10**9), st.lists(FAR_OFF, min_size=1, max_size=5))
def test_a_few_absurd_readings_change_nothing(counter, absurd):
    assert total([counter, *absurd, counter + 700]) == counter + 700


def test_a_meter_that_shows_zero_while_it_starts_is_not_counted_twice():
    assert total([9_000_000_000, 0, 0, 9_000_000_500]) == 9_000_000_500


def test_a_replaced_meter_goes_on_where_the_old_one_ended():
    counters = [9_000_000_000, 9_000_010_000, *(400 + 100 * number for number in range(10))]
    assert total(counters) == 9_000_010_000 + 900
    *_, (register, _) = walk(counters)
    assert register.replaced_at == START + timedelta(seconds=80)


def test_a_replaced_meter_may_stand_higher():
    assert total([5_000_000, *(90_000_000_000 + 100 * number for number in range(10))]) == 5_000_000 + 900


def test_the_slot_in_which_a_meter_was_replaced_is_a_gap():
    old, new = [10**9 + 1000 * n for n in range(20)], [1000 * n for n in range(20, 60)]
    slots = [slot.start for _, closed in walk([*old, *new], seconds=60) for slot in closed]
    assert slots == [START, START + timedelta(minutes=30)]


def test_a_counter_of_whole_kwh_is_no_leap():
    assert total([10**9, 10**9, 10**9 + 1_000_000]) == 10**9 + 1_000_000


def test_what_flowed_in_a_long_silence_is_believed():
    day = 25 * 3600
    assert total([10**9, None, 10**9 + 30_000_000], seconds=day // 2) == 10**9 + 30_000_000


def test_a_late_or_repeated_reading_changes_nothing():
    registers, _ = follow({}, START, {"production": 5000}, MOST_W)
    for earlier in (timedelta(), timedelta(seconds=-30)):
        again, closed = follow(registers, START + earlier, {"production": 900_000}, MOST_W)
        assert (again, closed) == (registers, {})


def test_slots_close_for_each_flow():
    registers, _ = follow({}, START, {"grid_import": 0, "production": 0}, MOST_W)
    _, closed = follow(registers, START + timedelta(minutes=15), {"grid_import": 12_900, "production": None}, MOST_W)
    assert [(flow, [slot.wh for slot in slots]) for flow, slots in closed.items()] == [("grid_import", [12])]


def test_a_clock_that_came_back_from_the_future_keeps_the_total():
    registers, _ = follow({}, START + timedelta(days=2), {"grid_import": 7000}, MOST_W)
    registers, _ = follow(rewind(registers, START), START + timedelta(seconds=10), {"grid_import": 7100}, MOST_W)
    assert registers["grid_import"].total_mwh == 7100
