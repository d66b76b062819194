"""The dialog of a flexible load: a household clicks through with the defaults, and hears what is wrong."""

import pytest
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER
from homeassistant.data_entry_flow import FlowResultType

from custom_components.sceop.flexible.kinds import LoadKind
from custom_components.sceop.flows.flexible_fields import FIELDS, flat
from tests.household.flexible.conftest import car, dishwasher
from tests.household.test_words import ENGLISH

pytestmark = pytest.mark.usefixtures("helpers", "nothing_is_set_up")

NEEDED = {
    LoadKind.RUN_ONCE: {},
    LoadKind.ENERGY_NEED: {},
    LoadKind.THERMOSTAT_BAND: {"entity": "climate.living_room"},
    LoadKind.FLEXIBLE_BATTERY: {"soc": "sensor.soc"},
}


@pytest.fixture
async def site(hass, make_home):
    hass.states.async_set("climate.living_room", "heat", {"temperature": 20})
    hass.states.async_set("sensor.soc", "40", {"unit_of_measurement": "%"})
    hass.states.async_set("sensor.power", "40", {"unit_of_measurement": "W", "device_class": "power"})
    hass.states.async_set("select.mode", "auto", {"options": ["auto", "charge", "discharge"]})
    return await make_home(dishwasher(entity="input_boolean.plug"))


async def begin(hass, site, kind, subentry=None):
    context = {"source": SOURCE_USER} if subentry is None else {"source": SOURCE_RECONFIGURE, "subentry_id": subentry}
    return await hass.config_entries.subentries.async_init((site.entry_id, kind), context=context)


async def fill(hass, form, **typed):
    result = await hass.config_entries.subentries.async_configure(form["flow_id"], typed)
    await hass.async_block_till_done()
    return result


def empty(kind):
    """Return the sections as a form sends them that nobody opened."""
    return {field.section: {} for field in FIELDS[kind] if field.section is not None}


@pytest.mark.parametrize("kind", LoadKind)
async def test_a_household_clicks_through(hass, site, kind):
    form = await begin(hass, site, kind)
    assert form["type"] is FlowResultType.FORM
    result = await fill(hass, form, name="It", **NEEDED[kind], **empty(kind))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = [each for each in site.subentries.values() if each.title == "It"]
    again = await begin(hass, site, kind, subentry.subentry_id)
    suggested = {
        str(key): key.description["suggested_value"]
        for key in again["data_schema"].schema
        if key.description and "suggested_value" in key.description
    }
    result = await fill(hass, again, **flat(empty(kind)) | suggested | {"name": "Other"} | _sections(kind, suggested))
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert site.subentries[subentry.subentry_id].title == "Other"
    assert site.subentries[subentry.subentry_id].data == subentry.data


def _sections(kind, suggested):
    return {name: suggested.get(name, {}) for name in empty(kind)}


@pytest.mark.parametrize(
    ("kind", "typed", "errors"),
    [
        ("run_once", {"name": " "}, {"name": "name_missing"}),
        ("run_once", {"name": "DISHWASHER"}, {"name": "name_taken"}),
        ("run_once", {"readiness": {"when": "entity"}}, {"readiness": "ready_entity_missing"}),
        ("run_once", {"control": {"entity": "switch.gone"}}, {"control": "entity_unknown"}),
        ("run_once", {"control": {"entity": "input_boolean.plug"}}, {"control": "entity_taken"}),
        ("run_once", {"metering": {"meter": "sensor.soc"}}, {"metering": "meter_no_power"}),
        ("energy_need", {"amount": {"amount": "entity"}}, {"amount": "needed_missing"}),
        ("energy_need", {"amount": {"amount": "charge", "soc": "sensor.soc"}}, {"amount": "charge_missing"}),
        ("energy_need", {"control": {"min_kw": 9}}, {"control": "least_above_most"}),
        ("thermostat_band", {"low_c": 22, "high_c": 21}, {"high_c": "band_empty"}),
        (
            "flexible_battery",
            {"control": {"entity": "select.mode", "charge_option": "fill"}},
            {"control": "option_unknown"},
        ),
    ],
)
async def test_what_is_wrong_is_told_where_it_is(hass, site, kind, typed, errors):
    kind = LoadKind(kind)
    right = {"name": "It", **NEEDED[kind], **empty(kind)}
    result = await fill(hass, await begin(hass, site, kind), **right | typed)
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, errors)
    assert set(errors.values()) <= ENGLISH["config_subentries"][kind]["error"].keys()
    result = await fill(hass, result, **right)
    assert result["type"] is FlowResultType.CREATE_ENTRY


def test_every_field_of_every_kind_has_its_words():
    for kind, fields in FIELDS.items():
        for step in ENGLISH["config_subentries"][kind]["step"].values():
            sections = {None: step, **step.get("sections", {})}
            for field in fields:
                assert field.name in sections[field.section]["data"], (kind, field.name)
            assert sum(len(each["data"]) for each in sections.values()) == len(fields) + 1


async def test_a_simulated_home_has_loads_and_takes_more(hass, clock, make_home, freezer):
    home = await make_home(car(), data={"simulated": {"kind": "plain", "since": "2026-06-01T00:00:00+00:00"}})
    kind = LoadKind.RUN_ONCE
    result = await fill(hass, await begin(hass, home, kind), name="It", **empty(kind))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = [each for each in home.subentries.values() if each.title == "It"]
    assert subentry.data["entity"] == "simulated"
