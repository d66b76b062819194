"""A load that runs through once: it waits for its place, runs, ends, and people always win."""

from datetime import timedelta

from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from tests.household.flexible.conftest import (
    EVENING,
    HOUR,
    MINUTE,
    NIGHT_BEGINS,
    NIGHT_ENDS,
    call,
    dishwasher,
    live,
    live_until,
    restart,
    switch,
    the,
)

PLUG = "input_boolean.plug"
LOADED = "input_boolean.loaded"
BY_PLUG = {"entity": PLUG, "switch_off": True}


async def ready(hass):
    await call(hass, "button", "press", entity_id="button.dishwasher_start_when_best")


async def allow(hass, name="dishwasher"):
    await call(hass, "switch", "turn_on", entity_id=f"switch.{name}_plan_may_act")


async def test_what_is_ready_is_placed_in_the_cheap_hours(hass, clock, make_home):
    await make_home(dishwasher())
    assert hass.states.get("sensor.dishwasher_plan").state == "waiting"
    await ready(hass)
    await live(hass, clock, MINUTE)
    assert hass.states.get("sensor.dishwasher_plan").state == "planned"
    shown = hass.states.get("sensor.dishwasher_next_start")
    assert NIGHT_BEGINS <= dt_util.parse_datetime(shown.state) <= NIGHT_ENDS - 1.5 * HOUR
    assert "cheap" in shown.attributes["reasons"]
    assert shown.attributes["why"].startswith(("A kilowatt-hour costs", "Electricity costs less"))
    assert shown.attributes["advised"] is True
    assert float(hass.states.get("sensor.dishwasher_expected_saving_today").state) == 0.24
    assert float(hass.states.get("sensor.dishwasher_planned_energy").state) == 1.2


async def test_nothing_acts_before_a_person_allowed_it(hass, clock, make_home):
    await make_home(dishwasher(**BY_PLUG))
    await ready(hass)
    await live_until(hass, clock, NIGHT_ENDS, 15 * MINUTE)
    assert hass.states.get(PLUG).state == "off"


async def test_it_starts_in_its_place_ends_and_is_switched_off_again(hass, clock, make_home):
    entry = await make_home(dishwasher(**BY_PLUG))
    await allow(hass)
    await ready(hass)
    await live(hass, clock, MINUTE)
    start = the(entry).memory.place.start
    await live_until(hass, clock, start - MINUTE, 15 * MINUTE)
    assert hass.states.get(PLUG).state == "off"
    await live(hass, clock, 2 * MINUTE)
    assert hass.states.get(PLUG).state == "on"
    assert hass.states.get("sensor.dishwasher_plan").state == "running"
    await live(hass, clock, 2 * HOUR, 15 * MINUTE)
    assert hass.states.get("sensor.dishwasher_plan").state == "done"
    assert hass.states.get(PLUG).state == "off"
    assert the(entry).memory.starts == ()


async def test_a_start_by_hand_counts_as_running_and_is_learned(hass, clock, make_home):
    entry = await make_home(dishwasher(**BY_PLUG))
    await allow(hass)
    await ready(hass)
    await live(hass, clock, MINUTE)
    await switch(hass, "on", PLUG, person=True)
    assert hass.states.get("sensor.dishwasher_plan").state == "running"
    assert the(entry).memory.by_hand
    assert len(the(entry).memory.starts) == 1
    await live(hass, clock, 10 * HOUR, 15 * MINUTE)
    assert hass.states.get("sensor.dishwasher_plan").state == "done"
    assert hass.states.get(PLUG).state == "on"


async def test_what_is_stopped_by_hand_is_left_alone_until_it_is_ready_again(hass, clock, make_home):
    entry = await make_home(dishwasher(**BY_PLUG))
    await allow(hass)
    await ready(hass)
    await live(hass, clock, MINUTE)
    await live_until(hass, clock, the(entry).memory.place.start + 2 * MINUTE, 15 * MINUTE)
    assert hass.states.get(PLUG).state == "on"
    await switch(hass, "off", PLUG, person=True)
    assert hass.states.get("sensor.dishwasher_plan").state == "overridden"
    await live(hass, clock, 18 * HOUR, 30 * MINUTE)
    assert hass.states.get(PLUG).state == "off"
    await ready(hass)
    await live(hass, clock, MINUTE)
    assert hass.states.get("sensor.dishwasher_plan").state == "planned"


async def test_who_forbids_the_plan_in_the_middle_of_a_run_does_not_cut_it_off(hass, clock, make_home):
    entry = await make_home(dishwasher(**BY_PLUG))
    await allow(hass)
    await ready(hass)
    await live(hass, clock, MINUTE)
    await live_until(hass, clock, the(entry).memory.place.start + 5 * MINUTE, 15 * MINUTE)
    assert hass.states.get(PLUG).state == "on"
    await call(hass, "switch", "turn_off", entity_id="switch.dishwasher_plan_may_act")
    assert hass.states.get(PLUG).state == "on"
    assert hass.states.get("sensor.dishwasher_plan").state == "running"


