"""Hours that are imported in front of a sensor's own join them without a step, in every hour and in the first."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from homeassistant.setup import async_setup_component

from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import SLOT, Span
from custom_components.sceop.own_history import hours_of, write_past
from tests.household.statistics import ENERGY, MONEY, RecordedSensors

BEGAN = datetime(2026, 6, 10, 7, tzinfo=UTC)
ADDED = datetime(2026, 6, 10, 10, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
SENSOR = "sensor.ours"


@pytest.fixture(autouse=True)
def _custom_integrations(recorder_mock, enable_custom_integrations):
    """Begin with the recorder, as Home Assistant does."""


@pytest.fixture
async def sensors(hass, freezer):
    freezer.move_to(ADDED)
    assert await async_setup_component(hass, "sensor", {})
    await hass.async_block_till_done()
    return RecordedSensors(hass, freezer)


def flowed(now, per_hour=600):
    """Return what flowed since the beginning: each hour 6 more than the hour before."""
    seconds = Decimal((now - BEGAN).total_seconds())
    hours = seconds / 3600
    return per_hour * hours + 3 * hours * hours


def hourly(first, last):
    return {
        BEGAN + n * HOUR: flowed(BEGAN + (n + 1) * HOUR) - flowed(BEGAN + n * HOUR)
        for n in range((first - BEGAN) // HOUR, (last - BEGAN) // HOUR)
    }


def expected(*hours):
    return {hour: float(amount) for hour, amount in hourly(BEGAN, hours[-1] + HOUR).items() if hour in hours}


HOURS = [BEGAN + n * HOUR for n in range(6)]
KINDS = pytest.mark.parametrize(
    ("attributes", "unit", "value"),
    [
        (ENERGY, "Wh", lambda now: (Decimal(1_234_567) + flowed(now)) / 1000),
        (MONEY, "EUR", lambda now: Decimal("1234.5") + flowed(now)),
        (MONEY, "EUR", lambda now: Decimal(50) - flowed(now)),
    ],
    ids=["energy", "money", "money that is earned"],
)


def signed(value, amounts):
    """Turn amounts round for a sensor that falls."""
    sign = 1 if value(BEGAN + HOUR) > value(BEGAN) else -1
    return {hour: sign * amount for hour, amount in amounts.items()}


@KINDS
async def test_a_new_sensor_gets_a_past_without_a_step(hass, sensors, attributes, unit, value):
    sensors.add(SENSOR, attributes, value)
    sensors.show()
    since = signed(value, {ADDED: flowed(ADDED) - flowed(BEGAN + 3 * HOUR)})[ADDED]
    assert await write_past(hass, SENSOR, unit, signed(value, hourly(BEGAN, ADDED)), since)
    await sensors.until(datetime(2026, 6, 10, 12, tzinfo=UTC))
    assert await sensors.changes(SENSOR, BEGAN - HOUR) == signed(value, expected(*HOURS[:5]))


@KINDS
async def test_a_sensor_that_was_compiled_within_this_hour_joins_its_past(hass, sensors, attributes, unit, value):
    sensors.add(SENSOR, attributes, value)
    sensors.show()
    await sensors.until(datetime(2026, 6, 10, 10, 21, tzinfo=UTC))
    now = datetime.now(UTC)
    since = signed(value, {now: flowed(now) - flowed(BEGAN + 3 * HOUR)})[now]
    assert await write_past(hass, SENSOR, unit, signed(value, hourly(BEGAN, now)), since)
    await sensors.until(datetime(2026, 6, 10, 12, tzinfo=UTC))
    assert await sensors.changes(SENSOR, BEGAN - HOUR) == signed(value, expected(*HOURS[:5]))


@KINDS
async def test_a_sensor_with_a_past_of_its_own_gets_the_hours_before(hass, sensors, attributes, unit, value):
    sensors.add(SENSOR, attributes, value)
    sensors.show()
    await sensors.until(datetime(2026, 6, 10, 12, 22, tzinfo=UTC))
    wanted = hourly(BEGAN, ADDED + HOUR)  # the hour in which the sensor was added is known in whole as well
    assert await write_past(hass, SENSOR, unit, signed(value, wanted))
    await sensors.until(datetime(2026, 6, 10, 13, tzinfo=UTC))
    assert await sensors.changes(SENSOR, BEGAN - HOUR) == signed(value, expected(*HOURS))


async def test_a_past_can_be_deepened(hass, sensors):
    sensors.add(SENSOR, ENERGY, lambda now: (1000 + flowed(now)) / 1000)
    sensors.show()
    since = flowed(ADDED) - flowed(BEGAN + 3 * HOUR)
    assert await write_past(hass, SENSOR, "Wh", hourly(BEGAN + HOUR, ADDED), since)
    await sensors.until(datetime(2026, 6, 10, 11, 8, tzinfo=UTC))
    assert await write_past(hass, SENSOR, "Wh", hourly(BEGAN, ADDED))
    await sensors.until(datetime(2026, 6, 10, 12, tzinfo=UTC))
    assert await sensors.changes(SENSOR, BEGAN - HOUR) == expected(*HOURS[:5])


async def test_writing_again_changes_nothing(hass, sensors):
    sensors.add(SENSOR, ENERGY, lambda now: (1000 + flowed(now)) / 1000)
    sensors.show()
    since = flowed(ADDED) - flowed(BEGAN + 3 * HOUR)
    assert await write_past(hass, SENSOR, "Wh", hourly(BEGAN, ADDED), since)
    await sensors.until(datetime(2026, 6, 10, 11, 8, tzinfo=UTC))
    wrong = {hour: amount + 7 for hour, amount in hourly(BEGAN + HOUR, ADDED).items()}
    assert await write_past(hass, SENSOR, "Wh", wrong)
    await sensors.until(datetime(2026, 6, 10, 12, tzinfo=UTC))
    assert await sensors.changes(SENSOR, BEGAN - HOUR) == expected(*HOURS[:5])


async def test_hours_that_nobody_knows_stay_gaps(hass, sensors):
    sensors.add(SENSOR, ENERGY, lambda now: (1000 + flowed(now)) / 1000)
    sensors.show()
    known = hourly(BEGAN, ADDED)
    del known[HOURS[1]]
    assert await write_past(hass, SENSOR, "Wh", known, flowed(ADDED) - flowed(BEGAN + 3 * HOUR))
    await sensors.until(datetime(2026, 6, 10, 11, tzinfo=UTC))
    assert await sensors.changes(SENSOR, BEGAN - HOUR) == expected(HOURS[0], HOURS[2], HOURS[3])


async def test_the_running_hour_and_what_comes_are_never_written(hass, sensors):
    sensors.add(SENSOR, ENERGY, lambda now: (1000 + flowed(now)) / 1000)
    sensors.show()
    assert await write_past(hass, SENSOR, "Wh", hourly(BEGAN, ADDED + 3 * HOUR))
    assert max(await sensors.changes(SENSOR, BEGAN - HOUR)) == HOURS[2]


@pytest.mark.parametrize("now", [datetime(2026, 6, 10, 10, 0, 4, tzinfo=UTC), ADDED], ids=["on the hour", "unknown"])
async def test_it_waits_for_what_the_recorder_is_about_to_write(hass, sensors, freezer, now):
    freezer.move_to(now)
    hass.states.async_set(SENSOR, "unknown" if now == ADDED else "7", ENERGY)
    assert not await write_past(hass, SENSOR, "Wh", hourly(BEGAN, now))
    assert await sensors.changes(SENSOR, BEGAN - HOUR) == {}


async def test_another_currency_is_refused(hass, sensors):
    sensors.add(SENSOR, MONEY, flowed)
    sensors.show()
    with pytest.raises(ValueError, match="Statistics in EUR cannot be continued in SEK"):
        await write_past(hass, SENSOR, "SEK", hourly(BEGAN, ADDED))


def test_an_hour_has_all_four_slots():
    slots = [ClosedSlot(start, 25 + n, "imported") for n, start in enumerate(Span(BEGAN, BEGAN + 2 * HOUR))]
    assert hours_of(slots) == {BEGAN: 106, BEGAN + HOUR: 122}
    assert hours_of(slot for slot in slots if slot.start != BEGAN + SLOT) == {BEGAN + HOUR: 122}
