"""The form for sensors looks at each of them, and says beside its field what is wrong."""

import json
from pathlib import Path

import pytest
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sceop import flows
from custom_components.sceop.const import DOMAIN
from custom_components.sceop.flows import Checked, Problem
from custom_components.sceop.flows.entity import EntityForm
from custom_components.sceop.sources.entity import EntitySource
from custom_components.sceop.things import ThingKind
from tests.household.sources.sensors import DAILY, ENERGY, POWER, thing

FORM = EntityForm()
ENGLISH = json.loads((Path(flows.__file__).parent.parent / "translations" / "en.json").read_text())["config_subentries"]
KINDS = sorted(FORM.kinds)
METER, BATTERY = ThingKind.GRID_METER, ThingKind.BATTERY
IN, OUT = "sensor.imported", "sensor.exported"


@pytest.fixture
def sensors(hass):
    for name, state, attributes in (
        (IN, "12.5", ENERGY),
        (OUT, "3", DAILY | {"last_reset": "2026-06-10T00:00:00+02:00"}),
        ("sensor.power", "-250", POWER),
        ("sensor.away", "unavailable", ENERGY),
        ("sensor.words", "plenty", ENERGY),
        ("sensor.warm", "21", {"unit_of_measurement": "°C"}),
        ("sensor.bare", "21", {}),
        ("sensor.level", "7", ENERGY | {"state_class": "measurement"}),
        ("sensor.stored", "7", ENERGY | {"device_class": "energy_storage"}),
        ("sensor.full", "70", {"device_class": "battery", "unit_of_measurement": "%"}),
    ):
        hass.states.async_set(name, state, attributes)


def field(entity, name="grid_import_energy", kind=METER):
    return {name: [entity] if name.endswith("energy") else entity}, kind


@pytest.mark.parametrize(
    ("typed", "kind", "where", "key"),
    [
        (*field("sensor.gone"), "grid_import_energy", "entity_unknown"),
        (*field("0123456789abcdef0123456789abcdef"), "grid_import_energy", "entity_unknown"),
        (*field("sensor.power"), "grid_import_energy", "power_not_energy"),
        (*field(IN, "grid_import_power"), "grid_import_power", "energy_not_power"),
        (*field(IN, "signed_power"), "signed_power", "energy_not_power"),
        (*field("sensor.warm"), "grid_import_energy", "unit_unknown"),
        (*field("sensor.bare", "grid_import_power"), "grid_import_power", "unit_unknown"),
        (*field("sensor.words"), "grid_import_energy", "not_a_number"),
        (*field("sensor.level"), "grid_import_energy", "not_a_counter"),
        (*field("sensor.stored", "battery_charge_energy", BATTERY), "battery_charge_energy", "not_a_counter"),
        (*field("sensor.power", "state_of_charge", BATTERY), "state_of_charge", "not_percent"),
        ({"grid_import_energy": [IN, IN]}, METER, "grid_import_energy", "entity_twice"),
        ({"grid_import_energy": [IN], "grid_export_energy": [IN]}, METER, "grid_export_energy", "entity_twice"),
        ({"inverted": True}, METER, "base", "nothing_chosen"),
        ({"grid_export_energy": [OUT]}, METER, "grid_import_energy", "flow_missing"),
        ({"battery_charge_energy": [IN]}, BATTERY, "battery_discharge_energy", "flow_missing"),
        ({"state_of_charge": "sensor.full"}, BATTERY, "battery_charge_energy", "flow_missing"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(hass, sensors, typed, kind, where, key):
    problem = await FORM.check(hass, kind, typed)
    assert isinstance(problem, Problem)
    assert (problem.where, problem.key) == (where, key)
    sentence = ENGLISH[kind]["error"][key].format(**problem.placeholders)
    assert "{" not in sentence


async def test_our_own_sensors_are_refused(hass):
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    ours = er.async_get(hass).async_get_or_create("sensor", DOMAIN, "1", config_entry=entry)
    hass.states.async_set(ours.entity_id, "5", ENERGY)
    problem = await FORM.check(hass, METER, {"grid_import_energy": [ours.entity_id]})
    assert problem == Problem("grid_import_energy", "entity_ours", {"entity": ours.entity_id})


async def test_a_sensor_that_is_away_is_taken_by_its_unit(hass, sensors):
    assert isinstance(await FORM.check(hass, METER, field("sensor.away")[0]), Checked)
    registry = er.async_get(hass)
    kept = registry.async_get_or_create("sensor", "test", "1", unit_of_measurement="kWh")
    assert isinstance(await FORM.check(hass, METER, {"grid_import_energy": [kept.entity_id]}), Checked)


async def test_what_is_kept_survives_a_new_name_and_is_shown_again(hass, sensors):
    registry = er.async_get(hass)
    kept = registry.async_get_or_create("sensor", "test", "1", object_id_base="imported", unit_of_measurement="kWh")
    typed = {"grid_import_energy": [kept.entity_id], "grid_export_energy": [OUT], "inverted": False}
    checked = await FORM.check(hass, METER, typed)
    assert checked.flows == ("grid_import", "grid_export")
    assert checked.source == {
        "type": "entity", "energy": {"grid_import": [kept.id], "grid_export": [OUT]}, "power": {},
    }  # fmt: skip
    assert FORM.suggested(checked.source) == {"grid_import_energy": [kept.id], "grid_export_energy": [OUT]}
    registry.async_update_entity(kept.entity_id, new_entity_id="sensor.renamed")
    again = await FORM.check(hass, METER, {"grid_import_energy": ["sensor.renamed"]})
    assert again.identity == checked.identity == kept.id


async def test_one_power_for_both_directions_is_enough(hass, sensors):
    checked = await FORM.check(hass, METER, {"signed_power": "sensor.power", "inverted": True})
    assert checked.flows == ("grid_import", "grid_export")
    assert FORM.suggested(checked.source) == {"signed_power": "sensor.power", "inverted": True}
    assert FORM.schema(hass, METER)(FORM.suggested(checked.source))


async def test_a_battery_and_how_full_it_is(hass, sensors):
    typed = {"signed_power": "sensor.power", "inverted": False, "state_of_charge": "sensor.full"}
    checked = await FORM.check(hass, BATTERY, typed)
    assert checked.source["state_of_charge"] == "sensor.full"
    assert FORM.suggested(checked.source) == typed


async def test_a_meter_without_export_leaves_it_out_and_can_be_read(hass, sensors):
    checked = await FORM.check(hass, METER, {"grid_import_energy": [IN]})
    assert checked.flows == ("grid_import",)
    entry = MockConfigEntry(domain=DOMAIN)
    source = EntitySource.create(hass, entry, thing(METER, checked.flows, **checked.source))
    assert source.flows == ("grid_import",)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_its_words(hass, kind):
    step = ENGLISH[kind]["step"]["entity"]
    fields = {str(marker) for marker in FORM.schema(hass, kind).schema}
    assert step["data"].keys() == step["data_description"].keys() == fields | {"name"}
