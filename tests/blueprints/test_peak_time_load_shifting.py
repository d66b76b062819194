"""At a peak less is used, and afterwards everything is exactly as it was, unless a hand was there."""

from datetime import timedelta

import pytest
from homeassistant.components.climate import HVACMode
from homeassistant.components.demo.climate import DemoClimate
from homeassistant.components.demo.number import DemoNumber
from homeassistant.components.demo.water_heater import DemoWaterHeater
from homeassistant.components.todo import TodoItem, TodoListEntity, TodoListEntityFeature
from homeassistant.core import CoreState
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import setup_test_component_platform

from tests.blueprints.home import blueprint
from tests.blueprints.settling import settle

PUMP, HEATER = "input_boolean.pump", "input_boolean.heater"
HEATING, ROOMS = "climate.heating", "climate.rooms"
CAR, WATER, NOTES = "number.car", "water_heater.water", "todo.notes"
PEAK, NEXT = "binary_sensor.my_home_peak_event", "sensor.my_home_next_event"
ALL = {
    "switches": [PUMP, HEATER],
    "climates": [HEATING, ROOMS],
    "numbers": [CAR],
    "boilers": [WATER],
}
SKIP = "Not this time"


def test_it_is_a_whole_blueprint():
    told = blueprint("peak_time_load_shifting")
    assert told.validate() is None
    assert told.metadata["source_url"].endswith("/blueprints/automation/sceop/peak_time_load_shifting.yaml")
    assert told.metadata["homeassistant"]["min_version"] == "2026.10.0"


def climate(name, mode, **kinds):
    told = {
        "target_temperature": 21,
        "preset": None,
        "current_temperature": 20,
        "fan_mode": None,
        "target_humidity": None,
        "current_humidity": None,
        "swing_mode": None,
        "swing_horizontal_mode": None,
        "hvac_action": None,
        "target_temp_high": None,
        "target_temp_low": None,
        "hvac_modes": [mode, HVACMode.OFF],
        "unit_of_measurement": "°C",
    } | kinds
    each = DemoClimate(unique_id=name, device_name=name, hvac_mode=mode, **told)
    each.entity_id = name
    return each


class Notes(TodoListEntity):
    """A list of notes that outlives automations."""

    _attr_supported_features = (
        TodoListEntityFeature.CREATE_TODO_ITEM
        | TodoListEntityFeature.UPDATE_TODO_ITEM
        | TodoListEntityFeature.SET_DESCRIPTION_ON_ITEM
    )

    def __init__(self):
        self.entity_id, self._attr_todo_items = NOTES, []

    async def async_create_todo_item(self, item: TodoItem) -> None:
        item.uid = str(len(self._attr_todo_items))
        self._attr_todo_items = [*self._attr_todo_items, item]
        self.async_write_ha_state()

    async def async_update_todo_item(self, item: TodoItem) -> None:
        self._attr_todo_items = [item if each.uid == item.uid else each for each in self._attr_todo_items]
        self.async_write_ha_state()


@pytest.fixture
async def peaks(home, hass):
    """The home, with things that can give way, and no peak."""
    car = DemoNumber(
        "car", "Car", 16, None, assumed_state=False, native_min_value=5, native_max_value=32, native_step=1
    )
    water = DemoWaterHeater("water", "Water", 60, "°C", None, "eco", 1)
    water._attr_max_temp = 80
    car.entity_id, water.entity_id = CAR, WATER
    rooms = climate(
        ROOMS,
        HVACMode.HEAT_COOL,
        target_temperature=None,
        preset="home",
        preset_modes=["home", "eco"],
        target_temp_low=20,
        target_temp_high=24,
        hvac_modes=[HVACMode.HEAT_COOL, HVACMode.OFF],
    )
    platforms = {
        "climate": [climate(HEATING, HVACMode.HEAT), rooms],
        "number": [car],
        "water_heater": [water],
        "todo": [Notes()],
    }
    for domain, entities in platforms.items():
        setup_test_component_platform(hass, domain, entities)
        assert await async_setup_component(hass, domain, {domain: {"platform": "test"}})
    booleans = {"pump": {"name": "Pump", "initial": True}, "heater": {"name": "Heater", "initial": False}}
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": booleans})
    await hass.async_block_till_done()
    await home.show(PEAK, "off")
    return home


