"""Warnings go every way that there is: a phone at home, other notify targets, events, triggers and links."""

import asyncio
from datetime import timedelta

import pytest
from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.components.notify import NotifyEntity, NotifyEntityFeature
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_mock_service,
    setup_test_component_platform,
)

from custom_components.sceop.core.forecast.windows import Severity
from custom_components.sceop.hub.foreseen import Notice
from custom_components.sceop.warnings import delivery
from custom_components.sceop.warnings.links import link_to
from tests.household.lights.conftest import LAMPS, lamps, make_site, switch  # noqa: F401 - pytest finds fixtures so
from tests.household.warnings.conftest import HOUR, MORNING, Home, peak

pytestmark = pytest.mark.usefixtures("socket_enabled")


class Target:
    """What was chosen that is no phone."""

    def __init__(self, target, name="Somebody"):
        self.target = {"target": target, "name": name}


async def test_a_phone_at_home_is_told_over_its_own_line(hass, make_home, phone, hass_ws_client):
    line = await hass_ws_client(hass)
    await line.send_json_auto_id({"type": "mobile_app/push_notification_channel", "webhook_id": phone.webhook})
    assert (await line.receive_json())["success"]
    home = await make_home(phone)
    await home.expect(peak(13, 14))
    note = (await line.receive_json())["event"]
    assert note["title"] == "Peak today, 13:00 to 14:00"
    assert phone.received == []
    await home.expect()
    gone = (await line.receive_json())["event"]
    assert (gone["message"], gone["data"]["tag"]) == ("clear_notification", note["data"]["tag"])


class Speaker(NotifyEntity):
    _attr_name = "Speaker"

    def __init__(self, features):
        self._attr_supported_features = features
        self.heard = []

    async def async_send_message(self, message, title=None):
        self.heard.append((title, message))


@pytest.mark.parametrize("features", [NotifyEntityFeature(0), NotifyEntityFeature.TITLE])
async def test_an_entity_is_told_in_plain_text(hass, clock, make_home, features):
    speaker = Speaker(features)
    setup_test_component_platform(hass, "notify", [speaker], from_config_entry=False)
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    assert await async_setup_component(hass, "notify", {})
    await hass.data["notify"].async_add_entities([speaker])
    home = await make_home(Target("entity:notify.speaker"))
    await home.expect(peak(13, 14))
    ((title, message),) = speaker.heard
    assert (title is None) == (not features)
    assert "Peak today, 13:00 to 14:00" in (title or message)
    await home.expect()
    assert len(speaker.heard) == 1


async def test_any_notify_action_is_told_in_plain_text(hass, clock, make_home):
    calls = async_mock_service(hass, "notify", "mail_to_kim")
    home = await make_home(Target("action:mail_to_kim"))
    await home.expect(peak(13, 14))
    (call,) = calls
    assert call.data.keys() == {"title", "message"}


async def test_a_target_that_fails_is_logged_once(hass, clock, make_home, caplog):
    async def fail(_call):
        raise HomeAssistantError("The mailbox is full")

    hass.services.async_register("notify", "mail_to_kim", fail)
    home = await make_home(Target("action:mail_to_kim", "Kim's mail"))
    await home.expect(peak(13, 14), peak(20, 21, Severity.SEVERE))
    assert caplog.text.count("A warning could not be sent to Kim's mail: The mailbox is full") == 1


async def test_a_target_that_never_answers_holds_no_later_warning_back(hass, clock, make_home, monkeypatch, caplog):
    monkeypatch.setattr(delivery, "PATIENCE_S", 0)

    async def hang(_call):
        await asyncio.Event().wait()

    hass.services.async_register("notify", "mail_to_kim", hang)
    calls = async_mock_service(hass, "notify", "mail_to_lee")
    home = await make_home(Target("action:mail_to_kim", "Kim's mail"), Target("action:mail_to_lee"))
    await home.expect(peak(13, 14))
    await home.expect(peak(13, 14), peak(20, 21, Severity.SEVERE))
    assert len(calls) == 2
    assert caplog.text.count("A warning could not be sent to Kim's mail: it does not answer") == 1


async def test_triggers_fire_for_the_sites_that_are_aimed_at(hass, clock, make_home):
    home = await make_home()
    fired = async_capture_events(hass, "fired")
    triggers = [
        {"trigger": "sceop.upcoming_peak", "target": {"entity_id": entity}, "options": options}
        for entity, options in (
            ("event.my_home_warning", {}),
            ("event.my_home_warning", {"at_least": "severe"}),
            ("event.of_somebody_else", {}),
        )
    ]
    config = [
        {
            "id": f"{number}",
            "alias": f"{number}",
            "triggers": trigger,
            "actions": {"event": "fired", "event_data": {"number": number, "power": "{{ trigger.power_w }}"}},
        }
        for number, trigger in enumerate(triggers)
    ]
    assert await async_setup_component(hass, "automation", {"automation": config})
    await home.expect(peak(13, 14))
    assert [event.data["number"] for event in fired] == [0]
    await home.expect(peak(13, 14, Severity.SEVERE))
    assert [event.data["number"] for event in fired] == [0, 0, 1]
    assert fired[0].data["power"] == 6400


