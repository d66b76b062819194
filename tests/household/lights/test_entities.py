"""What a zone shows, and what is passed on to its lamps."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from homeassistant.components.demo.light import DemoLight
from homeassistant.core import State
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import mock_restore_cache, snapshot_platform

from tests.household.lights.conftest import LAMPS, MORNING, find, live, lose, restart, switch

LIGHT, CONTROL, SESSION = "light.lobby", "switch.lobby_after_hours_control", "event.lobby_lit_time"
pytestmark = pytest.mark.usefixtures("lamps")


@pytest.mark.parametrize("platform", ["binary_sensor", "event", "light", "sensor", "switch"])
async def test_entities(hass, make_site, snapshot, platform):
    with patch("custom_components.sceop.PLATFORMS", [platform]):
        entry = await make_site()
        await hass.async_block_till_done(wait_background_tasks=True)
    await snapshot_platform(hass, er.async_get(hass), snapshot, entry.entry_id)


async def test_brightness_and_white_are_passed_on(hass, make_site):
    await make_site()
    await switch(hass, "on", [LIGHT], brightness=90, color_temp_kelvin=3000)
    for lamp in (*LAMPS, LIGHT):
        attributes = hass.states.get(lamp).attributes
        assert (attributes["brightness"], attributes["color_temp_kelvin"]) == (90, 3000)
    await switch(hass, "off", [LIGHT])
    assert {hass.states.get(lamp).state for lamp in (*LAMPS, LIGHT)} == {"off"}


async def test_the_zone_shows_the_mean_of_what_is_lit(hass, make_site):
    await make_site()
    await switch(hass, "on", LAMPS[:1], brightness=100)
    assert hass.states.get(LIGHT).attributes["brightness"] == 100
    await switch(hass, "on", LAMPS[1:], brightness=200)
    assert hass.states.get(LIGHT).attributes["brightness"] == 150


@pytest.mark.parametrize(
    ("modes", "offered"),
    [
        ([["onoff"], ["onoff"]], ["onoff"]),
        ([["onoff"], ["brightness"]], ["brightness"]),
        ([["rgb"], ["onoff"]], ["brightness"]),
        ([["hs", "color_temp"], ["brightness"]], ["color_temp"]),
    ],
)
async def test_a_zone_offers_what_its_lamps_can_do_between_them(hass, make_site, modes, offered):
    for lamp, supported in zip(LAMPS, modes, strict=True):
        hass.states.async_set(lamp, "off", {"supported_color_modes": supported})
    await make_site()
    assert hass.states.get(LIGHT).attributes["supported_color_modes"] == offered


async def test_a_fade_is_offered_and_passed_on_where_a_lamp_can(hass, make_site, monkeypatch):
    asked = []
    monkeypatch.setattr(DemoLight, "async_turn_off", lambda _self, **how: asked.append(how) or _nothing())
    find(hass, LAMPS[0], supported_features=32)
    await make_site()
    assert hass.states.get(LIGHT).attributes["supported_features"] == 32
    await switch(hass, "off", [LIGHT], transition=5)
    assert len(asked) == 2


async def _nothing():
    """Do nothing, at once."""


async def test_sessions_are_told_as_they_begin_and_end(hass, clock, make_site):
    await make_site()
    await live(hass, clock, timedelta(hours=5, minutes=30))
    find(hass, LAMPS[0], brightness=255)
    await hass.async_block_till_done()
    attributes = hass.states.get(SESSION).attributes
    assert (attributes["event_type"], attributes["cause"]) == ("session_started", "physical")
    assert attributes["start"] == "2026-06-10T15:30:00+00:00"
    await live(hass, clock, timedelta(hours=1))
    await switch(hass, "off", LAMPS)
    attributes = hass.states.get(SESSION).attributes
    assert attributes["event_type"] == "session_ended"
    assert attributes["end"] == "2026-06-10T16:30:00+00:00"
    assert (attributes["seconds"], attributes["inside_seconds"], attributes["outside_seconds"]) == (3600, 1800, 1800)
    assert (attributes["energy_wh"], attributes["outside_energy_wh"]) == (50, 25)
    assert attributes["energy"] == "estimated"


async def test_a_session_that_a_long_restart_ended_is_told_with_its_true_end(hass, clock, make_site):
    entry = await make_site()
    await switch(hass, "on", LAMPS)
    await live(hass, clock, timedelta(minutes=30))
    assert await hass.config_entries.async_unload(entry.entry_id)
    lose(hass, *LAMPS)
    clock.tick(60)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await live(hass, clock, timedelta(minutes=10))
    attributes = hass.states.get(SESSION).attributes
    assert (attributes["event_type"], attributes["end"]) == (
        "session_ended",
        (MORNING + timedelta(minutes=30)).isoformat(),
    )


async def test_a_dimmed_lamp_begins_no_session(hass, make_site):
    await make_site()
    await switch(hass, "on", LAMPS, brightness=100)
    began = hass.states.get(SESSION).state
    await switch(hass, "on", LAMPS, brightness=200)
    assert hass.states.get(SESSION).state == began


async def test_after_hours_control_waits_to_be_allowed_and_remembers_it(hass, clock, make_site):
    entry = await make_site()
    zone = entry.runtime_data.zones["lobby"]
    assert (hass.states.get(CONTROL).state, zone.after_hours_control) == ("off", False)
    await hass.services.async_call("switch", "turn_on", {"entity_id": CONTROL}, blocking=True)
    assert (hass.states.get(CONTROL).state, zone.after_hours_control) == ("on", True)
    await restart(hass, entry, clock, timedelta(minutes=1))
    assert hass.states.get(CONTROL).state == "on"
    assert entry.runtime_data.zones["lobby"].after_hours_control
    await hass.services.async_call("switch", "turn_off", {"entity_id": CONTROL}, blocking=True)
    assert not entry.runtime_data.zones["lobby"].after_hours_control


async def test_after_hours_control_survives_a_restart_of_home_assistant(hass, make_site):
    mock_restore_cache(hass, [State(CONTROL, "on")])
    entry = await make_site()
    assert entry.runtime_data.zones["lobby"].after_hours_control


async def test_the_switch_and_the_events_do_not_need_a_lamp(hass, make_site):
    lose(hass, *LAMPS)
    await make_site()
    assert hass.states.get(CONTROL).state == "off"
    assert hass.states.get(SESSION).state == "unknown"
    assert hass.states.get(LIGHT).state == "unavailable"
