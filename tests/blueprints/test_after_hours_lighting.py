"""Lights that nobody needs go out, and never on somebody who works late."""

import pytest
from homeassistant.core import CoreState
from homeassistant.helpers import entity_registry as er

from tests.blueprints.conftest import AGAIN, EVENING, KEEP, OFF, STAY
from tests.household.lights.conftest import LAMPS, OFFICE, zone

BRIGHT, DIM, OUT = [200, 200], [76, 76], [None, None]
ASKED = "lit after hours, since 19:00. Off at {} unless somebody answers."
KEPT = "kept on for 30 min, as somebody asked on the phone."
SILENCE = "turned off, for nobody answered within 5 min."
LEFT_ALONE = "left alone, for somebody is there, a calendar has an event, or control is off."
NO_MATTER = "left alone, for they are out or may burn now."
DESK, MEETING, WORKDAY, SCHEDULE = (
    "binary_sensor.desk",
    "calendar.open_days",
    "binary_sensor.workday",
    "schedule.opening_hours",
)


async def test_it_is_a_whole_blueprint(blueprint):
    assert blueprint.validate() is None
    assert blueprint.metadata["source_url"].endswith("/blob/main/blueprints/automation/sceop/after_hours_lighting.yaml")
    assert blueprint.metadata["homeassistant"]["min_version"] == "2026.10.0"


@pytest.fixture
async def late(evening, phone):
    """Return what begins an evening: two plain lights, turned on by hand half an hour ago, and the first warning."""

    async def begin(**inputs):
        await evening.automate(lights=LAMPS, phones=[phone.id], **inputs)
        await evening.light(brightness=200)
        await evening.pass_by(minutes=15, seconds=30)
        return evening

    return begin


async def test_it_warns_and_asks(late, phone):
    evening = await late()
    assert evening.levels == DIM
    assert phone.answers == [KEEP, STAY, OFF]
    assert evening.log == [ASKED.format("19:20")]
    assert phone.messages == [f"The lights: {ASKED.format('19:20')}"]


async def test_without_an_answer_the_lights_go_out_and_the_phone_says_why(late, phone):
    evening = await late()
    await evening.pass_by(minutes=4)
    assert evening.burning == LAMPS
    await evening.pass_by(minutes=1)
    assert evening.burning == []
    assert evening.log[-1] == SILENCE
    assert phone.messages[-1] == f"The lights: {SILENCE}"
    assert phone.answers == [AGAIN]


async def test_what_was_dimmed_is_not_dim_the_next_time(late):
    evening = await late()
    await evening.pass_by(minutes=6)
    await evening.light()
    assert evening.levels == BRIGHT


async def test_kept_on_the_lights_are_bright_and_asked_about_again(late, phone):
    evening = await late()
    await phone.answer(KEEP)
    assert evening.levels == BRIGHT
    assert evening.log[-1] == KEPT
    assert phone.messages[-1] == "clear_notification"
    await evening.pass_by(minutes=29)
    assert evening.levels == BRIGHT
    await evening.pass_by(minutes=2)
    assert evening.levels == DIM
    assert phone.answers == [KEEP, STAY, OFF]
    await evening.pass_by(minutes=5)
    assert evening.burning == []


async def test_turn_off_now_is_done_now(late, phone):
    evening = await late()
    await phone.answer(OFF)
    assert evening.burning == []
    assert evening.log[-1] == "turned off, as somebody asked on the phone."


async def test_until_i_leave_lasts_until_the_lights_go_out(late, phone):
    evening = await late()
    await phone.answer(STAY)
    assert (evening.levels, evening.log[-1]) == (BRIGHT, "kept on until whoever asked on the phone leaves.")
    await evening.pass_by(hours=3)
    assert evening.levels == BRIGHT
    await evening.put_out()
    await evening.light(brightness=200)
    await evening.pass_by(minutes=16)
    assert evening.levels == DIM


async def test_until_i_leave_lasts_until_the_next_hours(late, phone, clock):
    evening = await late()
    await phone.answer(STAY)
    clock.move_to(EVENING.replace(day=11, hour=5, minute=59))
    await evening.pass_by(minutes=1)
    clock.move_to(EVENING.replace(day=11, hour=15, minute=59))
    await evening.pass_by(minutes=3)
    assert len(phone.messages) == 3


async def test_until_i_leave_follows_the_presence_sensors(evening, late, phone):
    evening.show(DESK, "off")
    await late(presence=[DESK])
    await phone.answer(STAY)
    await evening.pass_by(minutes=30)
    assert evening.levels == BRIGHT
    evening.show(DESK, "on")
    await evening.pass_by(minutes=30)
    evening.show(DESK, "off")
    await evening.pass_by(minutes=9)
    assert evening.levels == BRIGHT
    await evening.pass_by(minutes=2)
    assert evening.levels == DIM


