"""Nothing is left as a plan set it, and nobody is contradicted: not by a restart, a removal, or a thermostat's ways."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM

from tests.household.flexible.conftest import MINUTE, car, live, live_until, load, restart, switch, the
from tests.household.flexible.test_needs import HEATING, QUARTER, WALLBOX, allow, thermostat

BEFORE = 20.0
BATTERY = {"soc": "sensor.soc", "capacity_kwh": 10.0, "charge_kw": 3.0, "discharge_kw": 3.0}
CHOICES = {"charge_option": "charge", "discharge_option": "discharge", "idle_option": "idle"}


@pytest.fixture
def heat_pump(hass):
    """Take what a thermostat is told, and show it in its own way."""

    pump = SimpleNamespace(told=[], shows=lambda celsius: celsius)

    async def take(service):
        if service.data["entity_id"] == "climate.living_room":
            pump.told.append(service.data["temperature"])
            thermostat(hass, pump.shows(service.data["temperature"]))

    hass.services.async_register("climate", "set_temperature", take)
    thermostat(hass, BEFORE)
    return pump


@pytest.fixture
async def heated(hass, clock, make_home, heat_pump):
    entry = await make_home(load("thermostat_band", "heating", **HEATING))
    await allow(hass, "heating")
    await live(hass, clock, 2 * MINUTE)
    assert heat_pump.told
    assert heat_pump.told[-1] != BEFORE
    return entry


def shown(hass):
    return hass.states.get("climate.living_room").attributes["temperature"]


async def test_what_was_before_outlives_a_heat_pump_that_is_away_after_a_restart(hass, clock, heated):
    changed = shown(hass)
    hass.states.async_set("climate.living_room", "unavailable")
    await restart(hass, heated, clock, MINUTE)
    await live(hass, clock, 2 * MINUTE)
    thermostat(hass, changed)
    await live(hass, clock, 2 * MINUTE)
    await allow(hass, "heating", "off")
    await live(hass, clock, 2 * MINUTE)
    assert shown(hass) == BEFORE


async def test_a_heat_pump_that_is_away_when_the_plan_may_not_act_any_more_is_put_back_later(hass, clock, heated):
    changed = shown(hass)
    hass.states.async_set("climate.living_room", "unavailable")
    await allow(hass, "heating", "off")
    await live(hass, clock, 10 * MINUTE)
    thermostat(hass, changed)
    await live(hass, clock, 2 * MINUTE)
    assert shown(hass) == BEFORE


async def test_a_load_that_is_removed_is_put_back(hass, clock, heated):
    assert hass.config_entries.async_remove_subentry(heated, "heating")
    await hass.async_block_till_done()
    assert shown(hass) == BEFORE


async def test_a_site_that_is_disabled_puts_back_what_it_changed(hass, clock, heated):
    await hass.config_entries.async_set_disabled_by(heated.entry_id, ConfigEntryDisabler.USER)
    await hass.async_block_till_done()
    assert shown(hass) == BEFORE


async def test_a_site_that_is_removed_puts_back_what_it_changed(hass, clock, heated):
    await hass.config_entries.async_remove(heated.entry_id)
    await hass.async_block_till_done()
    assert shown(hass) == BEFORE


async def test_a_load_that_gets_another_entity_puts_back_the_former(hass, clock, heated):
    hass.states.async_set("climate.cellar", "heat", {"temperature": 17.0, "current_temperature": 17.0})
    subentry = heated.subentries["heating"]
    hass.config_entries.async_update_subentry(heated, subentry, data={**subentry.data, "entity": "climate.cellar"})
    await hass.async_block_till_done()
    assert shown(hass) == BEFORE
    assert the(heated, "heating").memory.told != "overridden"


async def test_a_temperature_that_a_person_sets_stays_also_where_the_plan_had_nothing_to_change(
    hass, clock, make_home, heat_pump
):
    thermostat(hass, HEATING["low_c"])
    await make_home(load("thermostat_band", "heating", **HEATING | {"high_c": HEATING["low_c"]}))
    await allow(hass, "heating")
    await live(hass, clock, 2 * MINUTE)
    assert not heat_pump.told
    thermostat(hass, 17.0)
    await live(hass, clock, 10 * MINUTE)
    assert not heat_pump.told
    assert hass.states.get("sensor.heating_plan").state == "overridden"


async def test_a_battery_that_a_person_takes_over_is_left_alone_also_where_the_plan_had_nothing_to_change(
    hass, clock, make_home
):
    told = []

    async def take(service):
        told.append(service.data["option"])
        hass.states.async_set("select.battery", service.data["option"])

    hass.services.async_register("select", "select_option", take)
    hass.states.async_set("sensor.soc", "10", {"unit_of_measurement": "%"})
    hass.states.async_set("select.battery", "idle")
    await make_home(load("flexible_battery", "store", entity="select.battery", **BATTERY | CHOICES))
    await allow(hass, "store")
    await live(hass, clock, 2 * MINUTE)
    assert told == []
    hass.states.async_set("select.battery", "charge")
    await live(hass, clock, 10 * MINUTE)
    assert told == []
    assert hass.states.get("sensor.store_plan").state == "overridden"


@pytest.mark.parametrize("shows", [lambda celsius: celsius - 0.4, lambda celsius: min(max(celsius, 20.8), 21.0)])
async def test_a_thermostat_with_steps_of_its_own_is_told_once_and_put_back(hass, clock, make_home, heat_pump, shows):
    heat_pump.shows = lambda celsius: celsius if celsius == BEFORE else shows(celsius)
    await make_home(load("thermostat_band", "heating", **HEATING))
    await allow(hass, "heating")
    await live(hass, clock, 12 * MINUTE)
    assert len(heat_pump.told) == 1
    await allow(hass, "heating", "off")
    await live(hass, clock, 2 * MINUTE)
    assert shown(hass) == BEFORE


async def test_who_switches_off_at_the_device_what_the_plan_just_began_is_not_contradicted(hass, clock, make_home):
    entry = await make_home(car(entity=WALLBOX))
    await allow(hass, "car")
    while hass.states.get(WALLBOX).state == "off":
        await live(hass, clock, QUARTER, QUARTER)
    await switch(hass, "off", WALLBOX)
    await live(hass, clock, 20 * MINUTE)
    assert hass.states.get(WALLBOX).state == "off"
    assert the(entry, "car").memory.told == "overridden"


async def test_what_a_person_charges_goes_on_over_the_time_at_which_it_had_to_be_there(hass, clock, make_home):
    seven = datetime(2026, 6, 11, 5, tzinfo=UTC)
    hass.states.async_set("sensor.car_soc", "20", {"unit_of_measurement": "%"})
    entry = await make_home(car(entity=WALLBOX, amount="charge", capacity_kwh=60.0, soc="sensor.car_soc", max_kw=2.0))
    await live_until(hass, clock, seven - 10 * MINUTE, QUARTER)
    await switch(hass, "off", WALLBOX)
    await switch(hass, "on", WALLBOX, person=True)
    await allow(hass, "car")
    await live_until(hass, clock, seven + 20 * MINUTE)
    assert hass.states.get(WALLBOX).state == "on"
    assert the(entry, "car").memory.by_hand
    assert the(entry, "car").memory.ready_by > seven
    assert len(the(entry, "car").memory.starts) == 1


async def test_a_home_that_counts_in_fahrenheit_is_told_in_fahrenheit(hass, clock, make_home, heat_pump):
    hass.config.units = US_CUSTOMARY_SYSTEM
    thermostat(hass, 68.0, inside=69.0)
    entry = await make_home(load("thermostat_band", "heating", **HEATING))
    assert the(entry, "heating").want.now_c == pytest.approx(20.56, abs=0.01)
    await allow(hass, "heating")
    await live(hass, clock, 2 * MINUTE)
    assert set(heat_pump.told) <= {67.1, 70.7}
    assert heat_pump.told


@pytest.mark.parametrize("inside", [float("nan"), float("inf"), "warm"])
async def test_a_thermostat_that_knows_no_temperature_takes_nothing_from_the_other_loads(
    hass, clock, make_home, inside
):
    thermostat(hass, BEFORE, inside=inside)
    entry = await make_home(load("thermostat_band", "heating", **HEATING), car())
    await live(hass, clock, 2 * MINUTE)
    assert entry.runtime_data.planning.last_update_success
    assert the(entry, "car").memory.told == "planned"
    assert the(entry, "heating").memory.told == "waiting"


async def test_a_need_that_no_car_has_takes_no_memory(hass, clock, make_home):
    hass.states.async_set("sensor.missing", "99999999", {"unit_of_measurement": "kWh"})
    entry = await make_home(car(entity=WALLBOX, amount="entity", needed="sensor.missing"))
    await switch(hass, "on", WALLBOX, person=True)
    await live(hass, clock, 2 * MINUTE)
    assert len(the(entry, "car").fixed.wh) <= 14 * 96
