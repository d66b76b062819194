"""The past can be asked for again and deeper, and no hour of it is counted twice."""

from asyncio import gather
from datetime import timedelta

import pytest
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr

from custom_components.sceop import importing
from custom_components.sceop.const import DOMAIN
from custom_components.sceop.sources import SourceError
from custom_components.sceop.sources.simulated import SimulatedSource
from tests.household.conftest import meters
from tests.household.test_importing import HOUR, RUNNING, hours, imported

SITE, METER, SOLAR = (
    "sensor.my_home_grid_import_energy",
    "sensor.grid_meter_grid_import_energy",
    "sensor.production_solar_production_energy",
)


@pytest.fixture(autouse=True)
def _custom_integrations(recorder_mock, enable_custom_integrations):
    """Begin with the recorder, as Home Assistant does."""


@pytest.fixture
async def entry(hass, make_entry, now, monkeypatch):
    """A home whose last day was written when it was added."""
    monkeypatch.setattr(importing, "PAST", timedelta(days=1))
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    await imported(entry)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def ask(hass, **data):
    return await hass.services.async_call(DOMAIN, "import_history", data, blocking=True, return_response=True)


def sensors(told):
    return {sensor["entity_id"]: sensor for sensor in told["sensors"]}


async def test_a_deeper_past_joins_without_a_step(hass, entry):
    told = sensors(await ask(hass, days=2))
    assert (told[METER]["thing"], told[METER]["hours_added"], told[METER]["hours"]) == ("Grid meter", 24, 48)
    assert told[METER]["since"] == (RUNNING - timedelta(days=2)).isoformat()
    assert (told[SITE]["thing"], told[SITE]["hours_added"]) == ("My home", 24)
    assert told["sensor.my_home_grid_import_cost"]["hours_added"] == 24
    counters_mwh = meters(entry).counters_mwh
    past = await hours(hass, SITE, METER)
    for entity in (SITE, METER):
        assert len(past[entity]) == 48
        for start, change in past[entity].items():
            moved = counters_mwh(start + HOUR)["grid_import"] // 1000 - counters_mwh(start)["grid_import"] // 1000
            assert change == pytest.approx(moved, abs=0.01)


async def test_asking_again_adds_nothing(hass, entry):
    before = await hours(hass, SITE, METER)
    told = sensors(await ask(hass, days=1))
    assert {sensor["hours_added"] for sensor in told.values()} == {0}
    assert await hours(hass, SITE, METER) == before


async def test_one_thing_alone_gets_a_deeper_past(hass, entry):
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, "production"), entry.entry_id)
    told = sensors(await ask(hass, days=2, device_id=device.id))
    assert told[SOLAR]["hours_added"] == 24
    assert METER not in told
    assert len((await hours(hass, METER))[METER]) == 24


async def test_two_who_ask_at_a_time_count_no_hour_twice(hass, entry):

    await gather(ask(hass, days=2), ask(hass, days=2))
    past = (await hours(hass, METER))[METER]
    assert len(past) == 48
    assert max(past.values()) < 10_000


async def test_a_device_of_nobody_is_refused(hass, entry):
    with pytest.raises(ServiceValidationError, match="None of these devices belongs to My home"):
        await ask(hass, device_id="nobody")


async def test_on_the_hour_one_is_asked_to_wait(hass, entry, freezer):
    freezer.move_to(RUNNING + HOUR + timedelta(seconds=20))
    with pytest.raises(HomeAssistantError, match="Ask again in a minute"):
        await ask(hass, days=2)


async def test_a_source_that_cannot_tell_says_why(hass, entry, monkeypatch):
    async def forgets(self, span):
        raise SourceError("The inverter sleeps.")

    monkeypatch.setattr(SimulatedSource, "past", forgets)
    with pytest.raises(HomeAssistantError, match=r"The past of My home cannot be written: The inverter sleeps\."):
        await ask(hass, days=2)
