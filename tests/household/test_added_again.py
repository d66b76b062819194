"""A site whose only meter is removed and added again counts on; what the new one counted elsewhere is no import."""

import logging
from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from homeassistant.config_entries import ConfigSubentry

from tests.household.recorded_home import BEGAN, HOUR, MINUTE, OURS, WATTS, RecordedHome


@pytest.fixture(autouse=True)
def _custom_integrations(recorder_mock, enable_custom_integrations):
    """Begin with the recorder, as Home Assistant does."""


@pytest.fixture
async def home(hass, freezer, caplog):
    for name in ("sqlalchemy.engine", "homeassistant", "custom_components.sceop"):
        caplog.set_level(logging.WARNING, name)
    home = RecordedHome(hass, freezer)
    await home.set_up()
    await home.live(30 * MINUTE)
    yield home
    await home.unload()


@pytest.mark.parametrize("offset_wh", [12_000, 4_000_000, 9_000_000])
@pytest.mark.parametrize("away", [1, 30])
async def test_a_meter_that_is_removed_and_added_leaves_no_step_in_what_the_site_counts(hass, home, offset_wh, away):
    (meter,) = home.entry.subentries.values()
    hass.config_entries.async_remove_subentry(home.entry, meter.subentry_id)
    await hass.async_block_till_done()
    await home.live(away * MINUTE)
    home.offset_wh = offset_wh
    home.show()
    again = ConfigSubentry(
        data=MappingProxyType(dict(meter.data)),
        subentry_id="again",
        subentry_type=meter.subentry_type,
        title=meter.title,
        unique_id=None,
    )
    hass.config_entries.async_add_subentry(home.entry, again)
    await hass.async_block_till_done()
    await home.live(HOUR + 10 * MINUTE)
    for name in OURS[1:]:
        changes = await home.changes(name, BEGAN - HOUR, "5minute")
        assert min(changes.values()) >= 0, (name, changes)
        assert max(changes.values()) <= WATTS / 6, (name, changes)
        missing = home.flowed_wh(datetime.now(UTC)) - sum(changes.values())
        assert 0 <= missing <= WATTS / 12 + away * 10 + 30, (name, changes)
