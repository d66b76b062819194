"""A site with one zone of real lights, in a Home Assistant whose clock the tests move."""

from datetime import UTC, datetime, timedelta

import pytest
from homeassistant.components.demo.light import DemoLight
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    setup_test_component_platform,
)

from custom_components.sceop.const import DOMAIN
from tests.household.conftest import PLACE, SITE_ID

MORNING = datetime(2026, 6, 10, 10, tzinfo=UTC)
"""A Wednesday, noon in Amsterdam."""
LAMPS = ["light.ceiling_lights", "light.kitchen_lights"]
MINUTE = timedelta(minutes=1)
OFFICE = [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00:00", "to": "18:00:00"}]


@pytest.fixture
def clock(freezer):
    freezer.move_to(MORNING)
    return freezer


@pytest.fixture
async def lamps(clock, hass):
    """Lights as a maker's integration brings them; they dim, and their white has a temperature."""
    lights = [DemoLight(unique_id=name, device_name=name, state=False, brightness=255) for name in LAMPS]
    for light, name in zip(lights, LAMPS, strict=True):
        light.entity_id = name
    setup_test_component_platform(hass, "light", lights)
    assert await async_setup_component(hass, "light", {"light": {"platform": "test"}})
    await hass.async_block_till_done()
    return LAMPS


@pytest.fixture
def make_site(hass):
    """Return what sets up a site with zones."""

    async def make(**kinds):
        data = kinds.pop("data", {})
        zones = kinds.pop("zones", None) or [zone(**kinds)]
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="My office",
            unique_id=SITE_ID,
            data=PLACE | data,
            subentries_data=zones,
            entry_id="site",
        )
        entry.add_to_hass(hass)
        return await set_up(hass, entry)

    return make


def zone(name="lobby", lights=LAMPS, rated_w=100, hours=OFFICE, cleaning=(), **source):
    return {
        "subentry_id": name,
        "subentry_type": "light_zone",
        "title": name.capitalize(),
        "unique_id": None,
        "data": {
            "source": {"type": "zone", "lights": list(lights), "rated_w": rated_w} | source,
            "flows": ["light"],
            "hours": hours,
            "holidays": "as_usual",
            "occupant": "Tenants",
            "cleaning": list(cleaning),
        },
    }


async def set_up(hass, entry):
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    await hass.async_block_till_done()
    return entry


async def restart(hass, entry, clock, away):
    assert await hass.config_entries.async_unload(entry.entry_id)
    clock.tick(away)
    await set_up(hass, entry)


async def switch(hass, how, lamps, context=None, **kinds):
    await hass.services.async_call(
        "light", f"turn_{how}", {"entity_id": lamps, **kinds}, blocking=True, context=context or Context()
    )
    await hass.async_block_till_done()


async def live(hass, clock, time, step=MINUTE):
    """Let time pass, and every timer ring."""
    end = dt_util.utcnow() + time
    while (now := dt_util.utcnow()) < end:
        clock.tick(min(step, end - now))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()


def lose(hass, *lamps):
    for lamp in lamps:
        hass.states.async_set(lamp, "unavailable")


def find(hass, lamp, state="on", **attributes):
    hass.states.async_set(
        lamp, state, {"supported_color_modes": ["brightness"], "color_mode": "brightness"} | attributes
    )
