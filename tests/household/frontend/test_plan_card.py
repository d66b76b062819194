"""What the card of the plan is told: loads with their places, reasons and controls, as far as a user may see them."""

from datetime import timedelta

import pytest
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from tests.e2e.shown import DISHWASHER, a_plan
from tests.household.flexible.conftest import (
    EVENING,
    MINUTE,
    NIGHT_BEGINS,
    call,
    car,
    clock,
    dishwasher,
    helpers,
    live,
    make_home,
    the,
)
from tests.household.frontend.test_questions import ask, ask_as_reader, asker

__all__ = ["ask", "ask_as_reader", "clock", "helpers", "make_home"]

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def home(hass, make_home):
    return await make_home(dishwasher(entity="input_boolean.plug"), car())


async def plan(ask):
    return (await ask("plan", site="site"))["result"]


async def planned(hass, clock, ask):
    ready = entity(hass, "dishwasher", "start_when_best")
    await call(hass, "button", "press", entity_id=ready)
    await live(hass, clock, 2 * MINUTE)
    told = await plan(ask)
    return told, named(told, "dishwasher")


def named(told, load):
    return next(each for each in told["loads"] if each["load"] == load)


def entity(hass, load, key):
    registry = er.async_get(hass)
    return next(each.entity_id for each in registry.entities.values() if each.unique_id.endswith(f"_{load}_{key}"))


async def test_a_card_is_told_what_the_browsers_tests_draw(hass, clock, home, ask):
    told, load = await planned(hass, clock, ask)
    assert told.keys() == a_plan().keys()
    assert load.keys() == DISHWASHER.keys()
    assert load["place"].keys() == DISHWASHER["place"].keys()
    assert load["controls"].keys() == DISHWASHER["controls"].keys()


async def test_a_planned_load_is_told_with_its_place_and_its_reason(hass, clock, home, ask):
    told, load = await planned(hass, clock, ask)
    assert (load["state"], load["kind"], load["title"]) == ("planned", "run_once", "Dishwasher")
    assert dt_util.parse_datetime(load["place"]["start"]) >= NIGHT_BEGINS
    assert load["place"]["wh"] == [200] * 6
    assert load["place"]["reasons"][0] == "cheap"
    assert load["place"]["facts"]["price"] == 0.1
    assert load["place"]["saving"] == 0.24
    assert told["currency"] == "EUR"
    assert told["saving"] >= 0.24


async def test_the_prices_are_those_of_the_slots_ahead(hass, clock, home, ask):
    told = await plan(ask)
    assert (told["slots"], len(told["prices"])) == (192, 192)
    start = dt_util.parse_datetime(told["start"])
    assert start <= EVENING < start + timedelta(minutes=15)
    night = (NIGHT_BEGINS - start) // timedelta(minutes=15)
    assert (told["prices"][night - 1], told["prices"][night]) == (0.3, 0.1)
    assert (told["sun"], told["pressure"]) == (None, None)
    assert [day["date"] for day in told["days"]] == ["2026-06-10", "2026-06-11", "2026-06-12"]


async def test_without_a_tariff_no_money_is_told(hass, make_home, ask):
    await make_home(dishwasher(), options={})
    told = await plan(ask)
    assert (told["currency"], told["prices"], told["saving"]) == (None, None, None)


async def test_a_load_that_waits_for_its_time_can_be_started_at_once(hass, clock, home, ask):
    assert (await plan(ask))["loads"][0]["controls"]["start"] is None
    _, load = await planned(hass, clock, ask)
    start = load["controls"]["start"]
    assert start == {"domain": "input_boolean", "service": "turn_on", "entity_id": "input_boolean.plug"}
    await call(hass, start["domain"], start["service"], entity_id=start["entity_id"])
    assert the(home).memory.by_hand
    assert (
        next(each for each in (await plan(ask))["loads"] if each["load"] == "dishwasher")["controls"]["start"] is None
    )


async def test_a_load_without_a_switch_is_advised_and_has_no_start(hass, clock, home, ask):
    load = named(await plan(ask), "car")
    assert load["advised"]
    assert (load["controls"]["start"], load["controls"]["may_act"]) == (None, None)


async def test_whoever_may_only_look_is_given_no_controls(hass, clock, home, ask, ask_as_reader):
    await planned(hass, clock, ask)
    names = [entity(hass, "dishwasher", key) for key in ("next_start", "plan_may_act", "start_when_best")]
    told = await plan(ask_as_reader(*names, "input_boolean.plug"))
    (load,) = told["loads"]
    assert load["controls"] == {"may_act": None, "acts": False, "ready": None, "start": None}


async def test_whoever_may_control_the_switch_may_let_the_plan_act(
    hass, home, ask, hass_ws_client, hass_read_only_user, hass_read_only_access_token
):
    switch = entity(hass, "dishwasher", "plan_may_act")
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {switch: {POLICY_READ: True, POLICY_CONTROL: True}}}})
    (load,) = (await plan(asker(lambda: hass_ws_client(hass, hass_read_only_access_token))))["loads"]
    assert load["controls"]["may_act"] == switch


async def test_whoever_may_read_nothing_hears_nothing(hass, home, ask, ask_as_reader):
    answer = await ask_as_reader("light.elsewhere")("plan", site="site")
    assert answer["error"]["code"] == "unauthorized"


async def test_a_home_without_loads_is_told_so(hass, make_home, ask):
    await make_home()
    answer = await ask("plan", site="site")
    assert answer["result"]["loads"] == []


async def test_the_sites_tell_of_flexible_loads(hass, home, ask):
    (site,) = (await ask("sites"))["result"]["sites"]
    assert {(each["load"], each["kind"]) for each in site["loads"]} == {
        ("dishwasher", "run_once"),
        ("car", "energy_need"),
    }
    assert site["loads"][0]["entities"].keys() >= {"plan_state", "next_start", "start_when_best", "plan_may_act"}
