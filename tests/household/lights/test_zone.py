"""A zone counts what its lamps do, and survives what happens to them."""

from datetime import UTC, datetime, timedelta

import pytest
from homeassistant.const import STATE_UNAVAILABLE

from custom_components.sceop.core.lighting import Who
from custom_components.sceop.core.slots import local_midnight
from tests.household.lights.conftest import LAMPS, MINUTE, MORNING, find, live, lose, restart, switch, zone

LIGHT, AFTER = "light.lobby", "binary_sensor.lobby_lit_after_hours"
pytestmark = pytest.mark.usefixtures("lamps")


def shown(hass, key):
    return float(hass.states.get(f"sensor.lobby_{key}").state)


def lobby(entry):
    return entry.runtime_data.zones["lobby"]


def everything(entry):
    return lobby(entry).sessions(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


async def test_lit_time_and_energy_of_a_day(hass, clock, make_site):
    await make_site()
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(hours=2))
    assert shown(hass, "lit_today") == 2
    assert shown(hass, "energy_today") == 0.2
    assert shown(hass, "energy_after_hours_today") == 0
    await switch(hass, "off", LAMPS)
    await live(hass, clock, timedelta(hours=2))
    assert shown(hass, "lit_today") == 2


async def test_a_dimmed_lamp_counts_by_its_brightness_and_one_of_two_for_half(hass, clock, make_site):
    await make_site(rated_w=255)
    await switch(hass, "on", LAMPS[:1], brightness=128)
    await live(hass, clock, timedelta(hours=1))
    assert lobby_w(hass) == 64
    assert shown(hass, "energy_today") == 0.064


def lobby_w(hass):
    return float(hass.states.get("sensor.lobby_power").state)


async def test_after_hours_begin_without_anybody_touching_a_lamp(hass, clock, make_site):
    await make_site()
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(hours=5, minutes=59))
    assert hass.states.get(AFTER).state == "off"
    await live(hass, clock, MINUTE)
    state = hass.states.get(AFTER)
    assert state.state == "on"
    assert state.attributes["since"] == "2026-06-10T16:00:00+00:00"
    assert state.attributes["contracted_hours"] == ["mon, tue, wed, thu, fri 08:00-18:00"]
    await live(hass, clock, timedelta(hours=1))
    assert (shown(hass, "lit_after_hours_today"), shown(hass, "lit_today")) == (1, 7)
    assert shown(hass, "energy_after_hours_this_month") == 0.1


async def test_midnight_begins_a_new_day_and_leaves_the_month(hass, clock, make_site):
    await make_site()
    clock.move_to(datetime(2026, 6, 10, 21, 30, tzinfo=UTC))
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(hours=1))
    assert shown(hass, "lit_today") == 0.5
    assert hass.states.get("sensor.lobby_lit_today").attributes["last_reset"] == "2026-06-10T22:00:00+00:00"
    assert shown(hass, "energy_after_hours_this_month") == 0.1


@pytest.mark.parametrize("start", [datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)])
async def test_a_clock_change_adds_and_drops_nothing(hass, clock, make_site, start):
    entry = await make_site(hours=[{"days": ["sat"], "from": "20:00:00", "to": "03:00:00"}])
    clock.move_to(start)
    await live(hass, clock, MINUTE)
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(hours=8), step=timedelta(minutes=5))
    session = lobby(entry).running
    assert session.seconds() == 8 * 3600
    assert session.mwh() == 800_000
    three = local_midnight(start.date() + timedelta(days=1), lobby(entry).tenancy.timetable.zone)
    three += timedelta(hours=2 if start.month == 3 else 4)
    assert session.inside_s == (three - session.start).total_seconds()


