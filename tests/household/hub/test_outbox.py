"""The outbox bears a year of gaps: what it does for each slot does not grow with how many wait."""

from datetime import timedelta

import pytest

from custom_components.sceop.core.blocks import Block
from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import SLOT
from custom_components.sceop.hub import queue
from custom_components.sceop.hub.outbox import Outbox, outbox_store
from tests.household.conftest import NOW

BLOCKS = 15_000
FIRST = NOW - timedelta(minutes=7) - 2 * BLOCKS * SLOT


@pytest.fixture
def work(monkeypatch):
    """Count every block that is looked at, and every one that is written to disk."""
    done = {"looks": 0, "written": 0}
    end, to_json, count = queue.end, Block.to_json, queue.count

    def counted_end(block):
        done["looks"] += 1
        return end(block)

    def counted_count(blocks):
        blocks = list(blocks)
        done["looks"] += len(blocks)
        return count(blocks)

    def counted_to_json(block):
        done["written"] += 1
        return to_json(block)

    monkeypatch.setattr(queue, "end", counted_end)
    monkeypatch.setattr(queue, "count", counted_count)
    monkeypatch.setattr(Block, "to_json", counted_to_json)
    return done


@pytest.fixture
async def outbox(hass, hass_storage, now):
    outbox = Outbox(outbox_store(hass, "site"), "site", "household-1")
    await outbox.load()
    return outbox


async def waiting_after_restart(hass):
    again = Outbox(outbox_store(hass, "site"), "site", "household-1")
    await again.load()
    return again.waiting


def gaps(number=BLOCKS):
    """Return slots of which no two touch, so that each is a block of its own."""
    return [ClosedSlot(FIRST + 2 * n * SLOT, 7, "measured") for n in range(number)]


async def test_emptying_takes_no_more_work_for_each_block_the_more_there_are(outbox, work):
    shown = []
    outbox.listen(lambda: shown.append(outbox.waiting))
    await outbox.add({"grid_import": gaps()})
    assert outbox.waiting == BLOCKS
    work.update(looks=0, written=0)
    while blocks := outbox.next_blocks():
        await outbox.acknowledged(blocks)
    assert shown[-1] == outbox.waiting == 0
    assert work["looks"] < 50 * BLOCKS
    assert work["written"] < 2 * BLOCKS


async def test_taking_in_takes_no_more_work_for_each_block_the_more_there_are(outbox, work):
    await outbox.add({"grid_import": gaps(), "production": gaps()})
    assert work["looks"] < 10 * BLOCKS
    assert work["written"] == 2 * BLOCKS


async def test_a_restart_in_the_middle_brings_back_no_less_than_what_waits(hass, outbox):
    await outbox.add({"grid_import": gaps(100)})
    await outbox.acknowledged(outbox.next_blocks())
    assert await waiting_after_restart(hass) == 100
    await outbox.save()
    assert await waiting_after_restart(hass) == outbox.waiting == 84
    while blocks := outbox.next_blocks():
        await outbox.acknowledged(blocks)
    assert await waiting_after_restart(hass) == 0


async def test_what_is_not_shared_any_more_goes(outbox):
    await outbox.add({"grid_import": gaps(3), "load.1a2b3c4d": gaps(4)})
    outbox.keep({"grid_import"})
    assert outbox.waiting == 3
    assert {block.channel for block in outbox.next_blocks()} == {"grid_import"}