async def test_a_message_of_the_hub_is_told_once_also_over_a_restart_in_the_night(make_home, phone):
    home = await make_home(phone, quiet_from="11:00:00", quiet_to="15:00:00")
    home.runtime.desk.take_notice(Notice("7", MORNING, "Power cut on Friday", "From 9 to 10 there is no power."))
    await home.pass_by(minutes=10)
    assert phone.received == []
    assert home.event.attributes["event_type"] == "hub_message"
    await home.restart()
    await home.pass_by(hours=3)
    (note,) = phone.notes
    assert (note["title"], note["message"]) == ("Power cut on Friday", "From 9 to 10 there is no power.")
    await home.pass_by(hours=12)
    assert len(phone.notes) == 1


@pytest.mark.parametrize("order", ["clear_notification", "command_dnd", "remove_channel", "request_location_update"])
async def test_a_message_of_the_hub_is_no_order_to_a_phone(make_home, phone, order):
    home = await make_home(phone)
    home.runtime.desk.take_notice(Notice("7", MORNING, "News", order))
    await home.pass_by(minutes=10)
    (note,) = phone.received
    assert note["message"] == f"News: {order}"


async def test_the_hub_itself_is_heard(hass, clock, phone, hub, membership, make_entry):
    hub.clock = dt_util.utcnow
    entry = make_entry(hub=membership)
    told = {"warnings": {"targets": [phone.target]}}
    hass.config_entries.async_update_entry(entry, options=entry.options | told)
    home = await Home(hass, clock, entry).open()
    message = {"type": "notice", "id": "7", "at": MORNING.isoformat(), "title": "Power cut", "text": "On Friday."}
    for _ in range(2):
        home.runtime.hub.foresight.heard(message)
        await hass.async_block_till_done()
    assert [(note["title"], note["message"]) for note in phone.notes] == [("Power cut", "On Friday.")]
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def office(hass, clock, phone, lamps, make_site):  # noqa: F811 - the fixture of that name
    clock.move_to(MORNING + 5.5 * HOUR)
    entry = await make_site()
    told = {"targets": [phone.target], "topics": ["lights_after_hours"]}
    hass.config_entries.async_update_entry(entry, options={"warnings": told})
    await hass.async_block_till_done()
    return Home(hass, clock, entry)


async def test_lights_after_hours_are_told_and_turned_off_from_the_phone(hass, office, phone):
    await switch(hass, "on", LAMPS)
    await office.pass_by(minutes=40)
    assert phone.received == []
    await office.pass_by(minutes=10)
    (note,) = phone.notes
    assert note["title"] == "Lobby is lit after hours"
    assert note["message"] == "Lobby has been lit since 18:00, outside of its hours."
    await phone.press("Turn off")
    assert hass.states.get("light.lobby").state == "off"
    assert phone.shown == []


async def test_lights_that_somebody_leaves_on_are_not_told_again(hass, office, phone):
    await switch(hass, "on", LAMPS)
    await office.pass_by(minutes=50)
    await phone.press("Leave on")
    await office.pass_by(hours=3)
    assert len(phone.notes) == 1
    assert hass.states.get("light.lobby").state == "on"


async def test_a_zone_under_after_hours_control_is_left_to_it(hass, office, phone):
    await hass.services.async_call(
        "switch", "turn_on", {"entity_id": "switch.lobby_after_hours_control"}, blocking=True
    )
    await switch(hass, "on", LAMPS)
    await office.pass_by(hours=2)
    assert phone.received == []


class Dashboard:
    def __init__(self, config):
        self._config = config

    async def async_load(self, force):  # noqa: ARG002 - as Home Assistant calls it
        return self._config


@pytest.mark.parametrize(
    ("strategies", "link"),
    [
        ({"ours": {"type": "custom:sceop"}}, "/ours/forecast"),
        ({"ours": {"type": "custom:sceop", "site": "site"}}, "/ours/forecast"),
        ({None: {"type": "custom:sceop"}}, "/lovelace/forecast"),
        ({"theirs": {"type": "custom:sceop", "site": "another"}}, "/history?entity_id=event.my_home_warning"),
        ({"energy": {"type": "energy"}, "plain": {}}, "/history?entity_id=event.my_home_warning"),
    ],
)
async def test_a_notification_leads_to_the_view_that_shows_more(hass, clock, make_home, phone, strategies, link):
    dashboards = {path: Dashboard({"strategy": strategy}) for path, strategy in strategies.items()}
    hass.data[LOVELACE_DATA].dashboards |= dashboards
    home = await make_home(phone)
    await home.expect(peak(13, 14))
    (note,) = phone.notes
    assert note["data"]["url"] == link


async def test_of_several_sites_each_has_views_of_its_own(hass, clock, make_home):
    assert await async_setup_component(hass, "lovelace", {})
    hass.data[LOVELACE_DATA].dashboards["ours"] = Dashboard({"strategy": {"type": "custom:sceop"}})
    await make_home()
    MockConfigEntry(domain="sceop", title="Another").add_to_hass(hass)
    assert await link_to(hass, None, "site", None) == "/ours/site-overview"


async def test_what_cannot_be_read_is_set_aside_and_warnings_go_on(hass, hass_storage, make_home, phone):
    hass_storage["sceop.site.warnings"] = {"version": 1, "key": "sceop.site.warnings", "data": {"findings": 7}}
    home = await make_home(phone)
    await home.expect(peak(13, 14))
    assert len(phone.notes) == 1


async def test_a_peak_that_passed_while_nobody_looked_is_no_news(make_home, phone, clock):
    home = await make_home(phone)
    clock.tick(timedelta(days=3))
    await home.expect(peak(18, 20))
    await home.pass_by(minutes=10)
    assert phone.received == []
    assert home.event.state == "unknown"
