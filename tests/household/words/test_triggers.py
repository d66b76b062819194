"""Automations run when a zone was lit after hours, or a source was silent, for long enough: once, and not again."""

from datetime import UTC, datetime, timedelta

import pytest
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.helpers.trigger.descriptions import async_get_all_descriptions
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_capture_events, async_fire_time_changed

from custom_components.sceop.const import READ_EVERY
from custom_components.sceop.sources import SourceError
from custom_components.sceop.sources.simulated import SimulatedSource
from custom_components.sceop.trigger import TRIGGERS
from tests.household.lights.conftest import LAMPS, MINUTE, find, live, lose, switch

TEN = timedelta(minutes=10)


@pytest.fixture
def fired(hass):
    return async_capture_events(hass, "fired")


async def automate(hass, trigger, target, **options):
    """Set an automation up that tells everything a trigger gave it."""
    names = ("zone", "entity_id", "share", "cause", "thing", "reason", "since", "for", "device_id", "description")
    data = {name: f"{{{{ trigger.{name} | default }}}}" for name in names}
    config = {
        "id": "words",
        "alias": "Words",
        "triggers": {"trigger": f"sceop.{trigger}", "target": target, "options": options},
        "actions": {"event": "fired", "event_data": data},
    }
    assert await async_setup_component(hass, "automation", {"automation": config})
    await hass.async_block_till_done()


@pytest.fixture
async def office(hass, clock, lamps, make_site):
    """The lobby, lit, twenty minutes before its hours end."""
    entry = await make_site()
    clock.move_to(datetime(2026, 6, 10, 15, 40, tzinfo=UTC))
    await switch(hass, "on", LAMPS)
    return entry


LOBBY = {"entity_id": "light.lobby"}


async def test_it_fires_as_the_hours_end_and_says_what_it_knows(hass, clock, office, fired):
    await automate(hass, "zone_lit_after_hours", LOBBY)
    await live(hass, clock, timedelta(minutes=19))
    assert fired == []
    await live(hass, clock, MINUTE)
    (event,) = fired
    told = event.data
    assert (told["zone"], told["entity_id"], told["share"]) == ("Lobby", "light.lobby", "after_hours")
    assert told["since"] == datetime(2026, 6, 10, 16, tzinfo=UTC).isoformat(sep=" ")
    assert told["cause"] == "physical"
    assert told["device_id"] == er.async_get(hass).async_get("light.lobby").device_id
    await live(hass, clock, timedelta(hours=2))
    assert len(fired) == 1


async def test_it_waits_for_as_long_as_one_likes(hass, clock, office, fired):
    await automate(hass, "zone_lit_after_hours", LOBBY, **{"for": "00:30:00"})
    await live(hass, clock, timedelta(minutes=49))
    assert fired == []
    await live(hass, clock, MINUTE)
    assert len(fired) == 1


async def test_a_light_that_goes_out_in_time_is_no_matter(hass, clock, office, fired):
    await automate(hass, "zone_lit_after_hours", LOBBY, **{"for": "00:30:00"})
    await live(hass, clock, timedelta(minutes=40))
    await switch(hass, "off", LAMPS)
    await live(hass, clock, timedelta(hours=1))
    assert fired == []


async def test_each_stretch_is_told(hass, clock, office, fired):
    await automate(hass, "zone_lit_after_hours", LOBBY)
    await live(hass, clock, timedelta(minutes=30))
    await switch(hass, "off", LAMPS)
    await live(hass, clock, MINUTE)
    await switch(hass, "on", LAMPS)
    assert len(fired) == 2


async def test_what_was_due_before_the_automation_began_is_no_news(hass, clock, office, fired):
    await live(hass, clock, timedelta(minutes=40))
    await automate(hass, "zone_lit_after_hours", LOBBY, **{"for": "00:10:00"})
    await live(hass, clock, timedelta(hours=1))
    assert fired == []


async def test_an_automation_that_begins_late_still_tells_in_time(hass, clock, office, fired):
    await live(hass, clock, timedelta(minutes=40))
    await automate(hass, "zone_lit_after_hours", LOBBY, **{"for": "00:30:00"})
    await live(hass, clock, TEN)
    assert len(fired) == 1


async def test_a_reload_neither_repeats_nor_forgets(hass, clock, office, fired):
    await automate(hass, "zone_lit_after_hours", LOBBY, **{"for": "00:30:00"})
    await live(hass, clock, timedelta(minutes=40))
    assert await hass.config_entries.async_reload(office.entry_id)
    await hass.async_block_till_done()
    await live(hass, clock, TEN)
    assert len(fired) == 1
    assert await hass.config_entries.async_reload(office.entry_id)
    await live(hass, clock, TEN)
    assert len(fired) == 1


async def test_lamps_that_are_out_of_sight_for_a_moment_are_not_told_again(hass, clock, office, fired):
    await automate(hass, "zone_lit_after_hours", LOBBY)
    await live(hass, clock, timedelta(minutes=30))
    lose(hass, *LAMPS)
    await live(hass, clock, timedelta(minutes=5))
    for lamp in LAMPS:
        find(hass, lamp, brightness=255)
    await live(hass, clock, timedelta(minutes=5))
    assert len(fired) == 1