async def test_cleaning_is_neither_contracted_nor_after_hours(hass, clock, make_site):
    entry = await make_site(cleaning=[{"days": ["wed"], "from": "19:00:00", "to": "20:00:00"}])
    clock.move_to(datetime(2026, 6, 10, 17, 10, tzinfo=UTC))
    await live(hass, clock, MINUTE)
    await switch(hass, "on", LAMPS)
    await live(hass, clock, timedelta(minutes=30))
    assert lobby(entry).running.cause.who is Who.CLEANING
    assert hass.states.get(AFTER).state == "off"
    assert shown(hass, "lit_after_hours_today") == 0
    await live(hass, clock, timedelta(minutes=30))
    assert hass.states.get(AFTER).state == "on"


async def test_a_missing_lamp_is_named_and_the_zone_goes_on(hass, clock, make_site):
    await make_site()
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, MINUTE)
    lose(hass, LAMPS[0])
    await live(hass, clock, timedelta(hours=1))
    state = hass.states.get(LIGHT)
    assert (state.state, state.attributes["missing"]) == ("on", [LAMPS[0]])
    assert lobby_w(hass) == 50
    assert shown(hass, "energy_today") == pytest.approx(0.051, abs=0.001)


async def test_25_hours_without_any_lamp_are_unavailable_and_not_lit(hass, clock, make_site):
    entry = await make_site()
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(minutes=30))
    lose(hass, *LAMPS)
    await live(hass, clock, timedelta(hours=25))
    assert hass.states.get(LIGHT).state == STATE_UNAVAILABLE
    assert hass.states.get("sensor.lobby_power").state == STATE_UNAVAILABLE
    for lamp in LAMPS:
        find(hass, lamp, brightness=255)
    await hass.async_block_till_done()
    first, second = everything(entry)
    assert (first.end, first.seconds()) == (MORNING + timedelta(minutes=30), 1800)
    assert (second.cause.who, second.seconds()) == (Who.UNKNOWN, 0)


async def test_a_short_loss_of_the_lamps_does_not_end_the_session(hass, clock, make_site):
    entry = await make_site(lights=LAMPS[:1])
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(minutes=30))
    lose(hass, *LAMPS)
    await live(hass, clock, timedelta(minutes=5))
    find(hass, LAMPS[0], brightness=255)
    await live(hass, clock, timedelta(minutes=5))
    (session,) = everything(entry)
    assert (session.seconds(), session.mwh()) == (40 * 60, 40 * 100_000 // 60)


@pytest.mark.parametrize("away", [timedelta(minutes=2), timedelta(minutes=9)])
async def test_a_restart_goes_on_with_the_session(hass, clock, make_site, away):
    entry = await make_site()
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(minutes=30))
    await restart(hass, entry, clock, away)
    await live(hass, clock, timedelta(minutes=10))
    (session,) = everything(entry)
    assert session.seconds() == 40 * 60 + away.total_seconds()
    assert shown(hass, "energy_today") == pytest.approx(session.mwh() / 1e6, abs=0.001)


async def test_a_restart_that_took_long_ends_the_session_when_it_was_seen_last(hass, clock, make_site):
    entry = await make_site()
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(minutes=30))
    await restart(hass, entry, clock, timedelta(hours=1))
    first, second = everything(entry)
    assert (first.seconds(), second.seconds()) == (1800, 0)
    assert second.start == MORNING + timedelta(minutes=90)


async def test_a_restart_after_which_the_lamps_are_off(hass, clock, make_site):
    entry = await make_site()
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(minutes=30))
    assert await hass.config_entries.async_unload(entry.entry_id)
    await switch(hass, "off", LAMPS)
    await restart_loaded(hass, entry, clock)
    (session,) = everything(entry)
    assert session.seconds() == 1800


