"""Slots of single things become slots of their site: once, whole, and in order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slotbook import LONGEST_WAIT, rewound, take, write
from custom_components.sceop.core.slots import SLOT

START = datetime(2026, 6, 10, tzinfo=UTC)
MEMBERS = {
    "grid_import": frozenset({"meter"}),
    "production": frozenset({"roof", "shed"}),
    "load.boiler": frozenset({"boiler"}),
}
KEYS = [(thing, channel) for channel, things in MEMBERS.items() for thing in sorted(things)]


def slot(number, wh=10, quality="measured"):
    return ClosedSlot(START + number * SLOT, wh, quality)


@given(st.permutations([(*key, number) for key in KEYS for number in range(3)]), st.lists(st.booleans(), min_size=12))
def test_whatever_the_order_everything_is_told_once(arrivals, pauses):
    book, told, whole = {}, [], []
    for (thing, channel, number), pause in zip(arrivals, [*pauses, True] * len(arrivals), strict=False):
        book = write(book, MEMBERS, thing, {channel: [slot(number)]})
        if pause:
            book, written = take(book, MEMBERS, START + 4 * SLOT)
            told += [(name, each.start, each.wh) for name, slots in written.channels.items() for each in slots]
            whole += [each.start for each in written.whole]
    book, written = take(book, MEMBERS, START + 4 * SLOT)
    told += [(name, each.start, each.wh) for name, slots in written.channels.items() for each in slots]
    whole += [each.start for each in written.whole]
    assert book == {}
    assert sorted(told) == sorted(
        (name, START + number * SLOT, 10 * len(things)) for name, things in MEMBERS.items() for number in range(3)
    )
    assert sorted(whole) == [START + number * SLOT for number in range(3)]


def test_a_part_is_not_the_whole_and_waits_for_a_week():
    book = write({}, MEMBERS, "roof", {"production": [slot(0)]})
    book, written = take(book, MEMBERS, START + LONGEST_WAIT)
    assert not written.channels
    assert book
    book, written = take(book, MEMBERS, START + LONGEST_WAIT + timedelta(seconds=1))
    assert book == {}
    assert not written.channels


def test_a_sum_is_as_good_as_its_worst_part():
    book = write({}, MEMBERS, "roof", {"production": [slot(0, 5)]})
    book = write(book, MEMBERS, "shed", {"production": [slot(0, 7, "estimated")]})
    _, written = take(book, MEMBERS, START)
    assert written.channels == {"production": [slot(0, 12, "estimated")]}


def test_a_submeter_keeps_no_whole_slot_waiting():
    book = {}
    for thing, channel in KEYS[:3]:
        book = write(book, MEMBERS, thing, {channel: [slot(0)]})
    _, written = take(book, MEMBERS, START)
    assert [each.wh for each in written.whole] == [{"grid_import": 10, "production": 20}]


def test_what_a_removed_thing_left_is_nobodys():
    book = write({}, MEMBERS, "attic", {"production": [slot(0)]})
    assert book == {}


def test_a_slot_that_passes_again_is_told_again_also_while_another_thing_is_silent():
    book = {}
    for thing, channel in KEYS[:3]:
        book = write(book, MEMBERS, thing, {channel: [slot(0), slot(1)]})
    book, written = take(book, MEMBERS, START)
    assert [each.start for each in written.channels["grid_import"]] == [START, START + SLOT]
    book = rewound(book, START + SLOT + timedelta(minutes=3))
    book = write(book, MEMBERS, "meter", {"grid_import": [slot(0, 5), slot(1, 7)]})
    _, written = take(book, MEMBERS, START)
    assert written.channels["grid_import"] == [slot(1, 7)]
