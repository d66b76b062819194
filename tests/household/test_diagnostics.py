"""Diagnostics show what a maintainer needs and not who it is."""

import json

import pytest
from homeassistant.util import dt as dt_util

from custom_components.sceop.diagnostics import async_get_config_entry_diagnostics

pytestmark = pytest.mark.usefixtures("now")


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
    flows = {flow for registers in shown["books"]["registers"].values() for flow in registers}
    assert flows == shown["balance"]["watts"].keys()
    assert shown["things"].keys() == {"grid_meter", "production", "battery"}
    assert (shown["hub"] is not None) == member
    assert await hass.config_entries.async_unload(entry.entry_id)