async def restart_loaded(hass, entry, clock):
    clock.tick(timedelta(minutes=3))
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def test_lamps_that_appear_late_after_a_restart(hass, clock, make_site):
    entry = await make_site()
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(minutes=30))
    assert await hass.config_entries.async_unload(entry.entry_id)
    lose(hass, *LAMPS)
    await restart_loaded(hass, entry, clock)
    assert hass.states.get(LIGHT).state == STATE_UNAVAILABLE
    await live(hass, clock, timedelta(minutes=2))
    find(hass, LAMPS[0], brightness=255)
    await live(hass, clock, timedelta(minutes=5))
    (session,) = everything(entry)
    assert session.seconds() == 40 * 60


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_clock_that_leaps_by_an_hour(hass, clock, make_site, hours):
    entry = await make_site()
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(minutes=90))
    clock.tick(timedelta(hours=hours))
    await switch(hass, "on", LAMPS, brightness=254)
    await live(hass, clock, timedelta(minutes=10))
    assert sum(session.seconds() for session in everything(entry)) == 100 * 60
    assert all(part.seconds >= 0 and part.mws >= 0 for session in everything(entry) for part in session.parts)


async def test_a_meter_of_power_takes_the_place_of_the_rated_watts(hass, clock, make_site):
    unit = {"unit_of_measurement": "W", "device_class": "power", "state_class": "measurement"}
    hass.states.async_set("sensor.circuit", "40", unit)
    entry = await make_site(power="sensor.circuit")
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(minutes=30))
    hass.states.async_set("sensor.circuit", "60", unit)
    await live(hass, clock, timedelta(minutes=30))
    (session,) = everything(entry)
    assert (session.mwh(), session.measured) == (50_000, True)
    assert hass.states.get(LIGHT).attributes["energy"] == "measured"
    hass.states.async_set("sensor.circuit", STATE_UNAVAILABLE, unit)
    await live(hass, clock, timedelta(minutes=30))
    (session,) = everything(entry)
    assert (session.mwh(), session.measured) == (100_000, False)


async def test_what_a_meter_of_energy_counts_takes_the_place_of_the_estimates(hass, clock, make_site):
    unit = {"unit_of_measurement": "kWh", "device_class": "energy", "state_class": "total_increasing"}
    hass.states.async_set("sensor.circuit", "7.00", unit)
    entry = await make_site(energy="sensor.circuit")
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(minutes=30))
    await switch(hass, "off", LAMPS)
    (session,) = everything(entry)
    assert (session.mwh(), session.measured) == (50_000, False)
    await live(hass, clock, timedelta(minutes=1))
    hass.states.async_set("sensor.circuit", "7.04", unit)
    await hass.async_block_till_done()
    (session,) = everything(entry)
    assert (session.mwh(), session.measured) == (40_000, True)


async def test_a_renamed_lamp_stays_in_its_zone(hass, clock, make_site, entity_registry):
    ids = [entity_registry.async_get(lamp).id for lamp in LAMPS]
    await make_site(lights=ids)
    entity_registry.async_update_entity(LAMPS[0], new_entity_id="light.hall")
    await live(hass, clock, MINUTE)
    await switch(hass, "on", ["light.hall"])
    assert hass.states.get(LIGHT).state == "on"
    assert hass.states.get(LIGHT).attributes["entity_id"] == ["light.hall", LAMPS[1]]


async def test_the_running_figures_move_once_a_minute(hass, clock, make_site):
    await make_site()
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, MINUTE)
    before = shown(hass, "lit_today")
    clock.tick(30)
    await switch(hass, "on", LAMPS, brightness=100)
    assert shown(hass, "lit_today") == before


async def test_two_zones_are_apart(hass, clock, make_site):
    entry = await make_site(zones=[zone(lights=LAMPS[:1]), zone("attic", lights=LAMPS[1:])])
    await switch(hass, "on", LAMPS[:1])
    await live(hass, clock, MINUTE)
    assert hass.states.get("light.attic").state == "off"
    assert entry.runtime_data.zones["attic"].running is None


async def test_everything_belongs_to_the_zones_device(hass, clock, make_site, entity_registry, device_registry):
    entry = await make_site()
    device = device_registry.async_get(entity_registry.async_get(LIGHT).device_id)
    assert device.name == "Lobby"
    assert device.via_device_id == entry.runtime_data.device_id
    entities = [e for e in entity_registry.entities.values() if e.config_subentry_id == "lobby"]
    assert len(entities) == 11
    assert {entity.device_id for entity in entities} == {device.id}
