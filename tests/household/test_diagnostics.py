"""Diagnostics show what a maintainer needs and not who it is."""

import json

import pytest
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sceop.diagnostics import SHOWN, _texts, async_get_config_entry_diagnostics
from custom_components.sceop.simulated_site import SIMULATED_TERMS
from tests.household.conftest import PLACE, SITE_ID

pytestmark = pytest.mark.usefixtures("now")

SOURCES = {
    "Emma's meter": ("grid_meter", {"type": "p1", "host": "emma.example", "port": 23, "key": "0123456789ABCDEF" * 2}),
    "Emma's cellar": ("grid_meter", {"type": "entity", "energy": {"grid_import": ["sensor.emma"]}, "power": {}}),
    "Emma's roof": (
        "production",
        {
            "type": "sunspec",
            "host": "192.0.2.7",
            "port": 502,
            "unit_id": 1,
            "which": 1,
            "serial": "SN778899",
            "swapped": False,
        },
    ),
    "Emma's heat pump": ("submeter", {"type": "entity", "energy": {}, "power": {"load": "sensor.emma_heat"}}),
}
FLOWS = {"grid_meter": ["grid_import"], "production": ["production"], "submeter": ["load"]}


@pytest.mark.parametrize("member", [True, False])
async def test_nothing_private_leaves(hass, hub, make_entry, membership, member):
    hub.clock = dt_util.utcnow
    entry = make_entry(**({"hub": membership} if member else {}))
    assert await hass.config_entries.async_setup(entry.entry_id)
    shown = await async_get_config_entry_diagnostics(hass, entry)
    text = json.dumps(shown)
    for private in ("secret", "127.0.0.1", "household-1", "Mill Street", "My home", "52.09", entry.unique_id):
        assert private not in text
    assert shown["balance"]["watts"] == dict(entry.runtime_data.coordinator.data.watts)
    assert shown["things"].keys() == {"grid_meter 1", "production 1", "battery 1"}
    flows = {flow for thing in shown["things"].values() for flow in thing["registers"]}
    assert flows == shown["balance"]["watts"].keys()
    assert (shown["hub"] is not None) == member
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_of_a_site_with_every_kind_of_source_no_text_leaves_that_is_not_ours(hass, hub, membership):
    entry = MockConfigEntry(
        domain="sceop",
        title="Emma Example",
        unique_id=SITE_ID,
        data=PLACE | {"hub": membership},
        options=SIMULATED_TERMS | {"currency": "EUR"},
        subentries_data=[
            ConfigSubentryData(
                data={"source": source, "flows": FLOWS[kind]}, subentry_type=kind, title=title, unique_id=f"of {title}"
            )
            for title, (kind, source) in SOURCES.items()
        ],
    )
    entry.add_to_hass(hass)
    hass.states.async_set("sensor.emma", "7", {"unit_of_measurement": "kWh"})
    assert await hass.config_entries.async_setup(entry.entry_id)
    shown = await async_get_config_entry_diagnostics(hass, entry)
    text = json.dumps(shown)
    words = {"", *FLOWS, *(word for flows in FLOWS.values() for word in flows)}
    secrets = {text for text in _texts(entry.as_dict()) if text not in words}
    assert {"Emma's meter", "emma.example", "sensor.emma_heat", "SN778899", "of Emma's roof"} <= secrets
    assert [secret for secret in secrets if secret in text] == []
    assert not [name for name in SHOWN if "host" in name or "key" in name]
    assert shown["things"].keys() == {"grid_meter 1", "grid_meter 2", "production 1", "submeter 1"}
    silent = shown["things"]["submeter 1"]["silent"]
    assert "emma" not in silent["sentence"]
    assert "removed from Home Assistant" in silent["sentence"] or "shows nothing" in silent["sentence"]
    assert await hass.config_entries.async_unload(entry.entry_id)
