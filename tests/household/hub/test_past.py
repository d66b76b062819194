"""A home's past, read from counters that remember."""

from datetime import UTC, datetime

from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import SLOT
from custom_components.sceop.hub.past import imported
from custom_components.sceop.sources import Reading

START = datetime(2026, 6, 1, tzinfo=UTC)


def readings(*counters_wh, channel="grid_import"):
    return [
        Reading(START + number * SLOT, {}, {channel: None if wh is None else wh * 1000})
        for number, wh in enumerate(counters_wh)
    ]


def test_slots_lie_between_edges():
    assert imported(readings(100, 112, 125)) == {
        "grid_import": [ClosedSlot(START, 12, "imported"), ClosedSlot(START + SLOT, 13, "imported")]
    }


def test_a_gap_stays_a_gap():
    slots = imported(readings(100, 112, None, 140, 150))["grid_import"]
    assert [(slot.start, slot.wh) for slot in slots] == [(START, 12), (START + 3 * SLOT, 10)]


def test_a_forgotten_edge_is_a_gap_too():
    first, _forgotten, *rest = readings(100, 112, 130, 140)
    assert [slot.start for slot in imported([first, *rest])["grid_import"]] == [START + 2 * SLOT]


def test_no_memory_no_past():
    assert imported([]) == {}