@pytest.mark.parametrize("state", ["on", "unavailable"])
async def test_while_somebody_is_there_nobody_is_asked(evening, late, phone, state):
    evening.show(DESK, state)
    await late(presence=[DESK])
    await evening.pass_by(hours=2)
    assert (evening.levels, evening.log) == (BRIGHT, [])
    evening.show(DESK, "off")
    await evening.pass_by(minutes=9)
    assert evening.levels == BRIGHT
    await evening.pass_by(minutes=2)
    assert evening.levels == DIM


@pytest.mark.parametrize(("given", "entity"), [("presence", DESK), ("calendars", MEETING)])
async def test_who_comes_during_a_warning_is_left_alone(evening, late, phone, given, entity):
    evening.show(entity, "off")
    await evening.pass_by(minutes=15)
    await late(**{given: [entity]})
    assert evening.levels == DIM
    evening.show(entity, "on")
    await evening.pass_by(minutes=1)
    assert (evening.levels, evening.log[-1], phone.messages[-1]) == (BRIGHT, LEFT_ALONE, "clear_notification")
    await evening.pass_by(hours=1)
    assert evening.burning == LAMPS


async def test_during_an_event_nobody_is_asked_and_after_it_again(evening, late):
    evening.show(MEETING, "on")
    await late(calendars=[MEETING])
    await evening.pass_by(hours=1)
    assert evening.levels == BRIGHT
    evening.show(MEETING, "off")
    await evening.pass_by(minutes=1)
    assert evening.levels == DIM


async def test_a_light_turned_on_by_hand_gets_its_time(evening, late):
    await late()
    await evening.put_out()
    await evening.light(brightness=200)
    await evening.pass_by(minutes=14)
    assert evening.levels == BRIGHT
    await evening.pass_by(minutes=2)
    assert evening.levels == DIM


async def test_a_light_turned_on_by_an_automation_gets_none(evening, phone):
    await evening.automate(lights=LAMPS, phones=[phone.id])
    await evening.light_by_an_automation(brightness=200)
    await evening.pass_by(minutes=1)
    assert evening.levels == DIM


async def test_turned_on_again_it_gets_longer(late):
    evening = await late()
    await evening.pass_by(minutes=6)
    await evening.light(brightness=200)
    await evening.pass_by(minutes=59)
    assert evening.levels == BRIGHT
    await evening.pass_by(minutes=2)
    assert evening.levels == DIM


async def test_the_phone_turns_them_on_again(late, phone):
    evening = await late()
    await evening.pass_by(minutes=6)
    await phone.answer(AGAIN)
    assert evening.levels == BRIGHT
    await evening.pass_by(minutes=59)
    assert evening.levels == BRIGHT


async def test_a_lamp_turned_on_during_a_warning_is_an_answer(late, phone):
    evening = await late()
    await evening.put_out(LAMPS[0])
    await evening.pass_by(minutes=1)
    await evening.light(LAMPS[0], brightness=200)
    await evening.pass_by(minutes=29)
    assert evening.levels == BRIGHT
    assert evening.log[-1] == "kept on for 30 min, for somebody touched a lamp."


async def test_a_lamp_turned_up_during_a_warning_is_an_answer_and_stays_as_it_is(late):
    evening = await late()
    await evening.pass_by(minutes=1)
    await evening.light(LAMPS[0], brightness=120)
    await evening.pass_by(minutes=10)
    assert evening.levels == [120, 200]


async def test_lights_that_go_out_by_hand_need_no_answer(late, phone):
    evening = await late()
    await evening.put_out()
    await evening.pass_by(minutes=10)
    assert (evening.log[-1], phone.messages[-1]) == (NO_MATTER, "clear_notification")


async def test_blinking_ends_bright(late):
    evening = await late(warning="blink")
    assert evening.log
    assert evening.levels == BRIGHT
    await evening.pass_by(minutes=5)
    assert evening.burning == []


async def test_a_dark_light_that_cannot_be_dimmed_blinks(evening, phone):
    await evening.automate(lights=LAMPS, phones=[phone.id])
    await evening.light(LAMPS[0], brightness=60)
    await evening.pass_by(minutes=16)
    assert (evening.burning, evening.levels) == (LAMPS[:1], [60, None])
    await evening.pass_by(minutes=5)
    assert evening.burning == []


async def test_the_phone_alone_may_warn(late, phone):
    evening = await late(warning="none")
    assert evening.levels == BRIGHT
    assert phone.answers == [KEEP, STAY, OFF]


