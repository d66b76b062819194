"""Who lit a zone is told by the context of the change, whatever way it came."""

import pytest
from homeassistant.core import Context
from homeassistant.setup import async_setup_component

from custom_components.sceop.core.lighting import Cause, Who
from tests.household.lights.conftest import LAMPS, find, lose, switch

pytestmark = pytest.mark.usefixtures("lamps")


def cause(entry):
    return entry.runtime_data.zones["lobby"].running.cause


async def test_a_person_in_the_app(hass, make_site, hass_admin_user):
    entry = await make_site()
    hass.states.async_set("person.anna", "home", {"user_id": hass_admin_user.id, "friendly_name": "Anna"})
    await switch(hass, "on", LAMPS, Context(user_id=hass_admin_user.id))
    assert cause(entry) == Cause(Who.PERSON, hass_admin_user.id, "Anna")
    attributes = hass.states.get("light.lobby").attributes
    assert (attributes["cause"], attributes["cause_name"]) == ("person", "Anna")


async def test_a_person_who_switches_the_whole_zone(hass, make_site, hass_admin_user):
    entry = await make_site()
    await switch(hass, "on", ["light.lobby"], Context(user_id=hass_admin_user.id))
    assert hass.states.get(LAMPS[0]).state == hass.states.get(LAMPS[1]).state == "on"
    assert cause(entry) == Cause(Who.PERSON, hass_admin_user.id)


async def test_a_switch_at_the_wall(hass, make_site):
    entry = await make_site()
    find(hass, LAMPS[0])
    await hass.async_block_till_done()
    assert cause(entry) == Cause(Who.PHYSICAL)


async def test_a_lamp_that_comes_into_sight(hass, make_site):
    lose(hass, *LAMPS)
    entry = await make_site()
    find(hass, LAMPS[0])
    await hass.async_block_till_done()
    assert cause(entry) == Cause(Who.UNKNOWN)


@pytest.mark.parametrize("target", ["light.lobby", LAMPS[0]])
async def test_an_automation_even_one_that_an_hour_triggers(hass, make_site, target):
    entry = await make_site()
    automation = {
        "alias": "Dawn",
        "triggers": {"trigger": "event", "event_type": "dawn"},
        "actions": {"action": "light.turn_on", "target": {"entity_id": target}},
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})
    hass.bus.async_fire("dawn", context=None)
    await hass.async_block_till_done()
    assert cause(entry) == Cause(Who.AUTOMATION, "automation.dawn", "Dawn")


async def test_a_script(hass, make_site):
    entry = await make_site()
    sequence = {"action": "light.turn_on", "target": {"entity_id": "light.lobby"}}
    assert await async_setup_component(hass, "script", {"script": {"welcome": {"sequence": [sequence]}}})
    await hass.services.async_call("script", "welcome", blocking=True)
    await hass.async_block_till_done()
    assert cause(entry) == Cause(Who.AUTOMATION, "script.welcome", "welcome")


async def test_a_person_who_runs_a_script(hass, make_site, hass_admin_user):
    entry = await make_site()
    sequence = {"action": "light.turn_on", "target": {"entity_id": "light.lobby"}}
    assert await async_setup_component(hass, "script", {"script": {"welcome": {"sequence": [sequence]}}})
    await hass.services.async_call("script", "welcome", blocking=True, context=Context(user_id=hass_admin_user.id))
    await hass.async_block_till_done()
    assert cause(entry).who is Who.PERSON


async def test_something_that_followed_from_something_else(hass, make_site):
    entry = await make_site()
    await switch(hass, "on", LAMPS, Context(parent_id="01ABC"))
    assert cause(entry) == Cause(Who.AUTOMATION)


async def test_whoever_lit_the_first_lamp_lit_the_zone(hass, make_site, hass_admin_user):
    entry = await make_site()
    find(hass, LAMPS[0])
    await hass.async_block_till_done()
    await switch(hass, "on", LAMPS[1:], Context(user_id=hass_admin_user.id))
    assert cause(entry) == Cause(Who.PHYSICAL)
