"""A Home Assistant in memory, a site to set up in it, and a hub to practise with."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension

from custom_components.sceop.const import DOMAIN
from tests.household.practice_hub import PracticeHub

SITE_ID = "6f1c2d3e-4b5a-4c6d-8e7f-112233445566"
NOW = datetime(2026, 6, 10, 10, 7, tzinfo=UTC)
SOURCE = {
    "type": "simulated",
    "kind": "solar_battery",
    "latitude": 52.09,
    "longitude": 5.12,
    "time_zone": "Europe/Amsterdam",
    "since": (NOW - timedelta(days=60)).isoformat(),
}


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations):
    """Let Home Assistant find the integration in this checkout."""


@pytest.fixture
def snapshot(snapshot):
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
def now(freezer):
    """Stop the clock at seven minutes past ten on a summer morning."""
    freezer.move_to(NOW)
    return NOW


@pytest.fixture
def make_entry(hass):
    def make(**kinds):
        data = {"source": SOURCE | {"kind": kinds.pop("kind", "solar_battery")}, **kinds}
        entry = MockConfigEntry(domain=DOMAIN, title="My home", unique_id=SITE_ID, data=data, entry_id="site")
        entry.add_to_hass(hass)
        return entry

    return make


@pytest.fixture
async def hub(socket_enabled):
    hub = PracticeHub()
    await hub.open()
    yield hub
    await hub.close()


@pytest.fixture
def membership(hub):
    hub.households["household-1"] = "secret"
    hub.sites[SITE_ID] = "household-1"
    return {
        "address": hub.address,
        "household": "household-1",
        "token": "secret",
        "community": hub.community,
        "joined_at": NOW.isoformat(),
    }
