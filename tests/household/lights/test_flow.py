"""The dialog of a zone says at the field what is wrong, and keeps what is right."""

import re
from pathlib import Path

import pytest
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER
from homeassistant.data_entry_flow import FlowResultType

from custom_components.sceop.flows import zone as dialog
from tests.household.lights.conftest import LAMPS, OFFICE, zone
from tests.household.test_words import ENGLISH

pytestmark = pytest.mark.usefixtures("lamps")

TYPED = {"name": "Attic", "lights": LAMPS[1:], "rated_w": 120, "hours": OFFICE, "holidays": "closed"}
SOURCE = Path(dialog.__file__).read_text()
NIGHT = {"days": ["mon"], "from": "22:00:00", "to": "06:00:00"}


@pytest.fixture
async def site(make_site):
    return await make_site(zones=[zone(lights=LAMPS[:1])])


async def begin(hass, site, subentry=None):
    context = {"source": SOURCE_USER} if subentry is None else {"source": SOURCE_RECONFIGURE, "subentry_id": subentry}
    return await hass.config_entries.subentries.async_init((site.entry_id, "light_zone"), context=context)


async def fill(hass, result, **typed):
    result = await hass.config_entries.subentries.async_configure(result["flow_id"], typed)
    await hass.async_block_till_done()  # a change reloads the site
    return result


async def test_a_new_zone_is_set_up_at_once(hass, site, entity_registry):
    result = await fill(hass, await begin(hass, site), **TYPED, occupant=" Tenants ", cleaning=[NIGHT])
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert hass.states.get("light.attic").state == "off"
    (subentry,) = [thing for thing in site.subentries.values() if thing.title == "Attic"]
    assert subentry.data == {
        "source": {"type": "zone", "lights": [entity_registry.async_get(LAMPS[1]).id], "rated_w": 120},
        "flows": ["light"],
        "hours": OFFICE,
        "holidays": "closed",
        "occupant": "Tenants",
        "cleaning": [NIGHT],
    }


async def test_office_hours_are_offered(hass, site):
    result = await begin(hass, site)
    defaults = {str(key): key.default() for key in result["data_schema"].schema if str(key) in {"hours", "holidays"}}
    assert defaults == {"hours": OFFICE, "holidays": "closed"}


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"name": "  "}, {"name": "name_missing"}),
        ({"name": "LOBBY"}, {"name": "name_taken"}),
        ({"lights": []}, {"lights": "lights_missing"}),
        ({"lights": ["light.gone"]}, {"lights": "light_unknown"}),
        ({"lights": LAMPS}, {"lights": "light_taken"}),
        ({"rated_w": 0}, {"rated_w": "rated_zero"}),
        ({"energy": "sensor.gone"}, {"energy": "sensor_unknown"}),
        ({"energy": "sensor.lobby_energy"}, {"energy": "sensor_ours"}),
        ({"energy": "sensor.warmth"}, {"energy": "sensor_unit"}),
        ({"hours": []}, {"hours": "hours_missing"}),
        ({"hours": [NIGHT | {"days": []}]}, {"hours": "days_missing"}),
        ({"hours": [NIGHT | {"to": "22:00:00"}]}, {"hours": "window_empty"}),
        ({"hours": [NIGHT, NIGHT | {"days": ["tue"], "from": "05:00:00"}]}, {"hours": "windows_overlap"}),
        ({"hours": [NIGHT | {"days": ["sun"]}, NIGHT | {"from": "00:30:00"}]}, {"hours": "windows_overlap"}),
        ({"cleaning": [NIGHT, NIGHT]}, {"cleaning": "windows_overlap"}),
        ({"rated_w": 0, "cleaning": [NIGHT, NIGHT]}, {"rated_w": "rated_zero", "cleaning": "windows_overlap"}),
    ],
)
async def test_what_is_wrong_is_told_beside_its_field(hass, site, typed, errors):
    hass.states.async_set("sensor.warmth", "20", {"unit_of_measurement": "°C"})
    result = await fill(hass, await begin(hass, site), **TYPED | typed)
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, errors)
    result = await fill(hass, result, **TYPED)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_zone_is_no_lamp_of_another_one(hass, site, entity_registry):
    result = await begin(hass, site)
    assert "light.lobby" in result["data_schema"].schema["lights"].config["exclude_entities"]
    result = await fill(hass, result, **TYPED | {"lights": [entity_registry.async_get("light.lobby").id]})
    assert result["errors"] == {"lights": "light_ours"}


@pytest.mark.parametrize(
    "hours",
    [
        [{"days": ["mon"], "from": "00:00:00", "to": "00:00:00"}],
        [NIGHT, NIGHT | {"days": ["tue"], "from": "06:00:00", "to": "08:00:00"}],
    ],
)
async def test_a_whole_day_and_neighbours_are_fine(hass, site, hours):
    result = await fill(hass, await begin(hass, site), **TYPED | {"hours": hours})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_which_zone_has_the_light_is_told(hass, site):
    result = await fill(hass, await begin(hass, site), **TYPED | {"lights": LAMPS})
    assert result["description_placeholders"] == {"light": LAMPS[0], "zone": "Lobby"}


@pytest.mark.parametrize(("unit", "kind"), [("kWh", "energy"), ("W", "power")])
async def test_a_meter_of_energy_or_of_power(hass, site, unit, kind):
    hass.states.async_set("sensor.circuit", "20", {"unit_of_measurement": unit, "device_class": kind})
    await fill(hass, await begin(hass, site), **TYPED | {"energy": "sensor.circuit"})
    (subentry,) = [thing for thing in site.subentries.values() if thing.title == "Attic"]
    assert subentry.data["source"][kind] == "sensor.circuit"
    await hass.async_block_till_done()
    result = await begin(hass, site, subentry.subentry_id)
    assert suggested(result)["energy"] == "sensor.circuit"


def suggested(result):
    return {
        str(key): key.description["suggested_value"]
        for key in result["data_schema"].schema
        if key.description and "suggested_value" in key.description
    }


async def test_a_zone_is_changed_and_keeps_its_past(hass, site):
    result = await begin(hass, site, "lobby")
    shown = suggested(result)
    assert (shown["name"], shown["lights"], shown["rated_w"]) == ("Lobby", LAMPS[:1], 100)
    result = await fill(hass, result, **TYPED | {"name": "Hall", "lights": LAMPS, "hours": [NIGHT]})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await hass.async_block_till_done()
    changed = site.runtime_data.zones["lobby"]
    assert (changed.title, len(changed.lamps.entity_ids)) == ("Hall", 2)
    assert site.subentries["lobby"].data["hours"] == [NIGHT]


async def test_everything_that_is_wrong_has_its_sentence_and_every_field_is_explained(hass):
    words = ENGLISH["config_subentries"]["light_zone"]
    told = set(re.findall(r'Problem\(\w+, "(\w+)"', SOURCE)) | set(re.findall(r'return "(\w+)"', SOURCE))
    assert told | {"windows_overlap"} == words["error"].keys()
    fields = {str(key) for key in dialog._schema(hass, simulated=False).schema}
    for step in ("user", "reconfigure"):
        assert words["step"][step]["data"].keys() == words["step"][step]["data_description"].keys() == fields