def things(home):
    """Return how everything stands."""
    return (
        home.state(PUMP),
        home.state(HEATER),
        home.attribute(HEATING, "temperature"),
        (home.attribute(ROOMS, "target_temp_low"), home.attribute(ROOMS, "target_temp_high")),
        home.attribute(ROOMS, "preset_mode"),
        float(home.state(CAR)),
        home.attribute(WATER, "temperature"),
    )


BEFORE = ("on", "off", 21, (20, 24), "home", 16, 60)
LIMITED = ("off", "off", 19.5, (18.5, 25.5), "home", 6, 45)


async def begin(home, **inputs):
    await home.automate("peak_time_load_shifting", windows=[PEAK], **ALL | inputs)
    await home.show(PEAK, "on")


async def test_during_a_peak_less_is_used_and_then_everything_is_as_it_was(peaks):
    await begin(peaks)
    await peaks.pass_by(minutes=1)
    assert things(peaks) == LIMITED
    assert peaks.done == [
        ("input_boolean.turn_off", PUMP),
        ("climate.set_temperature", HEATING),
        ("climate.set_temperature", ROOMS),
        ("number.set_value", CAR),
        ("water_heater.set_temperature", WATER),
    ]
    assert "uses less during the peak: Pump." in peaks.log
    await peaks.pass_by(hours=1)
    assert len(peaks.done) == 5
    await peaks.show(PEAK, "off")
    await peaks.pass_by(minutes=1)
    assert things(peaks) == BEFORE
    assert len(peaks.done) == 10
    assert "put back as it was: Pump." in peaks.log


async def test_a_preset_takes_the_place_of_degrees_where_there_is_one(peaks):
    await begin(peaks, preset="eco")
    await peaks.pass_by(minutes=1)
    assert things(peaks)[2:5] == (19.5, (20, 24), "eco")
    await peaks.show(PEAK, "off")
    await peaks.pass_by(minutes=1)
    assert things(peaks) == BEFORE


async def test_nothing_goes_below_what_was_allowed(peaks):
    await begin(peaks, lowest=20.5, highest=24, charge_at=1)
    await peaks.pass_by(minutes=1)
    assert things(peaks)[2:4] == (20.5, (20, 24))
    assert things(peaks)[5] == 5


async def test_cooling_gives_way_upwards(peaks, hass):
    await peaks.show("climate.office", "cool", temperature=24, min_temp=7, max_temp=35)
    await begin(peaks, climates=["climate.office"], degrees=6)
    calls = [event.data["service_data"] for event in peaks._calls if event.data["domain"] == "climate"]
    assert calls == [{"entity_id": ["climate.office"], "temperature": 27}]


TOUCHES = [
    ("input_boolean.turn_on", PUMP, {}),
    ("climate.set_temperature", HEATING, {"temperature": 22}),
    ("climate.turn_off", HEATING, {}),
    ("number.set_value", CAR, {"value": 10}),
    ("water_heater.set_temperature", WATER, {"temperature": 50}),
]


@pytest.mark.parametrize(("action", "entity", "data"), TOUCHES)
@pytest.mark.parametrize("and_back", [False, True])
async def test_what_a_hand_touches_is_left_alone_and_not_put_back(peaks, action, entity, data, and_back):
    await begin(peaks)
    await peaks.pass_by(minutes=1)
    limited = dict(peaks.hass.states.get(entity).attributes) | {"state": peaks.state(entity)}
    await peaks.do(action, entity, **data)
    await peaks.pass_by(minutes=1)
    if and_back:
        back = {
            "input_boolean.turn_on": ("input_boolean.turn_off", {}),
            "climate.turn_off": ("climate.turn_on", {}),
            "number.set_value": (action, {"value": 6}),
        }.get(action, (action, {"temperature": limited.get("temperature")}))
        await peaks.do(back[0], entity, **back[1])
    left = peaks.hass.states.get(entity)
    await peaks.pass_by(minutes=10)
    before = peaks.done.count((action, entity))
    await peaks.show(PEAK, "off")
    await peaks.pass_by(minutes=5)
    now = peaks.hass.states.get(entity)
    assert (now.state, now.attributes) == (left.state, left.attributes)
    assert peaks.done.count((action, entity)) == before
    assert sum(message.startswith("left alone, for somebody touched it") for message in peaks.log) == 1
    assert sum(message.startswith("put back as it was") for message in peaks.log) == 4


