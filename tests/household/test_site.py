"""A site's life in Home Assistant: set up, read, restarted, left alone by its meter, and removed."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import async_fire_time_changed, snapshot_platform

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.channels import consumption
from custom_components.sceop.core.slots import SLOT, slot_of
from custom_components.sceop.sources import Reading, SourceError
from custom_components.sceop.sources.simulated import SimulatedSource
from tests.household.conftest import SITE_ID, meters

pytestmark = pytest.mark.usefixtures("now")

ENERGY = [
    f"sensor.my_home_{name}_energy"
    for name in (
        "grid_import", "grid_export", "solar_production", "battery_charge", "battery_discharge", "consumption",
    )
]  # fmt: skip


async def set_up(hass, entry):
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    return entry.runtime_data.coordinator


def energies(hass):
    return {name: float(hass.states.get(name).state) for name in ENERGY}


@pytest.fixture
def closed(monkeypatch):
    """Gather the slots that sites close, as a taker would."""
    from custom_components import sceop  # noqa: PLC0415 - the fixture that finds the integration comes first

    slots = []

    async def take(more):
        slots.extend((channel, slot) for channel, several in more.items() for slot in several)

    class Listening(sceop.SiteCoordinator):
        def __init__(self, hass, entry, things, takers=(), rewinders=()):
            super().__init__(hass, entry, things, (*takers, take), rewinders)

    monkeypatch.setattr(sceop, "SiteCoordinator", Listening)
    return slots


async def read_for(hass, freezer, coordinator, time):
    for _ in range(time // timedelta(seconds=10)):
        freezer.tick(10)
        await coordinator.async_refresh()


@pytest.mark.parametrize("kind", ["solar_battery", "solar", "plain"])
@pytest.mark.usefixtures("all_enabled")
async def test_entities(hass, make_entry, snapshot, kind):
    entry = make_entry(kind=kind)
    with patch("custom_components.sceop.PLATFORMS", (Platform.SENSOR,)):
        await set_up(hass, entry)
        await hass.async_block_till_done(wait_background_tasks=True)
        await snapshot_platform(hass, er.async_get(hass), snapshot, entry.entry_id)
        await hass.config_entries.async_unload(entry.entry_id)


async def test_a_site_is_a_service_and_its_things_are_devices_below_it(hass, make_entry):
    entry = make_entry()
    await set_up(hass, entry)
    devices = dr.async_get(hass)
    site = devices.async_get_device_by_identifier((DOMAIN, SITE_ID), entry.entry_id)
    assert site.entry_type is dr.DeviceEntryType.SERVICE
    assert site.name == "My home"
    below = [each for each in dr.async_entries_for_config_entry(devices, entry.entry_id) if each.id != site.id]
    assert {(each.name, each.via_device_id) for each in below} == {
        (name, site.id) for name in ("Grid meter", "Production", "Battery")
    }
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert {entity.device_id for entity in entities} == {site.id, *(each.id for each in below)}


async def test_a_thing_that_is_removed_takes_its_device_along_and_the_sums_go_on(hass, make_entry, freezer):
    entry = make_entry()
    coordinator = await set_up(hass, entry)
    before = energies(hass)
    hass.config_entries.async_remove_subentry(entry, "grid_meter")
    await hass.async_block_till_done()
    assert hass.states.get("sensor.grid_meter_grid_import_power") is None
    coordinator = entry.runtime_data.coordinator
    assert hass.states.get("sensor.my_home_grid_import_power") is None
    assert coordinator.flows == ("production", "battery_discharge", "battery_charge")
    assert float(hass.states.get("sensor.my_home_solar_production_energy").state) >= before[ENERGY[2]]


async def test_a_flow_that_a_thing_measures_no_more_takes_its_entities_along(hass, make_entry):
    entry = make_entry()
    await set_up(hass, entry)
    meter = entry.subentries["grid_meter"]
    hass.config_entries.async_update_subentry(entry, meter, data={**meter.data, "flows": ["grid_import"]})
    await hass.async_block_till_done()
    assert hass.states.get("sensor.grid_meter_grid_import_power") is not None
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert [entity.entity_id for entity in entities if "export" in entity.unique_id] == []


async def test_a_site_without_things_waits_for_some(hass, make_entry):
    entry = make_entry()
    for thing in list(entry.subentries):
        hass.config_entries.async_remove_subentry(entry, thing)
    await set_up(hass, entry)
    assert er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id) == []


async def test_the_flows_balance(hass, make_entry):
    coordinator = await set_up(hass, make_entry())
    balance = coordinator.data
    assert balance.consumption_w == consumption(balance.watts)
    assert hass.states.get("sensor.my_home_consumption_power").state == str(balance.consumption_w)


async def test_it_reads_every_ten_seconds_even_when_nobody_looks(hass, make_entry, freezer):
    entry = make_entry()
    coordinator = await set_up(hass, entry)
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        er.async_get(hass).async_update_entity(entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    before = coordinator.data.at
    freezer.tick(11)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert coordinator.data.at - before == timedelta(seconds=11)


async def test_slots_close_whole_from_the_first(hass, make_entry, freezer, closed):
    coordinator = await set_up(hass, make_entry())
    began = slot_of(coordinator.data.at)
    await read_for(hass, freezer, coordinator, timedelta(minutes=25))
    assert [slot.start for channel, slot in closed if channel == "production"] == [began, began + SLOT]
    assert {slot.quality for _, slot in closed} == {"measured"}


async def test_a_restart_loses_no_energy_and_no_slot(hass, make_entry, freezer, closed):
    entry = make_entry()
    coordinator = await set_up(hass, entry)
    began = slot_of(coordinator.data.at)
    for away in (timedelta(seconds=20), timedelta(minutes=4), timedelta(hours=3, minutes=5), timedelta(days=1)):
        await read_for(hass, freezer, coordinator, timedelta(minutes=3))
        before = energies(hass)
        assert await hass.config_entries.async_unload(entry.entry_id)
        assert entry.state is ConfigEntryState.NOT_LOADED
        freezer.tick(away)
        coordinator = await set_up(hass, entry)
        after = energies(hass)
        assert all(after[name] >= before[name] for name in ENERGY)
    first, last = began, slot_of(coordinator.data.at)
    counters_mwh = meters(entry).counters_mwh
    for channel in coordinator.flows:
        slots = [slot for name, slot in closed if name == channel]
        assert [slot.start for slot in slots] == [first + n * SLOT for n in range((last - first) // SLOT)]
        moved = counters_mwh(last)[channel] // 1000 - counters_mwh(first)[channel] // 1000
        assert sum(slot.wh for slot in slots) == pytest.approx(moved, abs=1)


async def test_a_clock_that_leapt_ahead_and_came_back_costs_the_running_slot_and_no_energy(
    hass, make_entry, freezer, closed, caplog
):
    coordinator = await set_up(hass, make_entry())
    before, energy = coordinator.data.at, energies(hass)
    freezer.tick(timedelta(days=2))
    await coordinator.async_refresh()
    freezer.move_to(before)
    closed.clear()
    await read_for(hass, freezer, coordinator, timedelta(hours=1))
    assert "was put back by 1 day, 23:59" in caplog.text
    running = slot_of(before)
    assert [slot.start for channel, slot in closed if channel == "production"] == [
        running + n * SLOT for n in (1, 2, 3)
    ]
    assert all(value >= energy[name] for name, value in energies(hass).items())


async def test_consumption_is_what_the_flows_leave(hass, make_entry, freezer):
    entry = make_entry()
    coordinator = await set_up(hass, entry)
    await read_for(hass, freezer, coordinator, timedelta(minutes=2))
    counters = meters(entry).counters_mwh(coordinator.data.at)
    assert coordinator.data.consumption_wh == consumption(counters) // 1000


async def test_it_remembers_when_home_assistant_stops(hass, make_entry, freezer, hass_storage):
    entry = make_entry()
    coordinator = await set_up(hass, entry)
    await read_for(hass, freezer, coordinator, timedelta(minutes=1))
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    kept = hass_storage[f"sceop.{entry.entry_id}.books"]["data"]["registers"]
    assert kept["grid_meter"]["grid_import"]["at"] == coordinator.data.at.isoformat()


async def test_a_silent_meter_is_unavailable_and_not_zero(hass, make_entry, freezer, monkeypatch, caplog):
    coordinator = await set_up(hass, make_entry())

    async def silent(_self, _at):
        raise SourceError("The cable is out.")

    with monkeypatch.context() as broken:
        broken.setattr(SimulatedSource, "read", silent)
        await read_for(hass, freezer, coordinator, timedelta(minutes=1))
        assert {hass.states.get(name).state for name in ENERGY} == {STATE_UNAVAILABLE}
        assert coordinator.power() is None
    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(told) == len(coordinator.things)
    assert all("does not answer: The cable is out." in each for each in told)
    await read_for(hass, freezer, coordinator, timedelta(seconds=10))
    assert STATE_UNAVAILABLE not in {hass.states.get(name).state for name in ENERGY}


async def test_a_missing_flow_is_unknown_and_so_is_what_follows_from_it(hass, make_entry, freezer, monkeypatch):
    coordinator = await set_up(hass, make_entry())
    whole = SimulatedSource.read

    async def without_export(self, at):
        reading = await whole(self, at)
        silent = {flow: None for flow in self.flows if flow == "grid_export"}
        return Reading(at, reading.watts | silent, reading.counters_mwh | silent)

    before = energies(hass)
    with monkeypatch.context() as broken:
        broken.setattr(SimulatedSource, "read", without_export)
        await read_for(hass, freezer, coordinator, timedelta(minutes=1))
        unknown = {"grid_export", "consumption"}
        for name in ("grid_import", "solar_production", "grid_export", "consumption"):
            for figure in ("power", "energy"):
                state = hass.states.get(f"sensor.my_home_{name}_{figure}").state
                assert (state == STATE_UNKNOWN) == (name in unknown)
    await read_for(hass, freezer, coordinator, timedelta(seconds=10))
    assert all(energies(hass)[name] >= before[name] for name in ENERGY)


async def test_consumption_that_is_not_known_names_who_is_silent(hass, make_entry, freezer, monkeypatch):
    coordinator = await set_up(hass, make_entry())
    whole = SimulatedSource.read

    async def only_the_grid(self, at):
        if "grid_import" not in self.flows:
            raise SourceError("The cable is out.")
        return await whole(self, at)

    monkeypatch.setattr(SimulatedSource, "read", only_the_grid)
    await read_for(hass, freezer, coordinator, timedelta(seconds=20))
    consumption_power = hass.states.get("sensor.my_home_consumption_power")
    assert consumption_power.state == STATE_UNKNOWN
    assert consumption_power.attributes["missing"] == ["Production", "Battery"]
    assert "missing" not in hass.states.get("sensor.my_home_grid_import_power").attributes


async def test_a_start_that_fails_ends_only_what_it_began(hass, make_entry, monkeypatch, caplog):
    async def fail(*_args):
        raise ZeroDivisionError("a mistake of ours")

    closed = []
    monkeypatch.setattr(SimulatedSource, "close", closed.append)
    monkeypatch.setattr("custom_components.sceop.coordinator.SitePrices.create", fail)
    entry = make_entry()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert "a mistake of ours" in caplog.text
    assert "AttributeError" not in caplog.text
    assert closed == []


async def test_a_meter_that_is_silent_at_the_start_is_tried_again(hass, make_entry, freezer, monkeypatch, caplog):
    async def silent(_self, _at):
        raise SourceError("The cable is out.")

    with monkeypatch.context() as broken:
        broken.setattr(SimulatedSource, "read", silent)
        coordinator = await set_up(hass, make_entry())
        assert "The cable is out." not in caplog.text  # the first answer may take a moment
        await read_for(hass, freezer, coordinator, timedelta(minutes=2))
    assert caplog.text.count("Grid meter has not answered since it was set up: The cable is out.") == 1
    assert {hass.states.get(name).state for name in ENERGY} == {STATE_UNAVAILABLE}
    await read_for(hass, freezer, coordinator, timedelta(seconds=10))
    assert STATE_UNAVAILABLE not in {hass.states.get(name).state for name in ENERGY}


async def test_a_removed_site_leaves_nothing(hass, make_entry, freezer, hass_storage):
    entry = make_entry()
    await set_up(hass, entry)
    assert f"sceop.{entry.entry_id}.books" in hass_storage
    await hass.config_entries.async_remove(entry.entry_id)
    assert not [key for key in hass_storage if key.startswith("sceop.")]


async def test_a_change_of_the_entry_sets_the_site_up_anew(hass, make_entry):
    entry = make_entry()
    coordinator = await set_up(hass, entry)
    hass.config_entries.async_update_entry(entry, title="Our home")
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data.coordinator is not coordinator
