"""What the disk refuses is not forgotten: slots come again, and the log tells it once."""

from datetime import timedelta
from pathlib import Path

import pytest
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sceop.core.slots import SLOT, slot_of
from custom_components.sceop.hub import connection
from custom_components.sceop.hub.queue import load
from custom_components.sceop.storage import StrictStore

pytestmark = pytest.mark.usefixtures("now")

CHANNELS = 5
REAL = {name: vars(Store)[name] for name in ("_async_load", "_async_write_data", "async_remove")}


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir):
    return hass_tmp_config_dir


@pytest.fixture
def _real_files(hass):
    """Undo, within the life of Home Assistant, that its test plugin keeps files in memory."""
    with pytest.MonkeyPatch.context() as patch:
        for name, method in REAL.items():
            patch.setattr(Store, name, method)
        yield


@pytest.fixture
async def member(_real_files, hass, make_entry, membership, hub, monkeypatch):
    """A site without a past, whose hub is away."""
    monkeypatch.setattr(connection, "PAST", timedelta())
    await hub.close()
    entry = make_entry(hub=membership)
    assert await hass.config_entries.async_setup(entry.entry_id)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def outbox_file(hass):
    return Path(hass.config.path(".storage", "sceop.site.outbox"))


async def live_for(entry, freezer, time):
    for _ in range(time // timedelta(minutes=1)):
        freezer.tick(60)
        await entry.runtime_data.coordinator.async_refresh()


def obstruct(file):
    """Put a folder where the file belongs: no new file can take its place, not even root's."""
    file.unlink(missing_ok=True)
    file.mkdir()


async def on_disk(hass):
    """Return the slots that a restart would find."""
    kept = await StrictStore(hass, "sceop.site.outbox").async_load()
    return [
        (block.channel, block.start + number * SLOT)
        for block in load(kept["blocks"])
        for number in range(len(block.wh))
    ]


def closed_since(entry, start, end):
    return sorted(
        (channel, slot_of(start) + number * SLOT)
        for channel in entry.runtime_data.coordinator.flows
        for number in range((slot_of(end) - slot_of(start)) // SLOT)
    )


async def test_slots_that_cannot_be_written_come_again(hass, member, freezer, outbox_file, caplog):
    began = dt_util.utcnow()
    await live_for(member, freezer, timedelta(minutes=10))
    assert sorted(await on_disk(hass)) == closed_since(member, began, dt_util.utcnow())
    obstruct(outbox_file)
    energy = member.runtime_data.coordinator.data.energy_wh["production"]
    await live_for(member, freezer, timedelta(hours=2))
    coordinator, outbox = member.runtime_data.coordinator, member.runtime_data.hub.outbox
    assert coordinator.last_update_success
    assert coordinator.data.energy_wh["production"] > energy
    assert outbox.waiting == CHANNELS
    told = [record.getMessage() for record in caplog.records if str(outbox_file) in record.getMessage()]
    assert len(told) == 1
    outbox_file.rmdir()
    await live_for(member, freezer, timedelta(minutes=1))
    assert sorted(await on_disk(hass)) == closed_since(member, began, dt_util.utcnow())
    assert outbox.waiting == len(await on_disk(hass))


async def test_a_restart_in_the_meantime_loses_nothing(hass, member, freezer, outbox_file):
    began = dt_util.utcnow()
    obstruct(outbox_file)
    await live_for(member, freezer, timedelta(minutes=40))
    assert await hass.config_entries.async_unload(member.entry_id)
    outbox_file.rmdir()
    assert await hass.config_entries.async_setup(member.entry_id)
    assert sorted(await on_disk(hass)) == closed_since(member, began, dt_util.utcnow())


async def test_registers_that_cannot_be_written_are_older_after_a_restart_and_no_slot_is_lost(
    hass, member, freezer, outbox_file
):
    began = dt_util.utcnow()
    registers = outbox_file.with_name("sceop.site.books")
    kept = registers.read_bytes()
    obstruct(registers)
    await live_for(member, freezer, timedelta(minutes=40))
    assert await hass.config_entries.async_unload(member.entry_id)
    registers.rmdir()
    registers.write_bytes(kept)
    assert await hass.config_entries.async_setup(member.entry_id)
    assert set(await on_disk(hass)) == set(closed_since(member, began, dt_util.utcnow()))


async def test_what_the_hub_has_is_forgotten_even_if_that_cannot_be_written(hass, hub, member, freezer, outbox_file):
    began = dt_util.utcnow()
    await live_for(member, freezer, timedelta(minutes=10))
    obstruct(outbox_file)
    await hub.open()
    hub.clock = dt_util.utcnow
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=20))
    await hub.until(lambda: hub.books)
    await hass.async_block_till_done(wait_background_tasks=False)
    for task in list(member._background_tasks):
        if task.get_name().startswith("sceop readings"):
            await task
    assert member.runtime_data.hub.outbox.waiting == 0
    assert hub.requests == 1
    assert sorted(hub.slots()) == closed_since(member, began, dt_util.utcnow())
    outbox_file.rmdir()