def listen(peaks):
    """Return the temperatures that thermostats are asked for; nobody does what they are asked."""
    asked = []

    async def hear(call):
        asked.append(call.data["temperature"])

    peaks.hass.services.async_register("climate", "set_temperature", hear)
    return asked


async def test_a_device_that_takes_its_time_is_no_hand(peaks):
    await peaks.show("climate.cloud", "heat", temperature=21, min_temp=7, max_temp=35)
    asked = listen(peaks)
    await begin(peaks, climates=["climate.cloud"])
    await peaks.pass_by(minutes=2)
    await peaks.show("climate.cloud", "heat", temperature=19.5, current_temperature=20)
    await peaks.pass_by(minutes=2)
    await peaks.show("climate.cloud", "heat", temperature=19.5, current_temperature=19.8)
    await peaks.show(PEAK, "off")
    await peaks.pass_by(minutes=1)
    assert asked[:2] == [19.5, 21]


async def test_a_device_that_does_not_listen_is_told_again_but_not_for_ever(peaks):
    await peaks.show("climate.cloud", "heat", temperature=21, min_temp=7, max_temp=35)
    asked = listen(peaks)
    await begin(peaks, climates=["climate.cloud"])
    await peaks.show("climate.cloud", "heat", temperature=19.5)
    await peaks.pass_by(minutes=1)
    await peaks.show(PEAK, "off")
    await peaks.pass_by(minutes=15)
    assert asked == [19.5, *[21] * 6]


async def test_what_cannot_be_reached_is_put_back_when_it_comes_back(peaks):
    await begin(peaks)
    await peaks.pass_by(minutes=1)
    limited = peaks.hass.states.get(CAR)
    await peaks.show(CAR, "unavailable")
    await peaks.pass_by(minutes=5)
    await peaks.show(PEAK, "off")
    await peaks.pass_by(minutes=5)
    assert peaks.done.count(("number.set_value", CAR)) == 1
    await peaks.show(CAR, limited.state, **limited.attributes)
    await peaks.pass_by(minutes=2)
    assert things(peaks) == BEFORE


async def test_a_peak_that_cannot_be_seen_for_a_while_goes_on(peaks):
    await peaks.automate("peak_time_load_shifting", windows=[PEAK], **ALL)
    await peaks.show(PEAK, "on", until=in_(hours=1))
    await peaks.pass_by(minutes=1)
    await peaks.show(PEAK, "unavailable")
    await peaks.pass_by(minutes=5)
    assert things(peaks) == LIMITED
    await peaks.pass_by(minutes=70)
    assert things(peaks) == BEFORE


async def test_peaks_that_overlap_are_one(peaks):
    await peaks.show("calendar.grid", "off")
    await peaks.automate("peak_time_load_shifting", windows=[PEAK, "calendar.grid"], **ALL)
    await peaks.show(PEAK, "on")
    await peaks.pass_by(minutes=10)
    await peaks.show("calendar.grid", "on")
    await peaks.pass_by(minutes=10)
    await peaks.show(PEAK, "off")
    await peaks.pass_by(minutes=10)
    assert things(peaks) == LIMITED
    assert len(peaks.done) == 5
    await peaks.show("calendar.grid", "off")
    await peaks.pass_by(minutes=1)
    assert things(peaks) == BEFORE


