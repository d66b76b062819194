"""A member at work: what it has of its past, how its time passes, and how to wait for what it sends."""

import asyncio
from datetime import timedelta

import pytest
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.slots import SLOT, slot_of
from custom_components.sceop.hub import client, connection

CHANNELS = 5


@pytest.fixture
def past(monkeypatch, request):
    """Let the home bring two days of its past along, which is quicker than sixty."""
    past = getattr(request, "param", timedelta(days=2))
    monkeypatch.setattr(connection, "PAST", past)
    return past


@pytest.fixture
def past_slots(past):
    return past // SLOT * CHANNELS


@pytest.fixture
def hub(hub, monkeypatch):
    # The test clock fires every timer of the loop, also the one that waits for an answer to a heartbeat.
    monkeypatch.setattr(client, "HEARTBEAT_S", None)
    hub.clock = dt_util.utcnow
    return hub


@pytest.fixture
async def member(hass, make_entry, membership, hub, past_slots):
    """A site that joined at this moment, whose past has arrived."""
    entry = make_entry(hub=membership)
    await set_up(hass, entry)
    await past_arrived(hass, hub, past_slots)
    yield entry
    if hass.config_entries.async_get_entry(entry.entry_id) is not None:
        await hass.config_entries.async_unload(entry.entry_id)


async def set_up(hass, entry):
    assert await hass.config_entries.async_setup(entry.entry_id)


async def past_arrived(hass, hub, past_slots):
    """Let every timer fire until the hub has all of the past."""
    entry = hass.config_entries.async_entries(DOMAIN)[0]
    await finished(entry, "sceop past")
    async_fire_time_changed(hass)
    await hub.until(lambda: len(hub.books) >= past_slots and hub.lines)
    await finished(entry, "sceop readings")


async def finished(entry, name):
    """Wait for a background task of the entry to end; one that its entry's unloading ended has ended as well."""
    for task in list(entry._background_tasks):
        if task.get_name().startswith(name):
            await asyncio.wait([task])
            if not task.cancelled():
                task.result()


async def live_for(hass, freezer, entry, time):
    """Let the site read its meters, once a minute to be quick; timers fire as they are due."""
    for _ in range(time // timedelta(minutes=1)):
        freezer.tick(60)
        await entry.runtime_data.coordinator.async_refresh()
        async_fire_time_changed(hass)
        await finished(entry, "sceop readings")


def closed_since(entry, start, end):
    """Return the keys of all slots that closed in this time."""
    count = (slot_of(end) - slot_of(start)) // SLOT
    channels = entry.runtime_data.coordinator.flows
    return {(channel, slot_of(start) + n * SLOT) for channel in channels for n in range(count)}
