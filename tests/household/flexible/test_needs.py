"""Energy by a time, thermostats and batteries: on in their slots, off in the others, and put back as they were."""

from datetime import UTC, datetime, timedelta

import pytest
from homeassistant.util import dt as dt_util

from tests.household.flexible.conftest import (
    EVENING,
    HOUR,
    MINUTE,
    NIGHT_BEGINS,
    NIGHT_ENDS,
    call,
    car,
    live,
    live_until,
    load,
    restart,
    switch,
    the,
)

WALLBOX = "input_boolean.wallbox"
PLUGGED = "input_boolean.plugged"
QUARTER = 15 * MINUTE


async def allow(hass, name="car", how="on"):
    await call(hass, "switch", f"turn_{how}", entity_id=f"switch.{name}_plan_may_act")


async def test_it_charges_in_the_cheap_hours_and_is_put_back(hass, clock, make_home):
    await switch(hass, "on", WALLBOX)
    entry = await make_home(car(entity=WALLBOX))
    await allow(hass)
    await live(hass, clock, 2 * MINUTE)
    assert hass.states.get(WALLBOX).state == "off"  # it waits for the night
    assert hass.states.get("sensor.car_plan").state == "planned"
    assert 7900 <= sum(the(entry, "car").memory.place.wh) <= 8000  # it charged for a minute before
    await live_until(hass, clock, NIGHT_BEGINS + 2 * MINUTE, QUARTER)
    assert hass.states.get(WALLBOX).state == "on"
    assert hass.states.get("sensor.car_plan").state == "running"
    await live_until(hass, clock, NIGHT_ENDS, QUARTER)
    assert hass.states.get("sensor.car_plan").state == "done"
    assert hass.states.get(WALLBOX).state == "on"  # as it was before the plan held it back


async def test_who_switches_it_on_by_hand_charges_now(hass, clock, make_home):
    entry = await make_home(car(entity=WALLBOX))
    await allow(hass)
    await live(hass, clock, 2 * MINUTE)
    await switch(hass, "on", WALLBOX, person=True)
    await live(hass, clock, 2 * MINUTE)
    assert hass.states.get(WALLBOX).state == "on"
    memory = the(entry, "car").memory
    assert (memory.phase, memory.by_hand, len(memory.starts)) == ("running", True, 1)
    assert entry.runtime_data.planning.data.placements[0].start <= EVENING
    await live(hass, clock, 3 * HOUR, QUARTER)
    assert hass.states.get("sensor.car_plan").state == "done"
    assert hass.states.get(WALLBOX).state == "on"


async def test_who_switches_it_off_by_hand_has_it_off_until_the_next_need(hass, clock, make_home):
    entry = await make_home(car(entity=WALLBOX))
    await allow(hass)
    await live_until(hass, clock, NIGHT_BEGINS + 2 * MINUTE, QUARTER)
    assert hass.states.get(WALLBOX).state == "on"
    await switch(hass, "off", WALLBOX, person=True)
    assert hass.states.get("sensor.car_plan").state == "overridden"
    await live_until(hass, clock, NIGHT_ENDS, QUARTER)
    assert hass.states.get(WALLBOX).state == "off"
    await live_until(hass, clock, the(entry, "car").memory.ready_by + 2 * MINUTE, QUARTER)
    assert hass.states.get("sensor.car_plan").state in {"ready", "planned", "running"}


async def test_what_is_not_plugged_in_needs_nothing(hass, clock, make_home):
    entry = await make_home(car(plugged=PLUGGED))
    await live(hass, clock, 2 * MINUTE)
    assert the(entry, "car").memory.told == "waiting"
    await switch(hass, "on", PLUGGED)
    await live(hass, clock, 2 * MINUTE)
    assert the(entry, "car").memory.told == "planned"
    await switch(hass, "off", PLUGGED)
    assert the(entry, "car").memory.told == "waiting"


@pytest.mark.parametrize(
    ("data", "shown", "unit", "expected"),
    [
        ({"amount": "charge", "soc": "sensor.it", "capacity_kwh": 50.0, "target": 80}, "60", "%", 10_000),
        ({"amount": "charge", "soc": "sensor.it", "capacity_kwh": 50.0, "target": 80}, "85", "%", None),
        ({"amount": "entity", "needed": "sensor.it"}, "6.5", "kWh", 6500),
        ({"amount": "entity", "needed": "sensor.it"}, "6.5", None, 6500),
        ({"amount": "entity", "needed": "sensor.it"}, "unavailable", "kWh", None),
    ],
)
async def test_how_much_is_needed_follows_from_what_entities_show(hass, clock, make_home, data, shown, unit, expected):
    hass.states.async_set("sensor.it", shown, {"unit_of_measurement": unit})
    entry = await make_home(car(**data))
    await live(hass, clock, 2 * MINUTE)
    want = the(entry, "car").want
    assert (None if want is None else want.wh) == expected