async def test_a_device_that_moves_into_the_area_is_watched(hass, clock, office, fired):
    area = ar.async_get(hass).async_create("Ground floor")
    await automate(hass, "zone_lit_after_hours", {"area_id": area.id}, **{"for": "00:30:00"})
    await live(hass, clock, timedelta(minutes=25))
    device = er.async_get(hass).async_get("light.lobby").device_id
    dr.async_get(hass).async_update_device(device, area_id=area.id)
    await hass.async_block_till_done()
    await live(hass, clock, timedelta(minutes=30))
    assert len(fired) == 1


async def test_a_device_that_leaves_the_area_is_watched_no_more(hass, clock, office, fired):
    area = ar.async_get(hass).async_create("Ground floor")
    device = er.async_get(hass).async_get("light.lobby").device_id
    dr.async_get(hass).async_update_device(device, area_id=area.id)
    await automate(hass, "zone_lit_after_hours", {"area_id": area.id}, **{"for": "00:30:00"})
    await live(hass, clock, timedelta(minutes=25))
    dr.async_get(hass).async_update_device(device, area_id=None)
    await live(hass, clock, timedelta(hours=1))
    assert fired == []


async def test_an_automation_that_is_turned_off_is_silent(hass, clock, office, fired):
    await automate(hass, "zone_lit_after_hours", LOBBY, **{"for": "00:30:00"})
    await live(hass, clock, timedelta(minutes=25))
    await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.words"}, blocking=True)
    await live(hass, clock, timedelta(hours=1))
    assert fired == []


@pytest.fixture
async def inverter(hass, make_entry, now, monkeypatch):
    """An inverter that can be silenced."""
    silent = set()

    async def read_or_not(self, at):
        if silent & set(self.flows):
            raise SourceError("The inverter sleeps.")
        return await read(self, at)

    read = SimulatedSource.read
    monkeypatch.setattr(SimulatedSource, "read", read_or_not)
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return silent


async def read_for(hass, clock, **time):
    """Let time pass, with a reading every ten seconds that is done before the next."""
    coordinator = hass.config_entries.async_get_entry("site").runtime_data.coordinator
    coordinator.update_interval = None
    for _ in range(timedelta(**time) // READ_EVERY):
        clock.tick(READ_EVERY)
        await coordinator.async_refresh()
        async_fire_time_changed(hass)
        await hass.async_block_till_done()


SOLAR = {"entity_id": "sensor.production_solar_production_power"}


async def test_a_silent_source_is_told_once_until_it_is_back(hass, freezer, inverter, fired):
    await automate(hass, "source_lost", SOLAR)
    inverter.add("production")
    await read_for(hass, freezer, minutes=9, seconds=50)
    assert fired == []
    await read_for(hass, freezer, minutes=20)
    (event,) = fired
    assert (event.data["thing"], event.data["since"]) == ("Production", "2026-06-10 10:07:00+00:00")
    assert event.data["reason"] == "Production does not answer: The inverter sleeps."
    inverter.clear()
    await read_for(hass, freezer, minutes=1)
    inverter.add("production")
    await read_for(hass, freezer, minutes=3)
    assert len(fired) == 1
    await read_for(hass, freezer, minutes=8)
    assert len(fired) == 2


async def test_a_source_that_stays_silent_over_a_reload_is_not_told_again(hass, freezer, inverter, fired):
    await automate(hass, "source_lost", SOLAR, **{"for": "00:05:00"})
    inverter.add("production")
    await read_for(hass, freezer, minutes=6)
    assert len(fired) == 1
    assert await hass.config_entries.async_reload("site")
    await hass.async_block_till_done()
    await read_for(hass, freezer, minutes=10)
    assert len(fired) == 1


async def test_a_reload_in_the_meantime_keeps_no_silent_source_from_being_told(hass, freezer, inverter, fired):
    await automate(hass, "source_lost", SOLAR)
    inverter.add("production")
    await read_for(hass, freezer, minutes=5)
    assert await hass.config_entries.async_reload("site")
    await read_for(hass, freezer, minutes=4, seconds=50)
    assert fired == []
    await read_for(hass, freezer, minutes=10)
    (event,) = fired
    assert event.data["since"] == "2026-06-10 10:07:00+00:00"


async def test_a_source_that_a_site_does_not_find_again_is_told(hass, freezer, inverter, fired):
    await automate(hass, "source_lost", SOLAR)
    assert await hass.config_entries.async_unload("site")
    inverter.add("production")
    assert await hass.config_entries.async_setup("site")
    await read_for(hass, freezer, minutes=20)
    assert len(fired) == 1


async def test_other_sources_are_no_matter(hass, freezer, inverter, fired):
    await automate(hass, "source_lost", SOLAR, **{"for": "00:01:00"})
    inverter.add("grid_import")
    await read_for(hass, freezer, minutes=3)
    assert fired == []


async def test_every_trigger_is_described(hass, clock, office):
    await automate(hass, "zone_lit_after_hours", LOBBY)
    descriptions = await async_get_all_descriptions(hass)
    for name in TRIGGERS:
        assert descriptions[f"sceop.{name}"]["target"]["entity"][0]["integration"] == "sceop"
        assert descriptions[f"sceop.{name}"]["fields"].keys() in ({"for"}, {"at_least"}, {"joined_only"}, set())
