"""A power cut throws a sum of powers back to what was kept last; nothing that was shown is counted again."""

import logging
from copy import deepcopy

import pytest
from homeassistant.config_entries import ConfigEntryState

from tests.household.recorded_home import BEGAN, HOUR, MINUTE, OURS, RecordedHome
from tests.household.statistics import POWER

METER = "sensor.p1_power"
MOST_WH = 160
"""What 600 W come to in five minutes, and in the ten before whose time a reading may tell."""


class HomeWithoutCounter(RecordedHome):
    """A home whose meter tells only its power."""

    def __init__(self, hass, freezer):
        super().__init__(hass, freezer)
        (meter,) = self.entry.subentries.values()
        source = {"type": "entity", "energy": {}, "power": {"grid_import": METER}}
        hass.config_entries.async_update_subentry(self.entry, meter, data={"source": source, "flows": ["grid_import"]})
        self.hass = hass
        self.show()

    def show(self, now=None):
        self.hass.states.async_set(METER, "600", POWER | {"told": str(now)})


@pytest.fixture(autouse=True)
def _custom_integrations(recorder_mock, enable_custom_integrations):
    """Record from the first moment."""


@pytest.fixture
async def home(hass, freezer, caplog):
    caplog.set_level(logging.WARNING)
    home = HomeWithoutCounter(hass, freezer)
    await home.set_up()
    yield home
    if home.entry.state is ConfigEntryState.LOADED:
        await home.unload()


async def cut(home, hass_storage):
    """What the disk had is what the next start finds."""
    disk = deepcopy({key: kept for key, kept in hass_storage.items() if key.startswith("sceop.")})
    await home.unload()
    for key in [key for key in hass_storage if key.startswith("sceop.")]:
        del hass_storage[key]
    hass_storage.update(disk)


@pytest.mark.parametrize("lived", [24, 118])
@pytest.mark.parametrize("away", [1, 12])
async def test_nothing_is_counted_twice(home, hass_storage, freezer, caplog, lived, away):
    await home.live(lived * MINUTE)
    await cut(home, hass_storage)
    freezer.tick(away * MINUTE)
    home.show()
    await home.set_up()
    await home.live(HOUR)
    for name in OURS:
        changes = (await home.changes(name, BEGAN - 3 * HOUR, "5minute")).values()
        assert min(changes) >= 0
        assert max(changes) < MOST_WH
    assert "strictly increasing" not in caplog.text