async def test_it_acts_in_no_more_peaks_than_it_may_until_the_next_day(peaks, clock):
    await begin(peaks, most=1)
    await peaks.pass_by(minutes=1)
    await peaks.show(PEAK, "off")
    await peaks.pass_by(minutes=10)
    await peaks.show(PEAK, "on")
    await peaks.pass_by(minutes=10)
    assert things(peaks) == BEFORE
    await peaks.show(PEAK, "off")
    clock.move_to(dt_util.utcnow().replace(hour=21, minute=59))
    await peaks.pass_by(minutes=20)
    await peaks.show(PEAK, "on")
    await peaks.pass_by(minutes=1)
    assert things(peaks) == LIMITED


async def test_it_never_lasts_longer_than_it_may(peaks):
    await begin(peaks, longest=0.5)
    await peaks.pass_by(minutes=29)
    assert things(peaks) == LIMITED
    await peaks.pass_by(minutes=2)
    assert things(peaks) == BEFORE
    await peaks.pass_by(minutes=30)
    assert things(peaks) == BEFORE
    await peaks.show(PEAK, "off")
    await peaks.pass_by(minutes=2)
    await peaks.show(PEAK, "on")
    await peaks.pass_by(minutes=1)
    assert things(peaks) == LIMITED


def in_(**time):
    return (dt_util.utcnow() + timedelta(**time)).isoformat()


AHEAD = {"prepare": 30, "charge_before": 32, "water_before": 70, "switches_before": [HEATER]}
READY = ("on", "on", 22, (20, 24), "home", 32, 70)


@pytest.fixture
def announced(peaks):
    """Return what announces an event an hour before it begins."""

    async def announce(answer="yes", **inputs):
        await peaks.show(NEXT, in_(hours=1), until=in_(hours=2), answer=answer)
        await peaks.automate("peak_time_load_shifting", windows=[PEAK], ahead=[NEXT], **ALL | inputs)
        return peaks

    return announce


async def test_it_works_ahead_gives_way_and_puts_back_what_was_at_first(announced):
    home = await announced(**AHEAD)
    await home.pass_by(minutes=29)
    assert things(home) == BEFORE
    await home.pass_by(minutes=2)
    assert things(home) == READY
    await home.pass_by(minutes=29)
    await home.show(NEXT, "unknown")
    await home.show(PEAK, "on", until=in_(hours=1))
    await home.pass_by(minutes=1)
    assert things(home) == LIMITED
    await home.pass_by(minutes=50)
    await home.show(PEAK, "off")
    await home.pass_by(minutes=1)
    assert things(home) == BEFORE


async def test_a_hand_on_what_was_done_ahead_counts_for_the_peak_too(announced):
    home = await announced(**AHEAD)
    await home.pass_by(minutes=40)
    await home.do("number.set_value", CAR, value=20)
    await home.pass_by(minutes=20)
    await home.show(NEXT, "unknown")
    await home.show(PEAK, "on")
    await home.pass_by(minutes=10)
    assert float(home.state(CAR)) == 20
    assert home.state(PUMP) == "off"


async def test_an_event_that_is_called_off_puts_back_what_was_done_ahead(announced, phone):
    home = await announced(**AHEAD, phones=[phone.id])
    await home.pass_by(minutes=40)
    assert things(home) == READY
    await home.show(NEXT, "unknown")
    await home.pass_by(minutes=1)
    assert things(home) == BEFORE
    assert phone.messages[-1] == "clear_notification"


@pytest.mark.parametrize("answer", ["no", None])
async def test_an_event_that_this_home_did_not_join_is_not_its_own(announced, phone, answer):
    home = await announced(answer, **AHEAD, phones=[phone.id])
    await home.pass_by(minutes=59)
    assert things(home) == BEFORE
    assert phone.messages == []