async def test_a_number_carries_the_power_and_is_put_back_exactly(hass, clock, make_home):
    await make_home(car(entity="input_number.amps", min_kw=1.0))
    await allow(hass)
    await live(hass, clock, 2 * MINUTE)
    assert float(hass.states.get("input_number.amps").state) == 0
    await live_until(hass, clock, NIGHT_BEGINS + 2 * MINUTE, QUARTER)
    assert float(hass.states.get("input_number.amps").state) > 0
    await allow(hass, how="off")
    assert float(hass.states.get("input_number.amps").state) == 16


async def test_a_restart_in_the_night_charges_on(hass, clock, make_home):
    entry = await make_home(car(entity=WALLBOX))
    await allow(hass)
    await live_until(hass, clock, NIGHT_BEGINS + 2 * MINUTE, QUARTER)
    taken = the(entry, "car").memory.taken_wh
    await restart(hass, entry, clock, MINUTE)
    await live(hass, clock, 2 * MINUTE)
    memory = the(entry, "car").memory
    assert hass.states.get(WALLBOX).state == "on"
    assert memory.taken_wh >= taken
    assert not memory.by_hand


async def test_an_entity_that_is_away_is_not_told_anything(hass, clock, make_home):
    calls = []
    await make_home(car(entity=WALLBOX))
    await allow(hass)
    hass.states.async_set(WALLBOX, "unavailable")
    hass.bus.async_listen("call_service", calls.append)
    await live_until(hass, clock, NIGHT_BEGINS + 2 * MINUTE, QUARTER)
    assert not calls
    hass.states.async_set(WALLBOX, "off")
    await live(hass, clock, 2 * MINUTE)
    assert len(calls) == 1


async def test_new_prices_make_another_plan(hass, clock, make_home):
    prices = [
        {"start": (EVENING.replace(hour=0, second=0) + hour * HOUR).isoformat(), "price": 0.1 + (hour == 23) * 0.4}
        for hour in range(48)
    ]
    hass.states.async_set("sensor.price", "0.1", {"unit_of_measurement": "EUR/kWh", "prices": prices})
    tariff = {"currency": "EUR", "tariff": {"kind": "time_of_use", "base": "0.10", "periods": []}}
    entry = await make_home(car(), options=tariff)
    await live(hass, clock, 2 * MINUTE)
    planning = entry.runtime_data.planning
    before = planning.data
    planning.press("event", EVENING, EVENING + 3 * HOUR)
    await live(hass, clock, MINUTE)
    assert planning.data.made >= before.made
    assert the(entry, "car").memory.place.start >= EVENING + 3 * HOUR - QUARTER
    planning.release("event")
    await live(hass, clock, MINUTE)
    assert the(entry, "car").memory.place is not None


async def test_a_night_of_the_clock_change_keeps_its_promise(hass, clock, make_home):
    """On 25 October 2026 clocks in Amsterdam are put back at 01:00 UTC: seven o'clock is 06:00 UTC."""
    clock.move_to(datetime(2026, 10, 24, 18, 0, 30, tzinfo=UTC))
    entry = await make_home(car())
    await live(hass, clock, MINUTE)
    assert the(entry, "car").memory.ready_by == datetime(2026, 10, 25, 6, tzinfo=UTC)
    assert the(entry, "car").memory.place.end <= datetime(2026, 10, 25, 6, tzinfo=UTC)


def thermostat(hass, target, inside=20.5, state="heat"):
    attributes = {"temperature": target, "current_temperature": inside, "hvac_action": "idle"}
    hass.states.async_set("climate.living_room", state, attributes)


@pytest.fixture
def set_temperatures(hass):
    """Take what a thermostat is told, and show it."""
    told = []

    async def take(service):
        told.append(service.data["temperature"])
        thermostat(hass, service.data["temperature"])

    hass.services.async_register("climate", "set_temperature", take)
    return told


