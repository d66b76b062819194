"""A Home Assistant in memory, a site to set up in it, and a hub to practise with."""

from datetime import UTC, datetime, timedelta

import pytest
from homeassistant.helpers.entity import Entity
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.simulate.community import OFFICE_ZONES
from custom_components.sceop.hub.sharing import CONSENT
from custom_components.sceop.simulated_site import SIMULATED_TERMS, things
from custom_components.sceop.sources.simulated import SiteKind
from custom_components.sceop.things import ThingKind
from tests.household.practice_hub import PracticeHub

SITE_ID = "6f1c2d3e-4b5a-4c6d-8e7f-112233445566"
NOW = datetime(2026, 6, 10, 10, 7, tzinfo=UTC)
PLACE = {"latitude": 52.09, "longitude": 5.12, "time_zone": "Europe/Amsterdam"}
SINCE = (NOW - timedelta(days=60)).isoformat()
TITLES = {name: name.replace("_", " ").capitalize() for name in (*ThingKind, *(zone.name for zone in OFFICE_ZONES))}


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations):
    """Let Home Assistant find the integration in this checkout."""


@pytest.fixture
def snapshot(snapshot):
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
def all_enabled(monkeypatch):
    """Enable what a person has to ask for, too."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


@pytest.fixture
def nothing_is_set_up(monkeypatch):
    """For tests of dialogs: what the site then does is tested elsewhere."""

    async def done(_hass, _entry):
        return True

    monkeypatch.setattr("custom_components.sceop.async_setup_entry", done)
    monkeypatch.setattr("custom_components.sceop.async_unload_entry", done)


@pytest.fixture
def now(freezer):
    """Stop the clock at seven minutes past ten on a summer morning."""
    freezer.move_to(NOW)
    return NOW


@pytest.fixture
def make_entry(hass):
    def make(**kinds):
        kind = SiteKind(kinds.pop("kind", "solar_battery"))
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="My home",
            unique_id=SITE_ID,
            options=SIMULATED_TERMS | {"currency": "EUR"},
            data=PLACE | {"simulated": {"kind": kind.value, "since": SINCE}} | kinds,
            subentries_data=[{**thing, "subentry_id": thing["subentry_type"]} for thing in things(kind, TITLES)],
            entry_id="site",
        )
        entry.add_to_hass(hass)
        return entry

    return make


def meters(entry):
    """Return the simulated meters behind an entry's things, and the things that they stand for."""
    (first, *_) = entry.runtime_data.things.values()
    return first.source._meters


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
        "hub_id": None,
        "pin": None,
        "renewed_at": None,
        "consent": CONSENT,
        "shares": {},
        "pauses": [],
    }