async def test_without_a_phone_the_light_alone_warns(evening):
    await evening.automate(lights=LAMPS)
    await evening.light(brightness=200)
    await evening.pass_by(minutes=16)
    assert evening.levels == DIM
    await evening.pass_by(minutes=5)
    assert evening.burning == []


async def test_lights_that_nobody_can_be_asked_about_stay_on(late, hass, caplog):
    hass.services.async_remove("notify", "mobile_app_kim_s_phone")
    evening = await late()
    await evening.pass_by(minutes=30)
    assert (evening.levels, evening.log) == (BRIGHT, [])
    assert "Action notify.mobile_app_kim_s_phone not found" in caplog.text


async def test_lights_that_were_lit_before_the_hours_ended_are_asked_about_then(evening, phone, clock):
    clock.move_to(EVENING.replace(hour=14))
    await evening.automate(lights=LAMPS, phones=[phone.id])
    await evening.light(brightness=200)
    await evening.pass_by(hours=1, minutes=59)
    assert evening.levels == BRIGHT
    await evening.pass_by(minutes=2)
    assert evening.levels == DIM


@pytest.mark.parametrize(
    ("inputs", "day", "hour", "asked"),
    [
        ({}, 10, 11, False),
        ({}, 13, 11, True),
        ({"hours_days": ["sat"]}, 13, 11, False),
        ({"hours_start": "22:00:00", "hours_end": "06:00:00"}, 10, 23, False),
        ({"hours_start": "22:00:00", "hours_end": "06:00:00"}, 13, 2, False),
        ({"hours_start": "22:00:00", "hours_end": "06:00:00"}, 14, 2, True),
        ({"hours_start": "22:00:00", "hours_end": "06:00:00"}, 10, 11, True),
        ({"cleaning_days": ["wed"], "cleaning_start": "18:00:00", "cleaning_end": "20:00:00"}, 10, 19, False),
        ({"cleaning_days": ["wed"], "cleaning_start": "18:00:00", "cleaning_end": "20:00:00"}, 11, 19, True),
        ({"cleaning_days": ["tue"], "cleaning_start": "22:00:00", "cleaning_end": "02:00:00"}, 10, 1, False),
    ],
)
async def test_the_hours_of_plain_lights(evening, phone, clock, inputs, day, hour, asked):
    await evening.hass.config.async_set_time_zone("Europe/Amsterdam")
    clock.move_to(EVENING.replace(day=day, hour=hour, minute=1) - (EVENING.replace(hour=19) - EVENING))
    await evening.light(brightness=200)
    await evening.automate(lights=LAMPS, phones=[phone.id], patience=1, **inputs)
    await evening.pass_by(minutes=12)
    assert (phone.messages != []) is asked


@pytest.mark.parametrize(
    ("schedule", "workday", "asked"),
    [("on", "on", False), ("off", "on", True), ("on", "off", True), ("unavailable", "on", False)],
)
async def test_a_schedule_tells_the_hours_except_on_holidays(evening, late, phone, schedule, workday, asked):
    evening.show(SCHEDULE, schedule)
    evening.show(WORKDAY, workday)
    await late(schedule=SCHEDULE, workday=WORKDAY)
    assert (phone.messages != []) is asked


async def test_a_holiday_has_no_hours(evening, late, phone, clock):
    clock.move_to(EVENING.replace(hour=11))
    evening.show(WORKDAY, "off")
    await late(workday=WORKDAY)
    assert phone.answers == [KEEP, STAY, OFF]


async def test_an_evening_that_was_interrupted_begins_with_a_warning_again(late, phone):
    evening = await late()
    await evening.turn("off")
    await evening.pass_by(minutes=30)
    assert evening.burning == LAMPS
    await evening.turn("on")
    await evening.pass_by(minutes=9, seconds=30)
    assert len(phone.messages) == 2
    assert evening.burning == LAMPS
    await evening.pass_by(minutes=6)
    assert evening.burning == []


async def test_home_assistant_is_started_while_lights_burn(evening, hass, phone):
    await evening.light(brightness=200)
    await evening.pass_by(minutes=21)
    hass.set_state(CoreState.not_running)
    await evening.automate(lights=LAMPS, phones=[phone.id])
    assert evening.log == []
    await hass.async_start()
    await evening.pass_by(minutes=1)
    assert evening.levels == DIM
    await evening.pass_by(minutes=5)
    assert evening.burning == []


