"""What a home remembers is in its statistics from the first minute, and joins what is measured without a step."""

from datetime import UTC, datetime, timedelta

import pytest
from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.statistics import statistics_during_period

from custom_components.sceop import importing
from custom_components.sceop.core.channels import consumption
from custom_components.sceop.sources import SourceError
from custom_components.sceop.sources.simulated import SimulatedSource
from tests.household.conftest import NOW, meters

HOUR = timedelta(hours=1)
RUNNING = NOW.replace(minute=0)
ENERGY = {
    "sensor.my_home_grid_import_energy": "grid_import",
    "sensor.my_home_solar_production_energy": "production",
    "sensor.grid_meter_grid_export_energy": "grid_export",
    "sensor.battery_battery_charge_energy": "battery_charge",
}


@pytest.fixture(autouse=True)
def _custom_integrations(recorder_mock, enable_custom_integrations):
    """Begin with the recorder, as Home Assistant does."""


@pytest.fixture
async def entry(hass, make_entry, now, monkeypatch):
    monkeypatch.setattr(importing, "PAST", timedelta(days=3))  # the recorder looks for each row that it is given
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    await imported(entry)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def imported(entry):
    for task in list(entry._background_tasks):
        if task.get_name().startswith("sceop import"):
            await task


async def hours(hass, *entities):
    rows = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass, datetime(2026, 1, 1, tzinfo=UTC), None, set(entities), "hour", {"energy": "Wh"}, {"change"},
    )  # fmt: skip
    return {
        entity: {datetime.fromtimestamp(row["start"], UTC): row["change"] for row in rows.get(entity, ())}
        for entity in entities
    }


async def test_the_past_is_there_in_the_first_minute(hass, entry):
    counters_mwh = meters(entry).counters_mwh
    past = await hours(hass, *ENERGY)
    for entity, flow in ENERGY.items():
        assert min(past[entity]) == RUNNING - timedelta(days=3)
        assert max(past[entity]) == RUNNING - HOUR
        assert len(past[entity]) == 3 * 24
        for start in list(past[entity])[::7]:
            moved = counters_mwh(start + HOUR)[flow] // 1000 - counters_mwh(start)[flow] // 1000
            assert past[entity][start] == pytest.approx(moved, abs=0.01)


async def test_consumption_is_among_it(hass, entry):
    counters_mwh = meters(entry).counters_mwh
    entity = "sensor.my_home_consumption_energy"
    past = (await hours(hass, entity))[entity]
    start = RUNNING - 30 * HOUR
    used = consumption(counters_mwh(start + HOUR)) - consumption(counters_mwh(start))
    assert past[start] == pytest.approx(used / 1000, abs=12)


async def test_what_it_cost_is_among_it(hass, entry):
    entity = "sensor.my_home_grid_import_cost"
    rows = await get_instance(hass).async_add_executor_job(
        statistics_during_period, hass, datetime(2026, 1, 1, tzinfo=UTC), None, {entity}, "hour", None, {"change"}
    )
    cost = {datetime.fromtimestamp(row["start"], UTC): row["change"] for row in rows[entity]}
    energy = (await hours(hass, "sensor.my_home_grid_import_energy"))["sensor.my_home_grid_import_energy"]
    assert cost.keys() == energy.keys()
    assert sum(cost.values()) > 0
    for start, wh in energy.items():
        assert cost[start] == pytest.approx(wh * 0.25 / 1000, abs=1e-6)


async def test_the_past_is_written_once(hass, entry, caplog):
    assert entry.runtime_data.coordinator.without_past() == ()
    before = await hours(hass, *ENERGY)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await imported(entry)
    assert await hours(hass, *ENERGY) == before


async def test_things_that_are_silent_at_first_get_their_past_when_they_speak(hass, make_entry, now, monkeypatch):
    monkeypatch.setattr(importing, "PAST", timedelta(days=1))
    monkeypatch.setattr(importing, "TRY_AGAIN_S", 0)  # the clock stands still, and so would a wait
    entry = make_entry()
    with monkeypatch.context() as silent:

        async def read(_self, _at):
            raise SourceError("The inverter starts.")

        silent.setattr(SimulatedSource, "read", read)
        assert await hass.config_entries.async_setup(entry.entry_id)
    await entry.runtime_data.coordinator.async_refresh()
    await imported(entry)
    sensor = "sensor.production_solar_production_energy"
    assert len((await hours(hass, sensor))[sensor]) >= 23
    await hass.config_entries.async_unload(entry.entry_id)
