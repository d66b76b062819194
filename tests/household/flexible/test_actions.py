"""When should I start this? The answer holds for loads of the home and for anything else."""

from datetime import timedelta

import pytest
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from custom_components.sceop.const import DOMAIN
from tests.household.flexible.conftest import (
    EVENING,
    HOUR,
    MINUTE,
    NIGHT_BEGINS,
    NIGHT_ENDS,
    call,
    car,
    dishwasher,
    live,
    load,
    the,
)

STORE = load("flexible_battery", "store", soc="sensor.soc", capacity_kwh=10.0, charge_kw=3.0, discharge_kw=3.0)


@pytest.fixture
async def home(make_home):
    return await make_home(dishwasher(), car(), STORE)


def device(hass, home, name):
    return dr.async_get(hass).async_get_device_by_identifier((DOMAIN, name), home.entry_id).id


async def ask(hass, **data):
    return await hass.services.async_call(DOMAIN, "plan_load", data, blocking=True, return_response=True)


@pytest.mark.parametrize("what", [{"energy_kwh": 1.0, "hours": 2}, {"profile": [125] * 8}])
async def test_anything_is_placed_in_the_cheap_hours(hass, home, what):
    answer = await ask(hass, **what)
    best = answer["starts"][0]
    assert NIGHT_BEGINS <= dt_util.parse_datetime(best["start"]) <= NIGHT_ENDS - 2 * HOUR
    assert (best["cost"], best["cost_at_once"], best["saving"]) == (0.1, 0.3, 0.2)
    assert sum(best["wh"]) == 1000
    assert best["why"]
    assert answer["currency"] == "EUR"


async def test_a_load_of_the_home_is_placed_as_it_is_known(hass, home):
    answer = await ask(hass, device_id=device(hass, home, "dishwasher"))
    assert answer["starts"][0]["wh"] == [200] * 6
    answer = await ask(hass, device_id=device(hass, home, "car"))
    assert sum(answer["starts"][0]["wh"]) == pytest.approx(8000, abs=2)


async def test_the_window_that_was_asked_for_is_kept(hass, home):
    ready_by = EVENING + 3 * HOUR
    answer = await ask(hass, energy_kwh=1, hours=1, ready_by=ready_by.isoformat())
    assert all(dt_util.parse_datetime(start["end"]) <= ready_by for start in answer["starts"])


async def test_without_a_tariff_no_money_is_told(hass, make_home):
    await make_home(options={})
    answer = await ask(hass, energy_kwh=1)
    assert answer["currency"] is None
    assert answer["starts"][0]["cost"] is None


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({}, "plan_of_what"),
        ({"energy_kwh": 1, "ready_by": "2026-06-10 10:00:00+00:00"}, "plan_window"),
        ({"energy_kwh": 1, "ready_by": "2026-07-10 10:00:00+00:00"}, "plan_window"),
        ({"device_id": "nobody"}, "load_unknown"),
        ({"device_id": "store"}, "load_has_no_start"),
        ({"device_id": "site"}, "load_unknown"),
    ],
)
async def test_what_cannot_be_planned_is_said(hass, home, data, key):
    if data.get("device_id") == "store":
        data = {"device_id": device(hass, home, "store")}
    if data.get("device_id") == "site":
        data = {"device_id": home.runtime_data.device_id}
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, **data)
    assert refused.value.translation_key == key


async def test_an_automation_may_say_that_it_is_ready(hass, clock, home):
    ready_by = EVENING + 6 * HOUR
    await call(hass, DOMAIN, "mark_ready", device_id=device(hass, home, "dishwasher"), ready_by=ready_by.isoformat())
    await live(hass, clock, MINUTE)
    memory = the(home).memory
    assert memory.told == "planned"
    assert ready_by - memory.ready_by < timedelta(minutes=15)
    assert memory.place.end <= ready_by


async def test_only_appliances_can_be_ready(hass, home):
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, DOMAIN, "mark_ready", device_id=device(hass, home, "car"))
    assert refused.value.translation_key == "load_is_never_ready"


async def test_a_simulated_appliance_runs_in_its_place(hass, clock, make_home):
    entry = await make_home(dishwasher(entity="simulated", switch_off=True))
    assert hass.states.get("switch.dishwasher_simulated_appliance").state == "off"
    await call(hass, "switch", "turn_on", entity_id="switch.dishwasher_plan_may_act")
    await call(hass, "button", "press", entity_id="button.dishwasher_start_when_best")
    await live(hass, clock, MINUTE)
    clock.move_to(the(entry).memory.place.start - MINUTE)
    await live(hass, clock, 3 * MINUTE)
    assert hass.states.get("switch.dishwasher_simulated_appliance").state == "on"
    assert hass.states.get("sensor.dishwasher_plan").state == "running"
    await live(hass, clock, 2 * HOUR, 15 * MINUTE)
    assert hass.states.get("switch.dishwasher_simulated_appliance").state == "off"