async def test_a_place_survives_a_restart(hass, clock, make_home):
    entry = await make_home(dishwasher(**BY_PLUG))
    await allow(hass)
    await ready(hass)
    await live(hass, clock, MINUTE)
    before = the(entry).memory
    await restart(hass, entry, clock, MINUTE)
    after = the(entry).memory
    assert (after.token, after.place.start, after.ready_by) == (before.token, before.place.start, before.ready_by)
    assert after.may_act


async def test_what_was_missed_during_a_restart_is_placed_anew(hass, clock, make_home):
    entry = await make_home(dishwasher(**BY_PLUG))
    await allow(hass)
    await ready(hass)
    await live(hass, clock, MINUTE)
    missed = the(entry).memory.place.start
    await restart(hass, entry, clock, missed + 1.5 * HOUR - dt_util.utcnow())
    await live(hass, clock, 2 * MINUTE)
    memory = the(entry).memory
    assert memory.phase == "running" or memory.place.start > missed


async def test_readiness_follows_a_sensor(hass, clock, make_home):
    entry = await make_home(dishwasher(when="entity", ready_entity=LOADED))
    await live(hass, clock, MINUTE)
    assert the(entry).memory.told == "waiting"
    await switch(hass, "on", LOADED)
    await live(hass, clock, MINUTE)
    assert the(entry).memory.told == "planned"
    await switch(hass, "off", LOADED)
    assert the(entry).memory.told == "waiting"


async def test_a_daily_load_is_needed_again_after_its_time(hass, clock, make_home):
    entry = await make_home(dishwasher(when="every_day"))
    await live(hass, clock, MINUTE)
    first = the(entry).memory
    assert first.told == "planned"
    await live_until(hass, clock, NIGHT_ENDS, 15 * MINUTE)
    assert the(entry).memory.told == "done"
    await live_until(hass, clock, first.ready_by + 2 * MINUTE, 15 * MINUTE)
    assert the(entry).memory.told in {"ready", "planned"}
    assert the(entry).memory.token != first.token
    assert the(entry).memory.ready_by == first.ready_by + timedelta(days=1)


async def test_a_button_is_pressed_once(hass, clock, make_home):
    presses = []
    hass.bus.async_listen(
        "call_service",
        lambda event: presses.append(event) if event.data["domain"] == "input_button" else None,
    )
    await make_home(dishwasher(entity="input_button.start"))
    await allow(hass)
    await ready(hass)
    await live_until(hass, clock, NIGHT_ENDS + HOUR, 15 * MINUTE)
    assert len(presses) == 1
    assert hass.states.get("sensor.dishwasher_plan").state == "done"


async def test_a_run_without_an_end_is_told_once_and_taken_back(hass, clock, make_home):
    await make_home(dishwasher(entity=PLUG))
    await switch(hass, "on", PLUG)
    await live(hass, clock, 3 * HOUR + 16 * MINUTE, 15 * MINUTE)
    issues = ir.async_get(hass).issues
    assert ("sceop", "load_endless_site_dishwasher") in issues
    assert hass.states.get("sensor.dishwasher_plan").state == "done"
    await switch(hass, "off", PLUG)
    assert ("sceop", "load_endless_site_dishwasher") not in issues


async def test_a_meter_teaches_what_a_run_takes(hass, clock, make_home):
    entry = await make_home(dishwasher(entity=PLUG, meter="sensor.plug_power"))

    def shows(watts):
        hass.states.async_set("sensor.plug_power", str(watts), {"unit_of_measurement": "W", "device_class": "power"})

    for _ in range(2):
        shows(0)
        await ready(hass)
        await live(hass, clock, MINUTE)
        await switch(hass, "on", PLUG)
        shows(2000)
        await live(hass, clock, 15 * MINUTE)
        shows(200)
        await live(hass, clock, 45 * MINUTE)
        shows(1)
        await live(hass, clock, 40 * MINUTE)
        assert hass.states.get("sensor.dishwasher_plan").state == "done"
        await switch(hass, "off", PLUG)
        await live(hass, clock, HOUR, 15 * MINUTE)
    learned = the(entry).nature.profile(the(entry).memory)
    assert 450 <= learned[0] <= 510
    assert all(40 <= wh <= 60 for wh in learned[1:4])


async def test_an_entity_that_vanished_is_told_and_taken_back(hass, clock, make_home):
    await make_home(dishwasher(entity="input_boolean.gone"))
    await live(hass, clock, 15 * MINUTE)
    issues = ir.async_get(hass).issues
    assert issues["sceop", "load_entity_missing_site_dishwasher"].translation_placeholders["entity"] == (
        "input_boolean.gone"
    )
    hass.states.async_set("input_boolean.gone", "off")
    await live(hass, clock, MINUTE)
    assert ("sceop", "load_entity_missing_site_dishwasher") not in issues


async def test_a_deadline_that_cannot_be_kept_is_that_of_the_next_day(hass, clock, make_home):
    entry = await make_home(dishwasher(ready_by="21:00:00"))
    await ready(hass)
    assert the(entry).memory.ready_by == EVENING.replace(hour=19, minute=0, second=0) + timedelta(days=1)


async def test_what_has_to_be_done_within_some_hours_is(hass, clock, make_home):
    entry = await make_home(dishwasher(within_hours=3))
    await ready(hass)
    await live(hass, clock, MINUTE)
    assert the(entry).memory.place.end <= EVENING + 3 * HOUR
