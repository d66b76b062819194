"""Blocks carry slots to the hub without adding or dropping any."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st

from custom_components.sceop.core.blocks import MOST_SLOTS, Block, blocks, wire_time
from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import SLOT

START = datetime(2026, 6, 10, tzinfo=UTC)
RUNS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 800), st.sampled_from(["measured", "estimated"])), max_size=5
)


@given(RUNS)
def test_every_slot_travels_once(runs):
    slots, number = [], 0
    for gap, count, quality in runs:
        number += gap
        slots += [ClosedSlot(START + n * SLOT, n, quality) for n in range(number, number + count)]
        number += count
    packed = list(blocks("grid_import", slots))
    assert [
        ClosedSlot(block.start + n * SLOT, wh, block.quality) for block in packed for n, wh in enumerate(block.wh)
    ] == slots
    assert all(len(block.wh) <= MOST_SLOTS for block in packed)


def test_the_wire():
    assert Block("production", START, (1, None), "imported", 2).to_json() == {
        "channel": "production",
        "start": "2026-06-10T00:00:00Z",
        "step": 900,
        "rev": 2,
        "quality": "imported",
        "wh": [1, None],
    }
    assert wire_time(START.replace(microsecond=5)) == "2026-06-10T00:00:00.000005Z"