def test_what_burns_and_what_is_over_are_one_thing_and_its_opposite(blueprint):
    def templates(part):
        if isinstance(part, dict):
            yield from ([part["value_template"]] if "value_template" in part else [])
            part = list(part.values())
        for each in part if isinstance(part, list) else ():
            yield from templates(each)

    words = {" ".join(str(template).split()) for template in templates(blueprint.data)}
    for name in ("burns", "clear"):
        (positive,) = (word for word in words if f"{{{{ ns.{name} }}}}" in word)
        assert positive.replace("{{ ns.", "{{ not ns.") in words


@pytest.fixture
async def lobby(evening, hass, make_site, phone):
    """Return what begins an evening in a zone whose hours end at six, and whose cleaning ends at seven."""

    async def begin(control="on", **kinds):
        cleaning = [{"days": ["wed"], "from": "18:30:00", "to": "19:00:00"}]
        await make_site(cleaning=cleaning, **kinds)
        await hass.services.async_call(
            "switch", f"turn_{control}", {"entity_id": "switch.lobby_after_hours_control"}, blocking=True
        )
        device = er.async_get(hass).async_get("light.lobby").device_id
        await evening.automate(zone=device, phones=[phone.id])
        await evening.light(brightness=200)
        await evening.pass_by(minutes=15, seconds=30)
        return evening

    return begin


async def test_a_zone_is_warned_of_and_turned_off(lobby, phone, hass):
    evening = await lobby()
    assert (evening.levels, phone.answers) == (DIM, [KEEP, STAY, OFF])
    await evening.pass_by(minutes=5)
    assert evening.burning == []
    assert hass.states.get("light.lobby").state == "off"
    assert hass.states.get("binary_sensor.lobby_lit_after_hours").state == "off"
    assert evening.log[-1] == SILENCE


async def test_only_the_lit_lamps_of_a_zone_are_dimmed(evening, lobby):
    await lobby()
    await evening.put_out(LAMPS[0])
    await evening.pass_by(minutes=1)
    assert (evening.burning, evening.levels) == (LAMPS[1:], [None, 76])


async def test_a_zone_whose_control_is_off_is_left_alone(evening, lobby, phone, hass):
    await lobby(control="off")
    await evening.pass_by(hours=2)
    assert (evening.levels, phone.messages) == (BRIGHT, [])
    await hass.services.async_call(
        "switch", "turn_on", {"entity_id": "switch.lobby_after_hours_control"}, blocking=True
    )
    await evening.pass_by(minutes=1)
    assert evening.levels == DIM


async def test_control_that_is_switched_off_during_a_warning_ends_it(lobby, hass):
    evening = await lobby()
    await hass.services.async_call(
        "switch", "turn_off", {"entity_id": "switch.lobby_after_hours_control"}, blocking=True
    )
    await evening.pass_by(minutes=20)
    assert (evening.levels, evening.log[-1]) == (BRIGHT, LEFT_ALONE)


@pytest.mark.parametrize(("hour", "minute"), [(15, 30), (16, 35)])
async def test_a_zone_in_its_hours_or_in_cleaning_is_left_alone(lobby, phone, clock, hour, minute):
    clock.move_to(EVENING.replace(hour=hour, minute=minute))
    evening = await lobby()
    assert (evening.levels, phone.messages) == (BRIGHT, [])


async def test_a_zone_keeps_its_holidays(lobby, phone, clock, hass):
    hass.config.country = "NL"
    clock.move_to(EVENING.replace(month=12, day=25, hour=11))
    evening = await lobby(data={}, zones=[zone(hours=OFFICE) | {"data": zone()["data"] | {"holidays": "closed"}}])
    assert evening.levels == DIM


async def test_a_zone_is_kept_on_from_the_phone(lobby, phone):
    evening = await lobby()
    await phone.answer(KEEP)
    assert (evening.levels, evening.log[-1]) == (BRIGHT, KEPT)
    await evening.pass_by(minutes=29)
    assert evening.levels == BRIGHT
    await evening.pass_by(minutes=2)
    assert evening.levels == DIM


async def test_until_i_leave_ends_when_the_zone_is_cleaned(evening, lobby, phone, clock):
    clock.move_to(EVENING.replace(hour=16, minute=1))
    await lobby()
    await phone.answer(STAY)
    await evening.pass_by(minutes=20)
    assert evening.levels == BRIGHT
    await evening.pass_by(minutes=25)
    assert evening.levels == DIM


async def test_a_zone_that_is_loaded_anew_during_a_warning_is_asked_about_anew(lobby, phone, hass):
    evening = await lobby()
    await evening.pass_by(minutes=4)
    assert await hass.config_entries.async_reload("site")
    await evening.pass_by(minutes=4)
    assert evening.burning == LAMPS
    assert len([message for message in phone.messages if "unless somebody answers" in message]) == 2
    await evening.pass_by(minutes=2)
    assert evening.burning == []
