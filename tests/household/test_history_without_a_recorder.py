"""A Home Assistant without a recorder has no past, and that is no error."""

from datetime import UTC, datetime, timedelta

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.slots import Span
from custom_components.sceop.own_history import write_past
from custom_components.sceop.sources.entity import EntitySource
from tests.household.sources.sensors import ENERGY, grid_meter

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)


async def test_there_is_no_past(hass):
    source = EntitySource.create(hass, MockConfigEntry(domain=DOMAIN), grid_meter(energy={"grid_import": ["sensor.a"]}))
    assert await source.past(Span(NOON - timedelta(days=1), NOON)) == {}


async def test_nothing_is_written(hass):
    hass.states.async_set("sensor.ours", "5", ENERGY)
    assert not await write_past(hass, "sensor.ours", "Wh", {NOON: 5})
