"""Automations may ask whose time it is."""

from datetime import UTC, datetime, timedelta

import pytest
from homeassistant.helpers.condition import (
    async_from_config,
    async_get_all_descriptions,
    async_validate_condition_config,
)
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_capture_events

from tests.household.lights.conftest import LAMPS, live, zone

BOTH = ["light.lobby", "light.kitchen"]


@pytest.fixture
async def offices(hass, clock, lamps, make_site):
    """The lobby is let until 18:00 and cleaned for an hour; the kitchen is let until 20:00."""
    late = [{"days": ["wed"], "from": "08:00:00", "to": "20:00:00"}]
    cleaning = [{"days": ["wed"], "from": "18:00:00", "to": "19:00:00"}]
    zones = [zone("lobby", LAMPS[:1], cleaning=cleaning), zone("kitchen", LAMPS[1:], hours=late)]
    assert await async_setup_component(hass, "automation", {})
    return await make_site(zones=zones)


async def check(hass, target, **options):
    config = {"condition": "sceop.inside_contracted_hours", "target": target, "options": options}
    condition = await async_from_config(hass, await async_validate_condition_config(hass, config))
    answer = condition.async_check()
    condition.async_unload()
    return answer


@pytest.mark.parametrize(
    ("hour", "any_zone", "all_zones", "with_cleaning"),
    [
        (12, True, True, True),
        (18, True, False, True),
        (19, True, False, False),
        (20, False, False, False),
    ],
)
async def test_whose_time_it_is(hass, clock, offices, hour, any_zone, all_zones, with_cleaning):
    clock.move_to(datetime(2026, 6, 10, hour - 2, 30, tzinfo=UTC))
    target = {"entity_id": BOTH}
    assert await check(hass, target) is any_zone
    assert await check(hass, target, behavior="all") is all_zones
    assert await check(hass, target, behavior="all", cleaning_counts=True) is with_cleaning


async def test_of_zones_that_are_not_there_nothing_is_claimed(hass, offices):
    assert await check(hass, {"entity_id": "light.nowhere"}, behavior="all") is False
    assert await hass.config_entries.async_unload("site")
    assert await check(hass, {"entity_id": BOTH}) is False


async def test_it_follows_the_clock_in_a_script(hass, clock, offices):
    ran = async_capture_events(hass, "ran")
    asked = {"condition": "sceop.inside_contracted_hours", "target": {"entity_id": "light.lobby"}}
    script = {"sequence": [asked, {"event": "ran"}]}
    assert await async_setup_component(hass, "script", {"script": {"hours": script}})
    await hass.services.async_call("script", "hours", blocking=True)
    assert len(ran) == 1
    await live(hass, clock, timedelta(hours=7))
    await hass.services.async_call("script", "hours", blocking=True)
    assert len(ran) == 1


async def test_every_condition_is_described(hass, offices):
    described = (await async_get_all_descriptions(hass))["sceop.inside_contracted_hours"]
    assert described["fields"].keys() == {"behavior", "cleaning_counts"}