HEATING = {"entity": "climate.living_room", "low_c": 19.5, "high_c": 21.5, "purpose": "heat", "max_kw": 1.5}


async def test_a_thermostat_is_moved_within_its_band_and_put_back(hass, clock, make_home, set_temperatures):
    thermostat(hass, 20.0)
    await make_home(load("thermostat_band", "heating", **HEATING))
    await allow(hass, "heating")
    await live(hass, clock, 2 * MINUTE)
    assert set(set_temperatures) <= {19.5, 21.5}
    assert set_temperatures
    await allow(hass, "heating", "off")
    assert set_temperatures[-1] == 20.0


async def test_a_temperature_that_a_person_sets_stays(hass, clock, make_home, set_temperatures):
    thermostat(hass, 20.0)
    await make_home(load("thermostat_band", "heating", **HEATING))
    await allow(hass, "heating")
    await live(hass, clock, 5 * MINUTE)
    told = len(set_temperatures)
    thermostat(hass, 23.0)
    await live(hass, clock, 6 * HOUR, QUARTER)
    assert len(set_temperatures) == told
    assert hass.states.get("sensor.heating_plan").state == "overridden"
    await live(hass, clock, 7 * HOUR, QUARTER)
    assert hass.states.get("sensor.heating_plan").state == "running"


async def test_a_thermostat_that_was_never_moved_may_be_set_by_anybody(hass, clock, make_home):
    thermostat(hass, 20.0)
    await make_home(load("thermostat_band", "heating", **HEATING))
    await live(hass, clock, 2 * MINUTE)
    thermostat(hass, 23.0)
    await live(hass, clock, 2 * MINUTE)
    assert hass.states.get("sensor.heating_plan").state == "running"


async def test_a_charger_that_is_away_was_given_nothing(hass, clock, make_home):
    entry = await make_home(car(entity=WALLBOX))
    await live_until(hass, clock, NIGHT_BEGINS - MINUTE, QUARTER)
    hass.states.async_set(WALLBOX, "unavailable")
    await live_until(hass, clock, NIGHT_ENDS, QUARTER)
    memory = the(entry, "car").memory
    assert memory.taken_wh == 0
    assert memory.told in {"ready", "planned"}


async def test_who_cannot_be_seen_to_be_plugged_in_stays_as_it_was(hass, clock, make_home):
    hass.states.async_set(PLUGGED, "unavailable")
    entry = await make_home(car(plugged=PLUGGED))
    await live(hass, clock, 2 * MINUTE)
    assert the(entry, "car").memory.told == "waiting"
    hass.states.async_set(PLUGGED, "on")
    await live(hass, clock, 2 * MINUTE)
    assert the(entry, "car").memory.told == "planned"
    hass.states.async_set(PLUGGED, "unknown")
    await live(hass, clock, 2 * MINUTE)
    assert the(entry, "car").memory.told == "planned"


async def test_a_thermostat_that_is_off_is_left_off(hass, clock, make_home, set_temperatures):
    thermostat(hass, None, state="off")
    await make_home(load("thermostat_band", "heating", **HEATING))
    await allow(hass, "heating")
    await live(hass, clock, HOUR, QUARTER)
    assert hass.states.get("sensor.heating_plan").state == "waiting"
    assert not set_temperatures


async def test_a_battery_is_told_its_power(hass, clock, make_home):
    hass.states.async_set("sensor.soc", "40", {"unit_of_measurement": "%"})
    hass.states.async_set("number.battery", "0", {"min": -3000, "max": 3000, "step": 10, "unit_of_measurement": "W"})

    async def take(service):
        before = hass.states.get("number.battery")
        hass.states.async_set("number.battery", str(service.data["value"]), before.attributes)

    hass.services.async_register("number", "set_value", take)
    battery = {"soc": "sensor.soc", "capacity_kwh": 10.0, "charge_kw": 3.0, "discharge_kw": 3.0}
    entry = await make_home(load("flexible_battery", "store", entity="number.battery", **battery))
    await allow(hass, "store")
    await live(hass, clock, 2 * MINUTE)
    want = the(entry, "store").want
    assert (want.stored_wh, want.reserve_wh) == (4000, 1000)
    assert hass.states.get("sensor.store_plan").state == "running"
    hass.states.async_set("sensor.soc", "unavailable")
    await live(hass, clock, MINUTE)
    assert hass.states.get("sensor.store_plan").state == "waiting"
    assert dt_util.utcnow() - EVENING < timedelta(hours=1)
