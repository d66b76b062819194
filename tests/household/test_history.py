"""What the recorder knows of other sensors becomes slots: exact where it can be, split and marked where not."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from hypothesis import given, strategies as st
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.slots import SLOT, Span, local_midnight
from custom_components.sceop.history import _changes, _slots, _whole
from custom_components.sceop.own_history import _drained, hours_of
from custom_components.sceop.sources.entity import EntitySource
from custom_components.sceop.things import ThingKind
from tests.household.sources.sensors import grid_meter, thing
from tests.household.statistics import DAILY, ENERGY, POWER, RecordedSensors

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENSOR = "sensor.meter"


@pytest.fixture(autouse=True)
def _custom_integrations(recorder_mock, enable_custom_integrations):
    """Begin with the recorder, as Home Assistant does."""


@pytest.fixture
async def sensors(hass, freezer):
    freezer.move_to(NOON)
    assert await async_setup_component(hass, "sensor", {})
    await hass.async_block_till_done()
    return RecordedSensors(hass, freezer)


def past(hass, of, start, end):
    return EntitySource.create(hass, MockConfigEntry(domain=DOMAIN), of).past(Span(start, end))


METER = grid_meter(energy={"grid_import": [SENSOR]})


def counted(now):
    return (Decimal(7_000_000) + 997 * Decimal((now - NOON).total_seconds()) / 3600) / 1000


async def import_hours(hass, name, wh, first, *, has_sum=True):
    """Let the recorder have hours of a sensor from before its five-minute rows."""
    meta = {
        "statistic_id": name,
        "source": "recorder",
        "name": None,
        "has_sum": has_sum,
        "mean_type": StatisticMeanType.NONE if has_sum else StatisticMeanType.ARITHMETIC,
        "unit_class": "energy" if has_sum else "power",
        "unit_of_measurement": "kWh" if has_sum else "kW",
    }
    rows, total = [], 10_000
    for number, amount in enumerate(wh):
        if amount is None:
            continue
        total += amount
        row = {"sum": total / 1000} if has_sum else {"mean": amount / 1000, "min": 0, "max": 9}
        rows.append({"start": first + number * HOUR, **row})
    async_import_statistics(hass, meta, rows)
    await _drained(hass)


async def test_five_minute_rows_make_exact_slots(hass, sensors):
    sensors.add(SENSOR, ENERGY, counted)
    sensors.show()
    await sensors.until(NOON + 3 * HOUR)
    slots = (await past(hass, METER, NOON, NOON + 3 * HOUR))["grid_import"]
    first = slots[0].start
    assert first == NOON + SLOT  # of the very first row nobody knows when it began
    assert [slot.start for slot in slots] == list(Span(first, NOON + 3 * HOUR))
    assert {slot.quality for slot in slots} == {"imported"}
    assert sum(slot.wh for slot in slots) == 997 * 11 // 4
    assert {slot.wh for slot in slots} == {249, 250}


async def test_hours_are_split_and_marked_and_gaps_stay_gaps(hass, sensors):
    await import_hours(hass, SENSOR, [5000, 1003, None, 1001, 402, -50, 8], NOON)
    slots = (await past(hass, METER, NOON - DAY, NOON + DAY))["grid_import"]
    assert hours_of(slots) == {NOON + HOUR: 1003, NOON + 4 * HOUR: 402, NOON + 6 * HOUR: 8}
    assert {slot.quality for slot in slots} == {"estimated"}
    assert [slot.wh for slot in slots][:4] == [250, 251, 251, 251]


async def test_hours_join_five_minutes(hass, sensors):
    await import_hours(hass, SENSOR, [500, 600, 700], NOON - 3 * HOUR)
    sensors.add(SENSOR, ENERGY, counted)
    sensors.show()
    await sensors.until(NOON + 2 * HOUR)
    slots = (await past(hass, METER, NOON - DAY, NOON + DAY))["grid_import"]
    qualities = {slot.start: slot.quality for slot in slots}
    assert qualities[NOON - 2 * HOUR] == "estimated"
    assert qualities[NOON + HOUR] == "imported"
    assert hours_of(slots)[NOON - 2 * HOUR] == 600


async def test_mean_power_is_energy_in_one_direction(hass, sensors):
    await import_hours(hass, "sensor.power", [800, -403, None, 0], NOON, has_sum=False)
    both = grid_meter(signed_power="sensor.power", inverted=False)
    slots = await past(hass, both, NOON - DAY, NOON + DAY)
    assert hours_of(slots["grid_import"]) == {NOON: 800, NOON + HOUR: 0, NOON + 3 * HOUR: 0}
    assert hours_of(slots["grid_export"]) == {NOON: 0, NOON + HOUR: 403, NOON + 3 * HOUR: 0}
    assert {slot.quality for slot in slots["grid_import"]} == {"estimated"}


async def test_recorded_power_is_energy(hass, sensors):
    sensors.add("sensor.power", POWER, lambda _now: 1234)
    sensors.show()
    await sensors.until(NOON + HOUR)
    of = thing(ThingKind.PRODUCTION, power={"production": "sensor.power"})
    slots = (await past(hass, of, NOON, NOON + HOUR))["production"]
    assert [slot.wh for slot in slots] == [308, 309, 308, 309]


async def test_two_tariffs_are_known_only_together(hass, sensors):
    await import_hours(hass, "sensor.low", [1, 100, 200, 300], NOON)
    await import_hours(hass, "sensor.high", [1, 10, 20], NOON)
    of = grid_meter(energy={"grid_import": ["sensor.low", "sensor.high"]})
    slots = (await past(hass, of, NOON, NOON + DAY))["grid_import"]
    assert hours_of(slots) == {NOON + HOUR: 110, NOON + 2 * HOUR: 220}


async def test_who_was_never_recorded_has_no_past(hass, sensors):
    assert await past(hass, METER, NOON - DAY, NOON) == {}


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Amsterdam", date(2026, 3, 29)),
        ("Europe/Amsterdam", date(2026, 10, 25)),
        ("America/New_York", date(2026, 3, 8)),
        ("America/New_York", date(2026, 11, 1)),
    ],
)
async def test_a_day_of_another_length_has_its_own_hours(hass, sensors, freezer, zone, day):
    await hass.config.async_set_time_zone(zone)
    begin, end = (local_midnight(day + timedelta(days=n), ZoneInfo(zone)) for n in (0, 1))
    freezer.move_to(begin - HOUR)

    def daily(now):
        midnight = begin if now > begin else begin - DAY  # what is told at midnight is still the old day's
        return (Decimal(int(733 * ((now - midnight) / HOUR))) / 1000, dt_util.as_local(midnight))

    sensors.add(SENSOR, DAILY, daily)
    sensors.show()
    await sensors.until(end + 5 * timedelta(minutes=1), timedelta(minutes=5))
    slots = (await past(hass, METER, begin, end))["grid_import"]
    hours = (end - begin) // HOUR
    assert hours in (23, 25)
    assert len(slots) == 4 * hours
    assert abs(sum(slot.wh for slot in slots) - 733 * hours) <= 1


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=30))
def test_no_wh_is_lost_between_hours_and_slots(hours):
    parts = _slots({}, {NOON + n * HOUR: Fraction(mwh) for n, mwh in enumerate(hours)}, "imported")
    slots = list(_whole(Span(NOON, NOON + len(hours) * HOUR), parts))
    assert sum(slot.wh for slot in slots) == sum(hours) // 1000
    assert len(slots) == 4 * len(hours)


@given(st.lists(st.integers(0, 10**7), min_size=2, max_size=60), st.sets(st.integers(0, 60)))
def test_only_neighbours_tell_what_flowed(changes, missing):
    sums, total = [], 10**10
    for change in changes:
        total += change
        sums.append(total)
    rows = [
        {"start": (NOON + n * HOUR).timestamp(), "sum": total / 1000}
        for n, total in enumerate(sums)
        if n not in missing
    ]
    told = _changes(rows, HOUR)
    expected = {
        NOON + n * HOUR: changes[n] for n in range(1, len(changes)) if n not in missing and n - 1 not in missing
    }
    assert told == expected
