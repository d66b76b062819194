"""Registers never run backwards, whatever meters do."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from custom_components.sceop.core.registers import Registers, follow

START = datetime(2026, 6, 10, tzinfo=UTC)
COUNTERS = st.fixed_dictionaries(
    {name: st.one_of(st.none(), st.integers(0, 10**7)) for name in ("grid_import", "grid_export", "production")}
)


def walk(readings):
    registers = Registers()
    for number, counters in enumerate(readings):
        registers, _ = follow(registers, START + timedelta(seconds=10 * number), counters)
        yield registers


@given(st.lists(COUNTERS, max_size=30))
def test_nothing_runs_backwards(readings):
    totals, consumed = {}, 0
    for registers in walk(readings):
        for channel, register in registers.channels.items():
            assert register.total_mwh >= totals.get(channel, 0)
            totals[channel] = register.total_mwh
        assert registers.consumed.highest_mwh >= consumed
        consumed = registers.consumed.highest_mwh


def test_a_replaced_meter_goes_on_where_the_old_one_ended():
    *_, last = walk([{"grid_import": 9000}, {"grid_import": 10_000}, {"grid_import": 400}, {"grid_import": 500}])
    assert last.channels["grid_import"].total_mwh == 10_100
    assert last.consumed.highest_mwh == 10_100


def test_consumption_begins_with_what_the_counters_leave_and_never_below_zero():
    (first,) = walk([{"grid_import": 5000, "production": 4000, "grid_export": 1000}])
    assert first.consumed.highest_mwh == 8000
    *_, last = walk([{"grid_import": 0, "grid_export": 9000}, {"grid_import": 30, "grid_export": 9000}])
    assert last.consumed.highest_mwh == 30


def test_a_flow_that_was_silent_is_counted_when_it_speaks_again():
    first = {"grid_import": 0, "production": 0}
    silent = {"grid_import": 700, "production": None}
    *_, during, after = walk([first, silent, {"grid_import": 1000, "production": 500}])
    assert during.consumed.highest_mwh == 0
    assert after.consumed.highest_mwh == 1500


def test_a_new_flow_counts_from_its_first_reading():
    *_, last = walk(
        [{"grid_import": 0}, {"grid_import": 10, "production": 10**9}, {"grid_import": 20, "production": 10**9 + 5}]
    )
    assert last.consumed.highest_mwh == 25


def test_slots_close_for_each_flow():
    registers, _ = follow(Registers(), START, {"grid_import": 0, "production": 0})
    _, closed = follow(registers, START + timedelta(minutes=15), {"grid_import": 12_900, "production": None})
    assert [(channel, [slot.wh for slot in slots]) for channel, slots in closed.items()] == [("grid_import", [12])]
