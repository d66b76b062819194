"""An appliance that is ready starts when it is best, in time, and never against a hand."""

from datetime import datetime, timedelta

import pytest
from homeassistant.core import CoreState
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from tests.blueprints.home import AUTOMATION, blueprint
from tests.blueprints.settling import settle
from tests.household.flexible import conftest as flexible
from tests.household.flexible.conftest import NIGHT_BEGINS, NIGHT_ENDS

PLUG, LOADED = "input_boolean.plug", "input_boolean.loaded"
START, DOOR = "input_button.start", "binary_sensor.door"
EVENING = flexible.EVENING
TURNED_ON = ("input_boolean.turn_on", PLUG)

helpers, make_home = flexible.helpers, flexible.make_home


def test_it_is_a_whole_blueprint():
    told = blueprint("run_at_best_time")
    assert told.validate() is None
    assert told.metadata["source_url"].endswith("/blueprints/automation/sceop/run_at_best_time.yaml")
    assert told.metadata["homeassistant"]["min_version"] == "2026.10.0"


@pytest.fixture
async def kitchen(home, clock, make_home):
    """A home in which electricity is cheap from one to five at night."""
    clock.move_to(EVENING)
    await make_home(flexible.dishwasher())
    home.clock = clock
    return home


async def automate(home, **inputs):
    given = {"starter": PLUG, "ready": LOADED, "title": "The dishwasher", "hours": 1.5, "energy": 1.2}
    await home.automate("run_at_best_time", **given | inputs)


async def load(home, **inputs):
    await automate(home, **inputs)
    await home.do("input_boolean.turn_on", LOADED)


async def until(home, entity, state, latest: datetime):
    """Return when something became so."""
    while home.state(entity) != state:
        assert dt_util.utcnow() < latest
        await home.pass_by(minutes=2)
    return dt_util.utcnow()


def made(home):
    return [call for call in home.done if call[1] != LOADED]


@pytest.mark.parametrize("how", ["energy", "load"])
async def test_it_starts_in_the_cheap_hours_and_is_done_in_them(kitchen, phone, hass, how):
    from homeassistant.helpers import entity_registry as er  # noqa: PLC0415

    device = er.async_get(hass).async_get("sensor.dishwasher_next_start").device_id
    await load(kitchen, phones=[phone.id], **({"load": device} if how == "load" else {}))
    told = phone.messages[-1]
    assert told.startswith("The dishwasher starts at 0")
    kitchen.clock.move_to(NIGHT_BEGINS - timedelta(minutes=10))
    started = await until(kitchen, PLUG, "on", NIGHT_ENDS)
    assert NIGHT_BEGINS <= started <= NIGHT_ENDS - timedelta(hours=1.5)
    assert made(kitchen) == [TURNED_ON]
    assert kitchen.state(LOADED) == "off"
    assert kitchen.log == ["The dishwasher: started at the best time."]
    assert phone.messages[-1] == "clear_notification"
    await kitchen.pass_by(minutes=30)
    assert made(kitchen) == [TURNED_ON]


async def test_done_by_is_kept_also_before_the_cheap_hours(kitchen):
    await load(kitchen, ready_by="23:00:00")
    started = await until(kitchen, PLUG, "on", EVENING + timedelta(hours=4))
    assert started <= EVENING.replace(hour=19, minute=32)


async def test_a_time_that_cannot_be_kept_is_that_of_the_next_day(kitchen):
    await load(kitchen, ready_by="21:00:00")
    await kitchen.pass_by(hours=1)
    assert kitchen.state(PLUG) == "off"
    kitchen.clock.move_to(NIGHT_BEGINS)
    assert await until(kitchen, PLUG, "on", NIGHT_ENDS)


async def test_without_a_plan_it_starts_as_late_as_it_may(kitchen, hass):
    assert await hass.config_entries.async_unload("site")
    await load(kitchen, ready_by="23:00:00")
    await kitchen.pass_by(minutes=85)
    assert kitchen.state(PLUG) == "off"
    await kitchen.pass_by(minutes=5)
    assert kitchen.state(PLUG) == "on"
    assert kitchen.log == ["The dishwasher: started, so that it is done in time."]


async def test_start_now_wins_by_button_and_on_the_phone(kitchen, phone):
    await load(kitchen, phones=[phone.id], start_now=[START])
    await kitchen.do("input_button.press", START)
    assert made(kitchen)[-1] == TURNED_ON
    assert kitchen.log == ["The dishwasher: started, as somebody asked."]
    await kitchen.do("input_boolean.turn_off", PLUG)
    await kitchen.do("input_boolean.turn_on", LOADED)
    await phone.answer("Start now")
    assert kitchen.state(PLUG) == "on"


async def test_a_start_by_hand_is_not_repeated(kitchen):
    await load(kitchen)
    await kitchen.do("input_boolean.turn_on", PLUG)
    await kitchen.do("input_boolean.turn_off", PLUG)
    kitchen.clock.move_to(NIGHT_BEGINS)
    await kitchen.pass_by(minutes=60)
    assert kitchen.state(PLUG) == "off"
    assert kitchen.log == ["The dishwasher: somebody started it."]


@pytest.mark.parametrize("how", ["door", "ready"])
async def test_what_is_opened_or_not_ready_any_more_does_not_start(kitchen, how):
    await kitchen.show(DOOR, "off")
    await load(kitchen, door=DOOR, start_now=[START])
    if how == "door":
        await kitchen.show(DOOR, "on")
    else:
        await kitchen.do("input_boolean.turn_off", LOADED)
    assert kitchen.log[-1] == "The dishwasher: not started, for it is open or not ready any more."
    await kitchen.do("input_button.press", START)
    kitchen.clock.move_to(NIGHT_BEGINS)
    await kitchen.pass_by(minutes=30)
    assert kitchen.state(PLUG) == "off"
    await kitchen.show(DOOR, "off")
    await kitchen.do("input_boolean.turn_on", LOADED)
    assert await until(kitchen, PLUG, "on", NIGHT_ENDS)


async def test_a_button_is_pressed_once(kitchen, hass):
    assert await async_setup_component(hass, "input_button", {})
    await load(kitchen, starter=START, ready_by="22:00:00")
    await kitchen.pass_by(minutes=60)
    assert kitchen.done.count(("input_button.press", START)) == 1


async def test_after_a_restart_done_by_is_kept(kitchen, hass):
    await kitchen.do("input_boolean.turn_on", LOADED)
    hass.set_state(CoreState.not_running)
    await automate(kitchen, ready_by="21:00:00")
    await hass.async_start()
    await settle()
    await kitchen.pass_by(minutes=1)
    assert kitchen.state(PLUG) == "on"
    assert kitchen.hass.states.get(AUTOMATION).attributes["current"] == 0
