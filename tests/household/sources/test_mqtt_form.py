"""Who adds MQTT topics learns at once whether their messages hold what was asked for, and if not, what to do."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from homeassistant.components import mqtt
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER
from homeassistant.core import callback
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sceop import flows
from custom_components.sceop.const import DOMAIN
from custom_components.sceop.flows import Checked, Problem
from custom_components.sceop.flows.forms import FORMS
from custom_components.sceop.flows.mqtt import MqttForm
from custom_components.sceop.simulated_site import SIMULATED_TERMS
from custom_components.sceop.sources.payloads import _SENTENCES
from custom_components.sceop.things import ThingKind
from tests.household.conftest import PLACE, SITE_ID
from tests.household.sources.broker import connect, connection, needs_mosquitto, running, subscribed

pytestmark = pytest.mark.usefixtures("hass_storage")

FORM = MqttForm(timedelta(seconds=3))
ENGLISH = json.loads((Path(flows.__file__).parents[1] / "translations" / "en.json").read_text())["config_subentries"]
KINDS = sorted(FORM.kinds)
METER, BATTERY = ThingKind.GRID_METER, ThingKind.BATTERY
KEPT = {
    "meter": b'{"ENERGY": {"Total": "12.5", "Power": -420}, "Time": "now", "none": null}',
    "total": b"12.5",
    "words": b"plenty",
    "binary": b"\xff\xfe",
    "below": b"-3",
    "battery": b'{"in": 5, "out": 6, "soc": 250, "full": 81}',
    "long": b"9" * 70_000,
}


def at(topic, path="", **more):
    return {"topic": topic, "path": path} | more


def sentence(kind, problem):
    return ENGLISH[kind]["error"][problem.key].format(**problem.placeholders)


@pytest.fixture
async def broker(socket_enabled, hass, monkeypatch, tmp_path):
    async with running(hass, monkeypatch) as broker:
        await connect(hass, broker, tmp_path)
        for topic, payload in KEPT.items():
            await mqtt.async_publish(hass, topic, payload, retain=True)
        yield broker


@pytest.fixture
async def site(hass):
    """A site of one's own, without things."""
    entry = MockConfigEntry(
        domain=DOMAIN, title="Home", unique_id=SITE_ID, data=PLACE, options=SIMULATED_TERMS | {"currency": "EUR"}
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("typed", "where", "key"),
    [
        ({}, "grid_import_energy", "mqtt_flow_missing"),
        ({"grid_export_energy": at("total")}, "grid_import_energy", "mqtt_flow_missing"),
        ({"grid_import_energy": at("", "power")}, "grid_import_energy", "mqtt_topic_missing"),
        ({"grid_import_power": at("meter/#")}, "grid_import_power", "mqtt_topic_invalid"),
        ({"signed_power": at("meter/+/power")}, "signed_power", "mqtt_topic_invalid"),
        ({"grid_import_energy": at("m" * 70_000)}, "grid_import_energy", "mqtt_topic_invalid"),
        ({"grid_import_energy": at("total", "a..b")}, "grid_import_energy", "mqtt_path_malformed"),
        (
            {"grid_import_energy": at("total", unit="kWh"), "grid_export_energy": at(" total ", unit="Wh")},
            "grid_export_energy",
            "mqtt_twice",
        ),
        ({"grid_import_energy": at("total")}, "base", "mqtt_not_set_up"),
    ],
)
async def test_what_is_wrong_without_any_message_stands_beside_its_field(hass, typed, where, key):
    problem = await FORM.check(hass, METER, typed)
    assert (problem.where, problem.key) == (where, key)
    assert "{" not in sentence(METER, problem)


@needs_mosquitto
async def test_what_is_wrong_with_a_message_stands_beside_its_field(hass, broker):
    cases = [
        (METER, {"grid_import_energy": at("silence", unit="kWh")}, "silent", {}),
        (METER, {"grid_import_energy": at("words", unit="kWh")}, "not_a_number", {"value": "plenty"}),
        (METER, {"grid_import_energy": at("words", "power", unit="kWh")}, "not_json", {}),
        (METER, {"grid_import_power": at("binary", unit="W")}, "silent", {}),
        (METER, {"grid_import_power": at("long", unit="W")}, "too_long", {}),
        (METER, {"grid_import_power": at("meter", unit="W")}, "path_needed", {"names": "ENERGY, Time, none"}),
        (METER, {"signed_power": at("meter", "ENERGY.power", unit="W")}, "path_missing", {"names": "Total, Power"}),
        (METER, {"signed_power": at("meter", "none", unit="W")}, "not_a_number", {"value": "null"}),
        (METER, {"grid_import_energy": at("below", unit="kWh")}, "negative", {"value": "-3"}),
        (METER, {"grid_import_power": at("long2", unit="kW")}, "too_high", {"value": "99999", "unit": "kW"}),
    ]
    await mqtt.async_publish(hass, "long2", "99999", retain=True)
    for (kind, typed, key, gaps), problem in zip(
        cases, await asyncio.gather(*(FORM.check(hass, kind, typed) for kind, typed, _, _ in cases)), strict=True
    ):
        assert isinstance(problem, Problem), typed
        assert (problem.where, problem.key) == (next(iter(typed)), f"mqtt_{key}")
        assert gaps.items() <= problem.placeholders.items()
        assert "{" not in sentence(kind, problem)


