"""A zone's flow is what its meter tells, or what follows from its lamps; what nobody knows is not zero."""

from datetime import timedelta

import pytest
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.util import dt as dt_util

from custom_components.sceop.core.slots import SLOT, Span, slot_of
from custom_components.sceop.sources import SourceError
from tests.household.lights.conftest import LAMPS, MORNING, find, live, lose, restart, switch

pytestmark = pytest.mark.usefixtures("lamps")

KWH = {"unit_of_measurement": "kWh", "device_class": "energy", "state_class": "total_increasing"}
WATTS = {"unit_of_measurement": "W", "device_class": "power", "state_class": "measurement"}


def source(entry):
    return entry.runtime_data.things["lobby"].source


async def read(entry):
    reading = await source(entry).read(dt_util.utcnow())
    return reading.watts["light"], reading.counters_mwh["light"]


async def test_the_counter_is_what_the_lamps_used(hass, clock, make_site):
    entry = await make_site()
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(minutes=90))
    assert await read(entry) == (100, 150_000)
    await switch(hass, "off", LAMPS)
    await live(hass, clock, timedelta(minutes=30))
    assert await read(entry) == (0, 150_000)
    assert await source(entry).recall([MORNING]) == ()
    assert await source(entry).past(Span(slot_of(MORNING) - SLOT, slot_of(MORNING))) == {}


async def test_the_counter_survives_a_restart(hass, clock, make_site):
    entry = await make_site()
    await switch(hass, "on", LAMPS, brightness=255)
    await live(hass, clock, timedelta(minutes=90))
    await restart(hass, entry, clock, timedelta(hours=2))
    assert await read(entry) == (100, 150_000)


async def test_lamps_that_nobody_has_seen_yet_are_unknown_and_no_failure(hass, make_site):
    lose(hass, *LAMPS)
    entry = await make_site()
    assert await read(entry) == (None, None)
    find(hass, LAMPS[0], "off")
    assert await read(entry) == (0, 0)
    lose(hass, *LAMPS)
    with pytest.raises(SourceError, match="None of the lights"):
        await read(entry)


async def test_a_meter_of_energy_counts_and_the_lamps_tell_the_power(hass, clock, make_site):
    hass.states.async_set("sensor.circuit", "7.25", KWH)
    entry = await make_site(energy="sensor.circuit")
    await switch(hass, "on", LAMPS, brightness=255)
    assert await read(entry) == (100, 7_250_000)
    hass.states.async_set("sensor.circuit", STATE_UNAVAILABLE, KWH)
    assert await read(entry) == (100, None)
    lose(hass, *LAMPS)
    with pytest.raises(SourceError):
        await read(entry)


async def test_a_meter_of_power_is_summed_up(hass, clock, make_site):
    hass.states.async_set("sensor.circuit", "40", WATTS)
    entry = await make_site(power="sensor.circuit")
    (_, before), at = await read(entry), dt_util.utcnow()
    await live(hass, clock, timedelta(minutes=5), step=timedelta(seconds=10))
    watts, after = await read(entry)
    assert watts == 40
    assert after - before == pytest.approx(40_000 * (dt_util.utcnow() - at) / timedelta(hours=1), abs=1)


async def test_the_sites_channel_of_a_zone_closes_slots(hass, clock, make_site):
    entry = await make_site()
    await switch(hass, "on", LAMPS, brightness=255)
    closed = []

    async def take(slots):
        closed.extend(slots.get("light.lobby", ()))

    entry.runtime_data.coordinator._takers = (take,)
    await live(hass, clock, timedelta(hours=1), step=timedelta(seconds=10))
    assert [slot.wh for slot in closed] == [25, 25, 25, 25]
    assert {slot.quality for slot in closed} == {"measured"}
