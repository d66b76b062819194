"""A simulated office: set up in a dialog, with rooms that are let by the hour."""

from datetime import timedelta

from homeassistant.config_entries import SOURCE_USER
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.hours import Share
from custom_components.sceop.flexible import LoadKind


async def set_up(hass):
    async def answer(flow, **typed):
        return await hass.config_entries.flow.async_configure(flow["flow_id"], typed)

    await hass.config.async_update(latitude=52.09, longitude=5.12, time_zone="Europe/Amsterdam")
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    form = await answer(menu, next_step_id="simulated")
    end = await answer(await answer(form, name="Mill House", home="office"), next_step_id="not_now")
    assert end["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    return end["result"]


async def test_an_office_has_a_meter_and_rooms(now, hass):
    office = await set_up(hass)
    assert [(thing.subentry_type, thing.title) for thing in office.subentries.values()] == [
        ("grid_meter", "Grid meter"),
        ("light_zone", "Lobby"),
        ("light_zone", "First floor"),
        ("light_zone", "Second floor"),
        ("light_zone", "Meeting rooms"),
    ]
    assert hass.states.get("light.first_floor").state == "on"  # a Wednesday at noon
    assert int(hass.states.get("sensor.mill_house_grid_import_power").state) > 5000
    assert hass.states.get("sensor.mill_house_grid_export_power") is None


async def test_its_rooms_have_been_lit_for_60_days(now, hass):
    office = await set_up(hass)
    for zone in office.runtime_data.zones.values():
        sessions = zone.sessions(dt_util.utcnow() - timedelta(days=60), dt_util.utcnow())
        lit = {
            share: sum(part.seconds for session in sessions for part in session.parts if part.share is share)
            for share in Share
        }
        assert lit[Share.CONTRACTED] > lit[Share.AFTER_HOURS] > 0
        assert lit[Share.CLEANING] > 0


async def test_its_hours_can_be_changed_and_no_meter_can_be_added(now, hass):
    office = await set_up(hass)
    assert set(office.supported_subentry_types) == {"light_zone", *LoadKind}