@needs_mosquitto
async def test_a_battery_is_full_at_a_hundred_percent(hass, broker):
    typed = {
        "battery_charge_energy": at("battery", "in", unit="kWh"),
        "battery_discharge_energy": at("battery", "out", unit="kWh"),
        "state_of_charge": at("battery", "soc"),
    }
    problem = await FORM.check(hass, BATTERY, typed)
    assert (problem.where, problem.key) == ("state_of_charge", "mqtt_not_percent")
    assert "250" in sentence(BATTERY, problem)
    checked = await FORM.check(hass, BATTERY, typed | {"state_of_charge": at("battery", "full")})
    assert checked.flows == ("battery_charge", "battery_discharge")
    assert checked.source["figures"]["state_of_charge"] == at("battery", "full", unit="%")


@needs_mosquitto
async def test_the_first_good_message_is_enough_among_others(hass, broker):
    checking = hass.async_create_task(
        MqttForm(timedelta(seconds=10)).check(hass, METER, {"grid_import_energy": at("words", unit="Wh")})
    )
    await asyncio.sleep(0)
    await subscribed(hass, "words")
    await mqtt.async_publish(hass, "words", "hello")
    await mqtt.async_publish(hass, "words", "17")
    checked = await checking
    assert isinstance(checked, Checked)
    assert checked.flows == ("grid_import",)
    assert checked.identity == "mqtt words"
    assert FORM.suggested(checked.source) == {"grid_import_energy": at("words", unit="Wh")}


@needs_mosquitto
async def test_a_broker_that_is_away_is_named(hass, broker):
    async with connection(hass, up=False):
        await broker.stop()
    problem = await FORM.check(hass, METER, {"grid_import_energy": at("total", unit="kWh")})
    assert (problem.where, problem.key) == ("base", "mqtt_not_connected")


@needs_mosquitto
async def test_a_meter_is_added_in_the_dialog_and_read_and_changed_in_place(hass, broker, site, monkeypatch):
    monkeypatch.setattr(FORMS["mqtt"], "_patience", FORM._patience)
    subentries = hass.config_entries.subentries
    menu = await subentries.async_init((site.entry_id, "grid_meter"), context={"source": SOURCE_USER})
    form = await subentries.async_configure(menu["flow_id"], {"next_step_id": "mqtt"})
    assert form["type"] is FlowResultType.FORM
    empty = {name: {} for name in map(str, FORM.schema(hass, METER).schema)}
    typed = empty | {
        "name": "Meter",
        "grid_import_energy": at("meter", "ENERGY.Total", unit="kWh"),
        "signed_power": at("meter", "ENERGY.power", unit="W", inverted=True),
    }
    form = await subentries.async_configure(form["flow_id"], typed)
    assert form["errors"] == {"signed_power": "mqtt_path_missing"}
    assert form["description_placeholders"]["names"] == "Total, Power"
    assert not site.subentries
    typed["signed_power"]["path"] = "ENERGY.Power"
    end = await subentries.async_configure(form["flow_id"], typed)
    assert end["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    (thing,) = site.subentries.values()
    assert thing.data == {
        "source": {
            "type": "mqtt",
            "inverted": True,
            "figures": {
                "grid_import_energy": at("meter", "ENERGY.Total", unit="kWh"),
                "signed_power": at("meter", "ENERGY.Power", unit="W"),
            },
        },
        "flows": ["grid_import", "grid_export"],
    }
    coordinator = site.runtime_data.things[thing.subentry_id]
    await subscribed(hass, "meter")
    heard = asyncio.Event()
    unsubscribe = await mqtt.async_subscribe(hass, "meter", callback(lambda _message: heard.set()))
    await mqtt.async_publish(hass, "meter", KEPT["meter"])
    async with asyncio.timeout(5):
        await heard.wait()
    unsubscribe()
    await site.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    assert coordinator.data.watts == {"grid_import": 420, "grid_export": 0}
    assert float(hass.states.get("sensor.meter_grid_import_energy").state) == 12.5

    form = await subentries.async_init(
        (site.entry_id, "grid_meter"), context={"source": SOURCE_RECONFIGURE, "subentry_id": thing.subentry_id}
    )
    suggested = {
        str(marker): {str(inner): (inner.description or {}).get("suggested_value") for inner in fields.schema.schema}
        for marker, fields in form["data_schema"].schema.items()
        if str(marker) != "name"
    }
    assert suggested["signed_power"] == at("meter", "ENERGY.Power", unit="W", inverted=True)
    assert suggested["grid_export_power"]["topic"] is None
    typed["signed_power"]["inverted"] = False
    end = await subentries.async_configure(form["flow_id"], typed | {"name": "New meter"})
    assert end["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert site.subentries[thing.subentry_id].data["source"]["inverted"] is False


@pytest.mark.parametrize("kind", KINDS)
def test_every_section_and_field_has_its_words(hass, kind):
    step = ENGLISH[kind]["step"]["mqtt"]
    assert step["data"].keys() == step["data_description"].keys() == {"name"}
    assert "mqtt" in ENGLISH[kind]["step"]["user"]["menu_options"]
    schema = FORM.schema(hass, kind).schema
    assert step["sections"].keys() == {str(marker) for marker in schema}
    for marker, fields in schema.items():
        words = step["sections"][str(marker)]
        assert {"name", "description"} <= words.keys()
        inner = {str(field) for field in fields.schema.schema}
        assert words["data"].keys() == words["data_description"].keys() == inner


@pytest.mark.parametrize("kind", KINDS)
def test_every_flaw_of_a_message_has_its_sentence(kind):
    flaws = _SENTENCES.keys() - ({"not_percent"} if kind is not BATTERY else set())
    assert {f"mqtt_{flaw}" for flaw in flaws} <= ENGLISH[kind]["error"].keys()
