"""A quarter hour that passes twice is corrected at the hub, whatever a wrong clock had made up before."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from homeassistant.util import dt as dt_util
from hypothesis import given, strategies as st

from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import SLOT, slot_of
from custom_components.sceop.core.wire import OLDEST
from custom_components.sceop.hub import queue
from custom_components.sceop.hub.outbox import Outbox, outbox_store
from custom_components.sceop.hub.rewinds import Rewind, recent, revision
from tests.household.conftest import NOW
from tests.household.hub.conftest import CHANNELS, closed_since, live_for

START = datetime(2026, 6, 10, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 8)), min_size=1, max_size=6))
def test_the_hub_keeps_what_was_measured_last(steps):
    """Time passes, is put back, and passes again; a hub that shares the wrong clock hears it all."""
    rewinds, slot, books, truth, drawn = (), 0, {}, {}, 0
    for passed, back in steps:
        for number in range(slot, slot + passed):
            drawn += 1
            truth[number] = drawn
            at = START + number * SLOT
            (block,) = queue.with_slots(
                (), "grid_import", [ClosedSlot(at, drawn, "measured")], partial(revision, rewinds)
            )
            if block.rev > books.get(number, (-1, 0))[0]:
                books[number] = (block.rev, drawn)
        shown = START + (slot + passed) * SLOT
        slot = max(slot + passed - back, 0)
        if back:
            rewinds = (*rewinds, Rewind.of(START + slot * SLOT, shown))
    assert {number: wh for number, (_, wh) in books.items()} == truth


def test_slots_of_two_passes_never_share_a_block():
    slots = [ClosedSlot(START + n * SLOT, 5, "measured") for n in range(6)]
    rewinds = (Rewind(START + 2 * SLOT, START + 4 * SLOT),)
    blocks = queue.with_slots((), "grid_import", slots, partial(revision, rewinds))
    assert [(block.rev, len(block.wh)) for block in blocks] == [(0, 2), (1, 2), (0, 2)]


def test_a_rewind_is_remembered_for_as_long_as_its_slots_can_be_sent():
    rewind = Rewind.of(START, START + timedelta(hours=2))
    assert Rewind.from_json(rewind.to_json()) == rewind
    assert recent([rewind], START + OLDEST) == (rewind,)
    assert recent([rewind], rewind.end + OLDEST) == ()


@pytest.fixture
def outbox(hass, now):
    return lambda: Outbox(outbox_store(hass, "site"), "site", "household-1")


async def test_what_a_wrong_clock_made_up_is_not_sent_and_what_passes_again_is_a_correction(outbox):
    first = outbox()
    noon = NOW.replace(minute=0)
    await first.add(
        {"grid_import": [ClosedSlot(noon - 2 * SLOT, 1, "measured"), ClosedSlot(noon - SLOT, 2, "measured")]}
    )
    await first.come_back(noon - SLOT + timedelta(minutes=3), noon + timedelta(minutes=4))
    assert [(block.start, block.rev) for block in first.next_blocks()] == [(noon - 2 * SLOT, 0)]
    again = outbox()
    await again.load()
    assert again.waiting == 1
    await again.add({"grid_import": [ClosedSlot(noon - SLOT, 3, "measured")]})
    assert [(block.start, block.rev, block.wh) for block in again.next_blocks()] == [
        (noon - 2 * SLOT, 0, (1,)),
        (noon - SLOT, 1, (3,)),
    ]


async def test_a_full_disk_keeps_no_clock_from_being_right(outbox, monkeypatch):
    first = outbox()

    async def full(_data):
        raise OSError("No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(first._store, "async_save", full)
        await first.come_back(NOW - 2 * SLOT, NOW)
    await first.add({"grid_import": [ClosedSlot(NOW.replace(minute=0) - 2 * SLOT, 3, "measured")]})
    assert [block.rev for block in first.next_blocks()] == [1]


@pytest.mark.usefixtures("now")
async def test_a_member_corrects_at_the_hub_what_passes_twice(hass, hub, member, freezer):
    await live_for(hass, freezer, member, timedelta(minutes=70))
    before = dict(hub.revisions)
    shown = dt_util.utcnow()
    freezer.move_to(shown - timedelta(minutes=50))
    back = dt_util.utcnow()
    await live_for(hass, freezer, member, timedelta(minutes=110))
    again = closed_since(member, slot_of(back) + SLOT, slot_of(shown))
    assert len(again) >= 2 * CHANNELS
    revisions = {(channel, start): rev for (_, channel, start), rev in hub.revisions.items()}
    assert {revisions[key] for key in again} == {1}
    assert {revisions[key] for key in closed_since(member, NOW, back)} == {0}
    assert {before[key] for key in before} == {0}
    late = closed_since(member, slot_of(shown) + SLOT, dt_util.utcnow() - SLOT)
    assert {revisions[key] for key in late} == {0}
