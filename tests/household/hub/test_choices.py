"""What a member chose is what the hub hears: ticked loads under their names, and never a word of a pause."""

from datetime import timedelta
from types import MappingProxyType

import pytest
from homeassistant.config_entries import ConfigSubentry
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.channels import FLOWS
from custom_components.sceop.core.slots import SLOT, slot_of
from tests.household.conftest import NOW
from tests.household.hub.conftest import closed_since, finished, live_for, set_up

pytestmark = pytest.mark.usefixtures("now")

CONNECTED = "binary_sensor.my_home_hub_connected"
WAITING = "sensor.my_home_slots_waiting"
METER = "sensor.boiler_energy"
ENERGY = {"device_class": "energy", "state_class": "total_increasing", "unit_of_measurement": "Wh"}
HOUR = timedelta(hours=1)


@pytest.fixture
async def with_boiler(hass, make_entry, membership, hub):
    """A member with a boiler, which uses 6 Wh a minute."""
    hass.states.async_set(METER, "0", ENERGY)
    entry = make_entry(hub=membership)
    source = {"type": "entity", "energy": {"load": [METER]}, "power": {}}
    thing = {"subentry_type": "submeter", "title": "Boiler", "unique_id": None, "subentry_id": "01BOILER"}
    data = MappingProxyType({"source": source, "flows": ["load"]})
    hass.config_entries.async_add_subentry(entry, ConfigSubentry(data=data, **thing))
    await set_up(hass, entry)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def heat_for(hass, freezer, entry, time):
    for _ in range(time // timedelta(minutes=1)):
        hass.states.async_set(METER, str(int(hass.states.get(METER).state) + 6), ENERGY)
        await live_for(hass, freezer, entry, timedelta(minutes=1))


async def choose(hass, entry, *choices):
    """Go through the options, and wait until the site is set up with them."""
    step = await hass.config_entries.options.async_init(entry.entry_id)
    for choice in ("sharing", *choices):
        typed = {"next_step_id": choice} if isinstance(choice, str) else choice
        step = await hass.config_entries.options.async_configure(step["flow_id"], typed)
    await hass.async_block_till_done()
    await finished(entry, "sceop past")
    return step["reason"]


def others(hub):
    """Return the slots of what is no flow of the site."""
    return {key: wh for key, wh in hub.slots().items() if key[0] not in FLOWS}


async def sent(hass, entry):
    async_fire_time_changed(hass)
    await finished(entry, "sceop readings")


async def test_a_load_is_heard_of_from_its_tick_to_its_end_under_a_random_name(hass, hub, with_boiler, freezer, past):
    await heat_for(hass, freezer, with_boiler, HOUR)
    assert not others(hub)
    assert await choose(hass, with_boiler, "shares", {"shares": ["load.01boiler"]}) == "sharing_changed"
    ticked = dt_util.utcnow()
    await heat_for(hass, freezer, with_boiler, HOUR)
    name = with_boiler.data["hub"]["shares"]["load.01boiler"]["name"]
    first, end = slot_of(ticked) + SLOT, slot_of(dt_util.utcnow())
    assert others(hub) == {(name, first + n * SLOT): 90 for n in range((end - first) // SLOT)}
    assert len(others(hub)) == 3

    await hub.close()
    await heat_for(hass, freezer, with_boiler, HOUR / 2)
    before = with_boiler.runtime_data.hub.outbox.waiting
    await choose(hass, with_boiler, "shares", {"shares": []})
    assert with_boiler.runtime_data.hub.outbox.waiting < before
    await hub.open()
    await heat_for(hass, freezer, with_boiler, HOUR)
    await sent(hass, with_boiler)
    assert len(others(hub)) == 3
    assert set(hub.slots()) - others(hub).keys() >= closed_since(with_boiler, NOW, dt_util.utcnow() - SLOT)


async def test_of_a_pause_the_hub_never_hears(hass, hub, member, freezer, past):
    await live_for(hass, freezer, member, HOUR / 2)
    assert await choose(hass, member, "pause", {}) == "paused"
    began = dt_util.utcnow()
    await hub.until(lambda: not hub.lines)
    requests, power = hub.requests, len(hub.power)
    state = hass.states.get(CONNECTED)
    assert (state.state, state.attributes["paused"]) == ("off", True)
    await live_for(hass, freezer, member, HOUR)
    assert await hass.config_entries.async_reload(member.entry_id)
    await live_for(hass, freezer, member, HOUR)
    assert (hub.requests, len(hub.power), len(hub.lines)) == (requests, power, 0)

    assert await choose(hass, member, "resume", {}) == "resumed"
    ended = dt_util.utcnow()
    await hub.until(lambda: len(hub.power) > power)  # what is sent after the line is known to be open
    state = hass.states.get(CONNECTED)
    assert (state.state, state.attributes["paused"]) == ("on", False)
    await live_for(hass, freezer, member, HOUR)
    await sent(hass, member)
    everything = closed_since(member, NOW - past, dt_util.utcnow())
    assert set(hub.slots()) == everything - closed_since(member, began, slot_of(ended) + SLOT)


async def test_what_waited_before_a_pause_is_sent_after_it(hass, hub, member, freezer):
    await hub.close()
    await live_for(hass, freezer, member, HOUR)
    waiting = int(hass.states.get(WAITING).state)
    assert waiting
    await choose(hass, member, "pause", {})
    await hub.open()
    requests = hub.requests
    await live_for(hass, freezer, member, HOUR)
    assert int(hass.states.get(WAITING).state) == waiting
    assert hub.requests == requests
    await choose(hass, member, "resume", {})
    await sent(hass, member)
    assert set(hub.slots()) >= closed_since(member, NOW, NOW + HOUR)
    assert hass.states.get(WAITING).state == "0"


async def test_who_paused_before_the_past_was_told_tells_it_without_the_pause(hass, hub, make_entry, membership, past):
    began = NOW - timedelta(hours=5)
    entry = make_entry(hub=membership | {"pauses": [[began.isoformat(), None]]})
    await set_up(hass, entry)
    await hass.async_block_till_done()
    assert not hub.requests
    await choose(hass, entry, "resume", {})
    await sent(hass, entry)
    assert set(hub.slots()) == closed_since(entry, NOW - past, began)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_who_ends_it_in_the_options_leaves_no_traces(hass, hub, member, freezer, hass_storage):
    await hub.close()
    await live_for(hass, freezer, member, HOUR)
    assert await choose(hass, member, "leave", {}) == "left"
    assert member.runtime_data.hub is None
    assert "sceop.site.outbox" not in hass_storage
    assert "secret" not in str(hass.config_entries.async_get_entry("site").as_dict())
    assert hass.states.get(CONNECTED) is None


async def test_a_load_that_is_refused_is_called_by_its_own_name(hass, hub, with_boiler, freezer):
    await choose(hass, with_boiler, "shares", {"shares": ["load.01boiler"]})
    hub.objection = lambda block: "No." if block["channel"].startswith("load.") else None
    await heat_for(hass, freezer, with_boiler, HOUR)
    refused = ir.async_get(hass).async_get_issue(DOMAIN, "readings_refused_site").translation_placeholders
    assert refused["channel"] == "Boiler"
