"""Any sensor of energy or power makes slots that are true, whatever happens to it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, STATE_UNAVAILABLE
from homeassistant.core import CoreState
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.slots import SLOT, local_midnight
from custom_components.sceop.sources import STATE_OF_CHARGE
from custom_components.sceop.things import ThingKind
from tests.household.sources.sensors import DAILY, ENERGY, POWER, ReadThing, grid_meter, thing

START = datetime(2026, 6, 10, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
IMPORT, EXPORT = "sensor.meter_import", "sensor.meter_export"
ONLY_IMPORT = grid_meter(energy={"grid_import": [IMPORT]})
BY_POWER = grid_meter(power={"grid_import": "sensor.power"})


@pytest.fixture
def entry(hass):
    entry = MockConfigEntry(domain=DOMAIN, entry_id="site")
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def make(hass, entry, freezer):
    """Return a thing that is open, at noon."""
    made = []

    async def open_(of):
        meter = ReadThing(hass, entry, freezer, of)
        await meter.open()
        made.append(meter)
        return meter

    freezer.move_to(START)
    yield open_
    for meter in made:
        meter.source._stop_listening()


def kwh(wh):
    return Decimal(wh) / 1000


def steady(meter, watts, entity=IMPORT, began=START, attributes=ENERGY):
    """Return a meter that counts evenly, to a whole Wh, at every reading."""
    return lambda now: meter.show(entity, kwh(int(watts * ((now - began) / HOUR))), attributes)


def assert_even(meter, slots):
    """Every slot is there; a whole Wh more or less is what a counter that shows whole Wh leaves open."""
    assert sum(meter.wh("grid_import")) == 250 * slots
    assert len(meter.wh("grid_import")) == slots
    assert set(meter.wh("grid_import")) <= {249, 250, 251}


async def test_energy_makes_measured_slots(make):
    meter = await make(ONLY_IMPORT)
    meter.show(IMPORT, 0)
    await meter.read()
    await meter.run(HOUR, show=steady(meter, 1000))
    assert [(slot.wh, slot.quality) for slot in meter.closed["grid_import"]] == [(250, "measured")] * 4
    assert meter.reading.watts == {"grid_import": None, "grid_export": None}
    assert meter.reading.counters_mwh == {"grid_import": 1_000_000, "grid_export": None}


async def test_two_tariffs_add_up(make):
    meter = await make(grid_meter(energy={"grid_import": ["sensor.low", "sensor.high"]}))
    meter.show("sensor.low", "1000.001")
    await meter.read()
    assert meter.error == "sensor.high, sensor.low shows nothing at the moment."
    meter.show("sensor.high", "2000.002")
    await meter.read()
    assert meter.reading.counters_mwh["grid_import"] == 3_000_003_000


async def test_power_that_stays_the_same_is_summed_for_as_long_as_its_sensor_is_there(make):
    meter = await make(BY_POWER)
    meter.show("sensor.power", 999, POWER)
    await meter.read()
    await meter.run(2 * HOUR)
    assert meter.wh("grid_import") == [249, 250, 250, 250] * 2
    assert {slot.quality for slot in meter.closed["grid_import"]} == {"measured"}
    assert meter.reading.watts["grid_import"] == 999


async def test_power_counts_from_the_moment_it_changes(make, freezer):
    meter = await make(BY_POWER)
    meter.show("sensor.power", 0, POWER)
    await meter.read()
    freezer.tick(3)
    meter.show("sensor.power", "3.6", POWER | {"unit_of_measurement": "kW"})
    await meter.hass.async_block_till_done()
    freezer.tick(7)
    await meter.read()
    assert meter.reading.counters_mwh["grid_import"] == 7000


async def test_power_that_is_away_for_minutes_is_held_and_for_longer_leaves_a_gap(make):
    meter = await make(BY_POWER)
    meter.show("sensor.power", 1200, POWER)
    await meter.read()
    await meter.run(10 * MINUTE)
    meter.show("sensor.power", STATE_UNAVAILABLE, {})
    await meter.run(4 * MINUTE)
    assert meter.reading.watts["grid_import"] is None
    meter.show("sensor.power", 1200, POWER)
    await meter.run(21 * MINUTE)
    meter.show("sensor.power", STATE_UNAVAILABLE, {})
    await meter.run(6 * MINUTE)
    assert meter.error == "sensor.power shows nothing at the moment."
    meter.show("sensor.power", 1200, POWER)
    await meter.run(24 * MINUTE)
    assert [(slot.start - START) // SLOT for slot in meter.closed["grid_import"]] == [0, 1, 3]
    assert meter.wh("grid_import") == [300] * 3


@pytest.mark.parametrize("inverted", [False, True])
async def test_one_sensor_may_tell_both_directions(make, inverted):
    both = {"signed_power": "sensor.power", "inverted": inverted}
    meter = await make(grid_meter(**both))
    battery = ReadThing(meter.hass, meter.entry, meter.freezer, thing(ThingKind.BATTERY, **both))
    await battery.open()
    sign = -1 if inverted else 1
    for watts, expected in ((sign * 500, (500, 0)), (sign * -700, (0, 700)), (0, (0, 0))):
        meter.show("sensor.power", watts, POWER)
        await meter.read()
        await battery.read()
        assert tuple(meter.reading.watts.values()) == expected
        assert tuple(battery.reading.watts.values()) == expected
        await meter.run(HOUR, MINUTE)
    assert (meter.total_mwh("grid_import"), meter.total_mwh("grid_export")) == (500_000, 700_000)
    battery.source._stop_listening()


async def test_a_flow_s_own_sensor_goes_before_the_common_one(make):
    meter = await make(grid_meter(signed_power="sensor.both", inverted=False, power={"grid_import": "sensor.power"}))
    meter.show("sensor.both", -50, POWER)
    meter.show("sensor.power", 10, POWER)
    await meter.read()
    assert meter.reading.watts == {"grid_import": 10, "grid_export": 50}


async def test_a_battery_tells_how_full_it_is(make):
    meter = await make(
        thing(ThingKind.BATTERY, signed_power="sensor.power", inverted=False, state_of_charge="sensor.soc")
    )
    meter.show("sensor.power", 5, POWER)
    await meter.read()
    assert meter.reading.facts == {}
    meter.show("sensor.soc", "56.5", {"unit_of_measurement": "%"})
    await meter.read()
    assert meter.reading.facts == {STATE_OF_CHARGE: 56.5}


async def test_a_meter_that_is_read_once_an_hour_is_spread_over_its_hour(make):
    meter = await make(ONLY_IMPORT)

    def hourly(now):
        meter.show(IMPORT, (now - START) // HOUR)

    hourly(START)
    await meter.read()
    await meter.run(6 * HOUR, MINUTE, hourly)
    later = meter.closed["grid_import"][8:]
    assert {slot.wh for slot in later} == {250}
    assert meter.total_mwh("grid_import") == 6_000_000


async def test_a_midnight_between_two_readings_is_not_lost(make, freezer):
    meter = await make(grid_meter(energy={"grid_import": [IMPORT]}))
    midnight = START + 6 * HOUR
    meter.show(IMPORT, 5, DAILY | {"last_reset": (midnight - 24 * HOUR).isoformat()})
    await meter.read()
    freezer.tick(6 * HOUR - timedelta(seconds=3))
    meter.show(IMPORT, "5.004", DAILY | {"last_reset": (midnight - 24 * HOUR).isoformat()})
    freezer.tick(3)
    meter.show(IMPORT, 0, DAILY | {"last_reset": midnight.isoformat()})
    freezer.tick(3)
    meter.show(IMPORT, "0.002", DAILY | {"last_reset": midnight.isoformat()})
    await meter.read()
    assert meter.reading.counters_mwh["grid_import"] == 5_006_000


async def test_a_change_of_unit_is_no_leap(make):
    meter = await make(ONLY_IMPORT)
    meter.show(IMPORT, "12.5")
    await meter.read()
    meter.show(IMPORT, "12501", ENERGY | {"unit_of_measurement": "Wh"})
    await meter.run(timedelta(seconds=10))
    assert meter.reading.counters_mwh["grid_import"] == 12_501_000
    meter.show(IMPORT, "12.502", {key: value for key, value in ENERGY.items() if key != "unit_of_measurement"})
    await meter.run(timedelta(seconds=10))
    assert meter.error == f"{IMPORT} shows nothing at the moment."


@pytest.mark.parametrize("value", ["unavailable", "unknown", "nan", "inf", "1e999", "twelve", "", "-5"])
async def test_what_is_no_figure_never_enters(make, value):
    meter = await make(ONLY_IMPORT)
    meter.show(IMPORT, value)
    await meter.read()
    assert meter.error == f"{IMPORT} shows nothing at the moment."
    meter.show(IMPORT, 7)
    await meter.read()
    meter.show(IMPORT, value)
    await meter.run(timedelta(seconds=10))
    assert meter.reading is None
    meter.show(IMPORT, 8)
    await meter.run(timedelta(seconds=10))
    assert meter.total_mwh("grid_import") == 8_000_000


async def test_one_flow_that_is_away_leaves_the_other(make):
    meter = await make(grid_meter(energy={"grid_import": [IMPORT], "grid_export": [EXPORT]}))
    meter.show(IMPORT, 7)
    await meter.read()
    assert meter.reading.counters_mwh == {"grid_import": 7_000_000, "grid_export": None}


async def test_a_new_name_is_followed(make, hass):
    registry = er.async_get(hass)
    kept = registry.async_get_or_create("sensor", "test", "1", object_id_base="meter_import")
    meter = await make(grid_meter(energy={"grid_import": [kept.id]}))
    meter.show(IMPORT, 1)
    await meter.read()
    registry.async_update_entity(IMPORT, new_entity_id="sensor.renamed")
    hass.states.async_remove(IMPORT)
    await meter.run(timedelta(seconds=10), show=lambda _now: meter.show("sensor.renamed", 2))
    assert meter.total_mwh("grid_import") == 2_000_000
    registry.async_remove("sensor.renamed")
    await meter.run(timedelta(seconds=10))
    assert meter.error == "sensor.renamed was removed from Home Assistant. Choose another one for this thing."


async def test_a_restart_in_which_the_sensor_first_shows_its_memory(make):
    meter = await make(ONLY_IMPORT)
    meter.show(IMPORT, 0)
    await meter.read()
    await meter.run(HOUR, show=steady(meter, 1000))
    await meter.restart(3 * HOUR, lambda: meter.show(IMPORT, 1))
    await meter.run(2 * MINUTE, show=lambda _now: meter.show(IMPORT, 1))
    await meter.run(HOUR - 2 * MINUTE, show=steady(meter, 1000))
    assert_even(meter, 20)


async def test_an_integration_that_begins_anew_first_shows_its_memory(make, freezer):
    meter = await make(ONLY_IMPORT)
    meter.show(IMPORT, 0)
    await meter.read()
    await meter.run(HOUR, show=steady(meter, 1000))
    meter.show(IMPORT, STATE_UNAVAILABLE, {})
    await meter.run(HOUR, MINUTE)
    await meter.run(2 * MINUTE, show=lambda _now: meter.show(IMPORT, 1))
    await meter.run(HOUR - 2 * MINUTE, show=steady(meter, 1000))
    assert_even(meter, 12)


async def test_a_midnight_during_a_restart_is_counted_once(make):
    meter = await make(ONLY_IMPORT)
    reset = {"last_reset": START.isoformat()}
    meter.show(IMPORT, 5, DAILY | reset)
    await meter.read()
    await meter.run(MINUTE)
    after = DAILY | {"last_reset": (START + 12 * HOUR).isoformat()}
    await meter.restart(13 * HOUR, lambda: meter.show(IMPORT, 6, after))
    await meter.run(MINUTE)
    assert meter.total_mwh("grid_import") == 11_000_000


async def test_power_goes_on_after_a_short_restart_and_leaves_a_gap_after_a_long_one(make):
    meter = await make(BY_POWER)
    meter.show("sensor.power", 1200, POWER)
    await meter.read()
    await meter.run(20 * MINUTE)
    await meter.restart(3 * MINUTE)
    await meter.run(7 * MINUTE)
    assert meter.wh("grid_import") == [300, 300]
    await meter.restart(2 * HOUR)
    await meter.run(30 * MINUTE)
    assert [(slot.start - START) // SLOT for slot in meter.closed["grid_import"]] == [0, 1, 11]


async def test_what_a_restart_must_know_is_written_when_home_assistant_stops(make, hass, hass_storage):
    meter = await make(ONLY_IMPORT)
    meter.show(IMPORT, 5)
    await meter.read()
    hass.set_state(CoreState.final_write)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    kept = hass_storage["sceop.site.thing1.counters"]["data"]["counters"]
    assert kept[IMPORT]["shown"]["mwh"] == 5_000_000


async def test_a_reset_is_written_at_once_so_that_a_crash_does_not_forget_it(make, hass_storage):
    meter = await make(ONLY_IMPORT)
    for value in (5, 0):
        meter.show(IMPORT, value)
        await meter.read()
    async_fire_time_changed(meter.hass)
    await meter.hass.async_block_till_done()
    kept = hass_storage["sceop.site.thing1.counters"]["data"]["counters"]
    assert kept[IMPORT]["carried_mwh"] == 5_000_000


async def test_a_day_and_an_hour_without_a_word(make):
    meter = await make(ONLY_IMPORT)
    meter.show(IMPORT, 0)
    await meter.read()
    await meter.run(HOUR, show=steady(meter, 1000))
    meter.show(IMPORT, STATE_UNAVAILABLE, {})
    await meter.run(25 * HOUR, 5 * MINUTE)
    await meter.run(HOUR, show=steady(meter, 1000))
    assert_even(meter, 108)
    silent = meter.closed["grid_import"][5:-5]
    assert {slot.quality for slot in silent} == {"estimated"}


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
async def test_a_clock_that_jumps_loses_no_energy(make, freezer, jump):
    meter = await make(ONLY_IMPORT)
    meter.show(IMPORT, 0)
    await meter.read()
    await meter.run(HOUR, show=steady(meter, 1000))
    freezer.tick(jump)
    await meter.run(HOUR, show=steady(meter, 1000, began=START + jump))
    assert meter.total_mwh("grid_import") == 2_000_000
    assert all(slot.wh >= 0 for slot in meter.closed["grid_import"])
    starts = [slot.start for slot in meter.closed["grid_import"]]
    assert meter.wh("grid_import")[-2:] == [250, 250]
    assert jump < timedelta() or starts == sorted(starts)


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
async def test_a_clock_that_jumps_makes_no_power_up(make, freezer, jump):
    meter = await make(BY_POWER)
    meter.show("sensor.power", 1000, POWER)
    await meter.read()
    await meter.run(HOUR)
    freezer.tick(jump)
    await meter.run(HOUR)
    assert 1_990_000 <= meter.total_mwh("grid_import") <= 2_000_000


async def test_a_meter_that_is_replaced_in_the_middle_of_a_day(make):
    meter = await make(ONLY_IMPORT)
    meter.show(IMPORT, "45678.9")
    await meter.read()
    began = START - 45_678_900 * HOUR / 1000
    await meter.run(HOUR, show=steady(meter, 1000, began=began))
    await meter.run(HOUR, show=steady(meter, 1000, began=START + HOUR))
    assert meter.total_mwh("grid_import") == 45_680_900_000
    assert meter.wh("grid_import") == [250] * 8


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Amsterdam", date(2026, 3, 28)),
        ("Europe/Amsterdam", date(2026, 10, 24)),
        ("America/New_York", date(2026, 3, 7)),
        ("America/New_York", date(2026, 10, 31)),
    ],
)  # fmt: skip
async def test_both_nights_on_which_clocks_change(make, hass, freezer, zone, day):
    await hass.config.async_set_time_zone(zone)
    midnights = [local_midnight(day + timedelta(days=n), ZoneInfo(zone)) for n in range(4)]
    freezer.move_to(midnights[0])
    meter = await make_at(make, freezer, midnights[0])

    def show(now):
        begun = [midnight for midnight in midnights if midnight <= now]
        for midnight in begun[-2:] if now in begun else begun[-1:]:  # a day's last figure, then the new day's first
            reset = DAILY | {"last_reset": dt_util.as_local(midnight).isoformat()}
            meter.show(IMPORT, kwh(int(733 * ((now - midnight) / HOUR))), reset)
        meter.show("sensor.power", 733, POWER)

    show(midnights[0])
    await meter.read()
    await meter.run(midnights[3] - midnights[0], MINUTE, show)
    hours = (midnights[3] - midnights[0]) // HOUR
    assert hours in (71, 73)
    assert sum(meter.wh("grid_import")) == 733 * hours
    assert sum(meter.wh("grid_export")) == 733 * hours
    slots = [slot.start for slot in meter.closed["grid_import"]]
    assert slots == [midnights[0] + n * SLOT for n in range(4 * hours)]
    assert {*meter.wh("grid_import"), *meter.wh("grid_export")} <= {182, 183, 184}


async def make_at(make, freezer, instant):
    meter = await make(grid_meter(energy={"grid_import": [IMPORT]}, power={"grid_export": "sensor.power"}))
    freezer.move_to(instant)
    return meter