async def test_a_calendar_and_a_schedule_know_what_comes(peaks, phone):
    start = dt_util.as_local(dt_util.utcnow() + timedelta(hours=1))
    await peaks.show("schedule.evening", "off", next_event=start + timedelta(hours=2))
    await peaks.show("calendar.peaks", "off", start_time=f"{start:%Y-%m-%d %H:%M:%S}")
    await peaks.automate(
        "peak_time_load_shifting",
        windows=["calendar.peaks", "schedule.evening"],
        phones=[phone.id],
        announce=20,
        **ALL,
    )
    await peaks.pass_by(minutes=39)
    assert phone.messages == []
    await peaks.pass_by(minutes=2)
    assert phone.messages[0].startswith("Peak from 20:00")


async def test_the_phone_is_told_ahead_and_may_say_not_this_time(announced, phone):
    home = await announced(phones=[phone.id])
    await home.pass_by(minutes=31)
    (told,) = phone.messages
    assert told == "Peak from 20:00 to 21:00. Less is used at home until it is over; then everything is put back."
    await phone.answer(SKIP)
    assert phone.messages[-1] == "clear_notification"
    await home.pass_by(minutes=29)
    await home.show(NEXT, "unknown")
    await home.show(PEAK, "on", until=in_(hours=1))
    await home.pass_by(minutes=10)
    assert things(home) == BEFORE
    assert len(phone.messages) == 2


async def test_not_this_time_in_the_middle_puts_everything_back(announced, phone):
    home = await announced(phones=[phone.id])
    await home.pass_by(minutes=60)
    await home.show(NEXT, "unknown")
    await home.show(PEAK, "on", until=in_(hours=1))
    await home.pass_by(minutes=5)
    assert things(home) == LIMITED
    await phone.answer(SKIP)
    await home.pass_by(minutes=10)
    assert things(home) == BEFORE


async def test_a_peak_that_nobody_foresaw_is_told_when_it_begins(peaks, phone):
    await begin(peaks, phones=[phone.id])
    await peaks.pass_by(minutes=1)
    assert phone.messages[0].startswith("Peak from 19:00. Less is used")
    await peaks.show(PEAK, "off")
    await peaks.pass_by(minutes=1)
    assert phone.messages[-1] == "clear_notification"


async def test_a_restart_in_the_middle_puts_back_what_the_notebook_says(peaks):
    await begin(peaks, notebook=NOTES, most=1)
    await peaks.pass_by(minutes=1)
    assert peaks.state(NOTES) == "1"
    await peaks.turn("off")
    assert things(peaks) == LIMITED
    await peaks.do("number.set_value", CAR, value=10)
    await peaks.turn("on")
    await peaks.pass_by(minutes=6)
    assert len(peaks.done) == 6
    await peaks.show(PEAK, "off")
    await peaks.pass_by(minutes=1)
    assert things(peaks) == (*BEFORE[:5], 10, 60)
    assert peaks.state(NOTES) == "0"
    await peaks.turn("off")
    await peaks.turn("on")
    await peaks.show(PEAK, "on")
    await peaks.pass_by(minutes=1)
    assert things(peaks) == (*BEFORE[:5], 10, 60)


async def test_a_peak_that_ended_during_a_restart_is_put_back_after_it(peaks):
    await begin(peaks, notebook=NOTES)
    await peaks.pass_by(minutes=1)
    await peaks.turn("off")
    await peaks.show(PEAK, "off")
    await peaks.turn("on")
    await peaks.pass_by(minutes=6)
    assert things(peaks) == BEFORE


async def test_without_a_notebook_a_restart_in_the_middle_leaves_things_alone_and_says_so(peaks, hass, phone):
    await peaks.show(PEAK, "on")
    hass.set_state(CoreState.not_running)
    await peaks.automate("peak_time_load_shifting", windows=[PEAK], phones=[phone.id], **ALL)
    await hass.async_start()
    await settle()
    await peaks.pass_by(minutes=10)
    assert things(peaks) == BEFORE
    assert [message.startswith("A restart came") for message in phone.messages] == [True]
    await peaks.show(PEAK, "off")
    await peaks.pass_by(minutes=2)
    await peaks.show(PEAK, "on")
    await peaks.pass_by(minutes=1)
    assert things(peaks) == LIMITED
