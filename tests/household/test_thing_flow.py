"""A site of one's own: things are added, changed and removed in dialogs that look before they keep."""

import pytest
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.flexible.kinds import LoadKind

pytestmark = pytest.mark.usefixtures("now")

ENERGY = {"device_class": "energy", "state_class": "total_increasing", "unit_of_measurement": "kWh"}
POWER = {"device_class": "power", "state_class": "measurement", "unit_of_measurement": "W"}


@pytest.fixture
async def site(hass):
    """A site of one's own, and two sensors that its meters could be."""
    hass.states.async_set("sensor.meter_import", "1234.567", ENERGY)
    hass.states.async_set("sensor.meter_power", "420", POWER)
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    form = await hass.config_entries.flow.async_configure(flow["flow_id"], {"next_step_id": "own"})
    end = await hass.config_entries.flow.async_configure(form["flow_id"], {"name": "Garden House"})
    for choice in ("tariff_flat", {"price": 0.31, "currency": "EUR"}, "export_none", "carbon_none", "not_now"):
        answer = {"next_step_id": choice} if isinstance(choice, str) else choice
        end = await hass.config_entries.flow.async_configure(form["flow_id"], answer)
    await hass.async_block_till_done()
    entry = end["result"]
    assert entry.state is ConfigEntryState.LOADED
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def add(hass, site, kind, source, **typed):
    """Go through the dialog up to its answer to what was typed."""
    menu = await hass.config_entries.subentries.async_init((site.entry_id, kind), context={"source": SOURCE_USER})
    assert source in menu["menu_options"]
    form = await hass.config_entries.subentries.async_configure(menu["flow_id"], {"next_step_id": source})
    assert form["type"] is FlowResultType.FORM
    end = await hass.config_entries.subentries.async_configure(form["flow_id"], typed)
    await hass.async_block_till_done()
    return end


async def test_a_meter_is_read_as_soon_as_it_is_added(hass, site):
    end = await add(
        hass, site, "grid_meter", "entity",
        name=" The  meter ", grid_import_energy=["sensor.meter_import"], grid_import_power="sensor.meter_power",
    )  # fmt: skip
    assert end["type"] is FlowResultType.CREATE_ENTRY
    (thing,) = site.subentries.values()
    assert thing.title == "The meter"
    assert thing.data["flows"] == ["grid_import"]
    assert float(hass.states.get("sensor.the_meter_grid_import_energy").state) == 1234.567
    assert hass.states.get("sensor.the_meter_grid_import_power").state == "420"
    assert hass.states.get("sensor.garden_house_consumption_power").state == "420"
    price = hass.states.get("sensor.garden_house_import_price")
    assert (float(price.state), price.attributes["unit_of_measurement"]) == (0.31, "EUR/kWh")


async def test_the_error_stands_beside_its_field_and_nothing_is_kept(hass, site):
    hass.states.async_set("sensor.colour", "red", ENERGY)
    form = await add(hass, site, "grid_meter", "entity", name="Meter", grid_import_energy=["sensor.colour"])
    assert form["errors"].keys() == {"grid_import_energy"}
    assert not site.subentries


async def test_two_things_have_two_names(hass, site):
    await add(hass, site, "grid_meter", "entity", name="Meter", grid_import_energy=["sensor.meter_import"])
    hass.states.async_set("sensor.roof", "7", ENERGY)
    form = await add(hass, site, "production", "entity", name="METER", production_energy=["sensor.roof"])
    assert form["errors"] == {"name": "name_taken"}
    form = await add(hass, site, "production", "entity", name="  ", production_energy=["sensor.roof"])
    assert form["errors"] == {"name": "name_missing"}


async def test_the_same_meter_is_not_added_twice(hass, site):
    await add(hass, site, "submeter", "entity", name="Boiler", load_energy=["sensor.meter_import"])
    form = await add(hass, site, "submeter", "entity", name="Heater", load_energy=["sensor.meter_import"])
    assert form["errors"] == {"base": "already_added"}


async def test_a_thing_is_changed_in_place(hass, site):
    await add(hass, site, "grid_meter", "entity", name="Meter", grid_import_energy=["sensor.meter_import"])
    (thing,) = site.subentries.values()
    form = await hass.config_entries.subentries.async_init(
        (site.entry_id, "grid_meter"), context={"source": SOURCE_RECONFIGURE, "subentry_id": thing.subentry_id}
    )
    suggested = {
        str(field): field.description["suggested_value"]
        for field in form["data_schema"].schema
        if field.description and "suggested_value" in field.description
    }
    assert suggested["name"] == "Meter"
    end = await hass.config_entries.subentries.async_configure(
        form["flow_id"],
        {"name": "New meter", "grid_import_energy": ["sensor.meter_import"], "grid_import_power": "sensor.meter_power"},
    )
    assert end["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert site.subentries[thing.subentry_id].title == "New meter"
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, thing.subentry_id), site.entry_id)
    assert device.name == "New meter"


async def test_a_simulated_home_has_all_its_things(hass, make_entry):
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.supported_subentry_types.keys() == set(LoadKind)
