"""What is wrong is said with since when and what to look at, and taken back when it is over."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from pytest_homeassistant_custom_component.common import snapshot_platform

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.sources import MONTH_PEAK_W, Reading, SourceError
from custom_components.sceop.sources.simulated import SimulatedSource
from tests.household.conftest import NOW

pytestmark = pytest.mark.usefixtures("now")

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MIDNIGHT = datetime(2026, 6, 10, 22, 30, tzinfo=UTC)
SUNRISE = datetime(2026, 6, 11, 3, 22, tzinfo=UTC)
"""In Utrecht."""
WHOLE = SimulatedSource.read


def issues(hass):
    return {
        issue.translation_key: issue
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.active
    }


@pytest.fixture
def silent(monkeypatch):
    """Sources of these flows say nothing."""
    flows = set()

    async def read(self, at):
        if flows & set(self.flows):
            raise SourceError("The cable is out.")
        return await WHOLE(self, at)

    monkeypatch.setattr(SimulatedSource, "read", read)
    return flows


@pytest.fixture
async def entry(hass, make_entry):
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    yield entry
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def live(entry, freezer):
    async def live(time, step=MINUTE):
        for _ in range(time // step):
            freezer.tick(step)
            await entry.runtime_data.coordinator.async_refresh()

    return live


async def test_a_source_that_is_silent_for_an_hour_is_told_with_its_own_words(hass, entry, live, silent):
    silent.add("grid_import")
    await live(59 * MINUTE)
    assert not issues(hass)
    await live(2 * MINUTE)
    (issue,) = issues(hass).values()
    assert issue.translation_key == "source_silent"
    assert issue.translation_placeholders["name"] == "Grid meter"
    assert issue.translation_placeholders["sentence"] == "The cable is out."
    assert "10" in issue.translation_placeholders["since"]
    silent.clear()
    await live(MINUTE)
    assert not issues(hass)


async def test_an_inverter_may_sleep_until_an_hour_after_sunrise(hass, entry, live, silent, freezer):
    freezer.move_to(MIDNIGHT)
    await entry.runtime_data.coordinator.async_refresh()
    silent.add("production")
    await live(SUNRISE + 55 * MINUTE - MIDNIGHT)
    assert not issues(hass)
    await live(15 * MINUTE)
    assert issues(hass).keys() == {"source_silent"}


async def test_a_silence_that_began_before_a_restart_is_told_soon_after_it(hass, entry, live, silent, freezer):
    assert await hass.config_entries.async_unload(entry.entry_id)
    silent.add("grid_import")
    freezer.tick(25 * HOUR)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await live(4 * MINUTE)
    assert not issues(hass)
    await live(2 * MINUTE)
    assert issues(hass).keys() == {"source_silent"}


async def test_what_was_said_of_a_thing_goes_with_it(hass, entry, live, silent):
    silent.add("grid_import")
    await live(62 * MINUTE)
    hass.config_entries.async_remove_subentry(entry, "grid_meter")
    await hass.async_block_till_done()
    assert not issues(hass)


async def test_what_was_said_of_a_site_goes_with_it(hass, entry, freezer, live):
    freezer.tick(2 * HOUR)
    await live(MINUTE)
    freezer.move_to(NOW)
    await live(MINUTE)
    assert issues(hass).keys() == {"clock_put_back"}
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert not issues(hass)


async def test_a_clock_that_was_put_back_is_told_with_the_gap(hass, entry, freezer, live):
    freezer.tick(HOUR)
    await live(MINUTE)
    freezer.move_to(NOW)
    await live(MINUTE)
    (issue,) = issues(hass).values()
    assert issue.translation_key == "clock_put_back"
    assert issue.translation_placeholders["gap"] == "60"
    assert issue.is_fixable
    assert issue.is_persistent


async def test_a_counter_that_goes_on_from_another_figure_is_told(hass, entry, live, monkeypatch):
    async def replaced(self, at):
        reading = await WHOLE(self, at)
        counters = {flow: mwh // 2 if flow == "grid_import" else mwh for flow, mwh in reading.counters_mwh.items()}
        return Reading(at, reading.watts, counters)

    monkeypatch.setattr(SimulatedSource, "read", replaced)
    await live(2 * MINUTE, timedelta(seconds=10))
    (issue,) = issues(hass).values()
    assert issue.translation_key == "meter_replaced"
    words = issue.translation_placeholders
    assert words["flow"] == "Grid import energy"
    assert float(words["before"]) == pytest.approx(2 * float(words["after"]), rel=0.01)
    await hass.config_entries.async_reload(entry.entry_id)
    assert issues(hass).keys() == {"meter_replaced"}


async def test_costs_that_wait_for_prices_are_told(hass, make_entry, freezer):
    hass.states.async_set("sensor.price", "0.2", {"unit_of_measurement": "EUR/kWh"})
    entry = make_entry()
    hass.config_entries.async_update_entry(
        entry, options={"currency": "EUR", "tariff": {"kind": "entity", "entity_id": "sensor.price"}}
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    coordinator = entry.runtime_data.coordinator
    hass.states.async_set("sensor.price", STATE_UNAVAILABLE)
    for _ in range(90):
        freezer.tick(60)
        await coordinator.async_refresh()
    (issue,) = issues(hass).values()
    assert issue.translation_key == "prices_missing"
    assert "sensor.price" in issue.translation_placeholders["sentence"]
    hass.states.async_set("sensor.price", "0.2", {"unit_of_measurement": "EUR/kWh"})
    await hass.async_block_till_done()
    freezer.tick(60)
    await coordinator.async_refresh()
    assert not issues(hass)
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.usefixtures("all_enabled")
async def test_binary_sensors(hass, make_entry, snapshot):
    entry = make_entry()
    with patch("custom_components.sceop.PLATFORMS", (Platform.BINARY_SENSOR,)):
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        await snapshot_platform(hass, er.async_get(hass), snapshot, entry.entry_id)
        await hass.config_entries.async_unload(entry.entry_id)


async def test_a_source_is_connected_while_it_speaks(hass, entry, live, silent):
    name = "binary_sensor.grid_meter_source"
    assert hass.states.get(name).state == STATE_ON
    silent.add("grid_import")
    await live(MINUTE)
    assert hass.states.get(name).state == STATE_OFF
    assert hass.states.get(name).attributes["reason"] == "The cable is out."
    assert hass.states.get("sensor.grid_meter_grid_import_power").state == STATE_UNAVAILABLE
    silent.clear()
    await live(MINUTE)
    assert hass.states.get(name).state == STATE_ON


async def test_the_reason_of_a_silence_is_the_newest_one(hass, entry, live, monkeypatch):
    sentences = iter(("The cable is out.", "The meter has no power."))

    async def read(self, at):
        if "grid_import" in self.flows:
            raise SourceError(sentence)
        return await WHOLE(self, at)

    monkeypatch.setattr(SimulatedSource, "read", read)
    for sentence in sentences:
        await live(MINUTE)
        assert hass.states.get("binary_sensor.grid_meter_source").attributes["reason"] == sentence


async def test_a_battery_tells_how_full_it_is(hass, entry):
    state = hass.states.get("sensor.battery_state_of_charge")
    assert state.attributes["device_class"] == "battery"
    assert 0 <= float(state.state) <= 100
    assert hass.states.get("sensor.grid_meter_state_of_charge") is None


async def test_a_fact_becomes_a_sensor_when_it_is_told_first(hass, entry, live, monkeypatch):
    name = "sensor.grid_meter_peak_of_the_month"
    assert hass.states.get(name) is None

    async def with_facts(self, at):
        reading = await WHOLE(self, at)
        return Reading(at, reading.watts, reading.counters_mwh, {MONTH_PEAK_W: 4200.0})

    with monkeypatch.context() as patched:
        patched.setattr(SimulatedSource, "read", with_facts)
        await live(MINUTE)
        await hass.async_block_till_done()
        assert hass.states.get(name).state == "4200.0"
    assert hass.states.get("sensor.grid_meter_average_of_the_running_quarter_hour") is None
    await live(MINUTE)
    assert hass.states.get(name).state == STATE_UNKNOWN


async def test_one_source_that_cannot_be_opened_keeps_no_other_from_it(hass, make_entry, monkeypatch, caplog):
    whole = SimulatedSource.open

    async def open_(self):
        if "production" in self.flows:
            raise ZeroDivisionError("a mistake of ours")
        await whole(self)

    monkeypatch.setattr(SimulatedSource, "open", open_)
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert "Production cannot be opened: a mistake of ours" in caplog.text
    assert hass.states.get("binary_sensor.grid_meter_source").state == STATE_ON
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.usefixtures("all_enabled")
async def test_the_last_reading_follows_readings_that_change_nothing(hass, make_entry, freezer, monkeypatch):
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    first = await WHOLE(entry.runtime_data.things["grid_meter"].source, NOW)

    async def the_same(_self, at):
        return Reading(at, first.watts, first.counters_mwh)

    coordinator = entry.runtime_data.coordinator
    thing = entry.runtime_data.things["grid_meter"]
    monkeypatch.setattr(thing.source, "read", the_same.__get__(thing.source))
    for _ in range(3):
        freezer.tick(10)
        await coordinator.async_refresh()
    shown = datetime.fromisoformat(hass.states.get("sensor.grid_meter_last_reading").state)
    assert shown == NOW + timedelta(seconds=30)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_state_is_written_only_when_there_is_another_one(hass, entry, live):
    written = []
    entities = [
        entity
        for platform in hass.data["entity_components"].values()
        for entity in platform.entities
        if entity.platform.platform_name == DOMAIN
    ]
    before = {entity.entity_id: hass.states.get(entity.entity_id).state for entity in entities}
    with pytest.MonkeyPatch.context() as patched:
        for entity in entities:
            patched.setattr(entity, "async_write_ha_state", lambda name=entity.entity_id: written.append(name))
        await live(timedelta(seconds=60), timedelta(seconds=10))
    assert before.keys() > set(written)
    assert len(written) < 6 * len(entities) / 2
