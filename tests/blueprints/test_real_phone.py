"""A phone as the Home Assistant app registers it is asked, and its answer is heard."""

import pytest
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component

from tests.blueprints.conftest import settle
from tests.household.lights.conftest import LAMPS

APP = {
    "device_id": "kims-phone",
    "app_id": "io.homeassistant.example",
    "app_name": "Example",
    "app_version": "1",
    "device_name": "Kim's phone (work)",
    "manufacturer": "Example",
    "model": "Example",
    "os_name": "Example",
    "os_version": "1",
    "supports_encryption": False,
    "app_data": {"push_websocket_channel": True},
}


@pytest.mark.usefixtures("socket_enabled")
async def test_a_registered_phone_answers(evening, hass, hass_client, hass_ws_client):
    for component in ("repairs", "notify", "mobile_app"):  # before the server begins, which takes no more routes then
        assert await async_setup_component(hass, component, {})
    client = await hass_client()
    registered = await (await client.post("/api/mobile_app/registrations", json=APP)).json()
    await hass.async_block_till_done()
    (entry,) = hass.config_entries.async_entries("mobile_app")
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    webhook = registered["webhook_id"]
    channel = await hass_ws_client(hass)
    await channel.send_json_auto_id({"type": "mobile_app/push_notification_channel", "webhook_id": webhook})
    assert (await channel.receive_json())["success"]

    await evening.automate(lights=LAMPS, phones=[device.id], title="The lobby")
    await evening.light_by_an_automation(brightness=200)
    for _ in range(2):  # shorter than the connection's heartbeat
        await evening.pass_by(seconds=5)
    assert evening.levels == [76, 76]
    asked = (await channel.receive_json())["event"]
    assert asked["message"].startswith("The lobby: lit after hours")
    keep, *_ = asked["data"]["actions"]
    assert keep["title"] == "Keep on for 30 min"
    answer = {"event_type": "mobile_app_notification_action", "event_data": {"action": keep["action"]}}
    assert (await client.post(f"/api/webhook/{webhook}", json={"type": "fire_event", "data": answer})).status == 200
    await settle()
    assert evening.levels == [200, 200]
    assert (await channel.receive_json())["event"]["message"] == "clear_notification"
