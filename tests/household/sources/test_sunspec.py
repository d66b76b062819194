"""SunSpec devices as a source: what they show, how they misbehave, and how inverters sleep."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from homeassistant.components.modbus import async_get_unit
from homeassistant.util import dt as dt_util
from modbus_connection import ModbusTlsParams
from pymodbus.constants import ExcCodes
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.meter import advance, begin
from custom_components.sceop.core.slots import SLOT, local_day
from custom_components.sceop.sources import STATE_OF_CHARGE, SourceError
from custom_components.sceop.sources.sunspec import SunSpecSource
from custom_components.sceop.things import FLOWS_OF, Thing, ThingKind
from tests.household.conftest import SITE_ID
from tests.household.sources import sunspec_device as practice
from tests.household.sources.sunspec_device import NOT_IMPLEMENTED_16, NOT_IMPLEMENTED_32, practice_device

NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)
NIGHT = datetime(2026, 6, 10, 23, 30, tzinfo=UTC)
SERIAL = "29301000"
PLACE = {"latitude": 52.09, "longitude": 5.12}

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture(autouse=True)
def noon(freezer):
    freezer.move_to(NOON)


@pytest.fixture
async def entry(hass):
    entry = MockConfigEntry(domain=DOMAIN, title="My home", data=PLACE)
    entry.add_to_hass(hass)
    yield entry
    await entry._async_process_on_unload(hass)
    await hass.async_block_till_done()


@pytest.fixture
def source_of(hass, entry):
    async def make(device, kind=ThingKind.PRODUCTION, **more):
        settings = {"type": "sunspec", "host": "127.0.0.1", "port": device.port, "unit_id": 1}
        settings |= {"which": 1, "serial": SERIAL, "swapped": False} | more
        return await SunSpecSource.create(hass, entry, Thing("id", kind, "Roof", FLOWS_OF[kind], settings))

    return make


async def shown(source):
    await source.poll()
    reading = await source.read(dt_util.utcnow())
    return dict(reading.watts), dict(reading.counters_mwh)


@pytest.mark.parametrize("base", [40000, 50000, 0])
@pytest.mark.parametrize("number", [101, 102, 103])
async def test_an_inverter_is_found_wherever_its_map_begins(source_of, base, number):
    async with practice_device(practice.common(), practice.inverter(number=number), base=base) as device:
        assert await shown(await source_of(device)) == ({"production": 1500}, {"production": 12_345_678_000})


@pytest.mark.parametrize(
    ("inverter", "watts", "mwh"),
    [
        (practice.inverter(watts=153, watts_scale=1, wh=77, wh_scale=3), 1530, 77_000_000),
        (practice.inverter(watts=15346, watts_scale=-1, wh=0xFFFF_FFFE, wh_scale=-2), 1535, 42_949_672_940),
        (practice.inverter(watts=-4), 0, 12_345_678_000),
        (practice.float_inverter(number=111), 1500, 12_345_678_000),
        (practice.float_inverter(wh=0.0), 1500, 0),
        (practice.der_inverter(wh=2**53 + 1, wh_scale=-6), 1500, 9_007_199_254_740),
        (practice.der_inverter(wh=0), 1500, 0),
    ],
)
async def test_figures_are_scaled_exactly(source_of, inverter, watts, mwh):
    async with practice_device(practice.common(), inverter) as device:
        assert await shown(await source_of(device)) == ({"production": watts}, {"production": mwh})


@pytest.mark.parametrize(
    ("inverter", "watts", "mwh"),
    [
        (practice.inverter(watts=NOT_IMPLEMENTED_16), None, 12_345_678_000),
        (practice.inverter(watts_scale=NOT_IMPLEMENTED_16), None, 12_345_678_000),
        (practice.inverter(watts_scale=11), None, 12_345_678_000),
        (practice.inverter(wh=NOT_IMPLEMENTED_32), 1500, None),
        (practice.inverter(wh=0), 1500, None),
        (practice.inverter(wh_scale=-11), 1500, None),
        (practice.float_inverter(watts=float("nan"), wh=float("inf")), None, None),
        (practice.float_inverter(watts=float("-inf"), wh=-1.0), None, None),
        (practice.der_inverter(watts=NOT_IMPLEMENTED_16, wh=2**64 - 1), None, None),
        (practice.der_inverter(wh=10**12 + 1), 1500, None),
    ],
)
async def test_what_is_not_told_is_never_a_number(source_of, inverter, watts, mwh):
    async with practice_device(practice.common(), inverter) as device:
        assert await shown(await source_of(device)) == ({"production": watts}, {"production": mwh})


@pytest.mark.parametrize("meter", [practice.meter, practice.float_meter])
@pytest.mark.parametrize(("watts", "way"), [(900, (900, 0)), (-700, (0, 700)), (0, (0, 0))])
async def test_a_grid_meter_imports_with_positive_power(source_of, meter, watts, way):
    async with practice_device(practice.common(), meter(watts)) as device:
        watts, counters = await shown(await source_of(device, ThingKind.GRID_METER))
        assert watts == {"grid_import": way[0], "grid_export": way[1]}
        assert counters == {"grid_import": 3_000_000_000, "grid_export": 5_000_000_000}


async def test_a_meter_that_hangs_the_other_way_round_is_turned(source_of):
    async with practice_device(practice.common(), practice.meter(-700)) as device:
        watts, counters = await shown(await source_of(device, ThingKind.GRID_METER, swapped=True))
        assert watts == {"grid_import": 700, "grid_export": 0}
        assert counters == {"grid_import": 5_000_000_000, "grid_export": 3_000_000_000}


async def test_a_maker_who_turns_only_the_power_is_known(source_of):
    async with practice_device(practice.common("SolarEdge", "WND-3Y"), practice.meter(-700)) as device:
        watts, counters = await shown(await source_of(device, ThingKind.GRID_METER))
        assert watts == {"grid_import": 700, "grid_export": 0}
        assert counters["grid_import"] == 3_000_000_000


async def test_a_home_that_never_exported_exports_nothing(source_of):
    async with practice_device(practice.common(), practice.meter(200, exported=0)) as device:
        _, counters = await shown(await source_of(device, ThingKind.GRID_METER))
        assert counters == {"grid_import": 3_000_000_000, "grid_export": 0}


async def test_a_meter_that_counts_nothing_at_all_tells_no_counters(source_of):
    async with practice_device(practice.common(), practice.meter(200, imported=0, exported=0)) as device:
        _, counters = await shown(await source_of(device, ThingKind.GRID_METER))
        assert counters == {"grid_import": None, "grid_export": None}


async def test_an_export_counter_with_a_sign_grows(source_of):
    async with practice_device(practice.common(), practice.float_meter(exported=-5_000_000.0)) as device:
        _, counters = await shown(await source_of(device, ThingKind.GRID_METER))
        assert counters["grid_export"] == 5_000_000_000


async def test_a_submeter_is_read_in_its_own_direction(source_of):
    async with practice_device(practice.common(), practice.meter(900)) as device:
        assert await shown(await source_of(device, ThingKind.SUBMETER)) == ({"load": 900}, {"load": 3_000_000_000})


async def test_a_battery_has_its_power_added_up(source_of, freezer):
    async with practice_device(practice.common(), practice.battery(720)) as device:
        source = await source_of(device, ThingKind.BATTERY)
        assert await shown(source) == (
            {"battery_discharge": 720, "battery_charge": 0},
            {"battery_discharge": 0, "battery_charge": 0},
        )
        assert (await source.read(dt_util.utcnow())).facts == {STATE_OF_CHARGE: 57.5}
        freezer.tick(10)
        device.show(practice.common(), practice.battery(-360))
        assert (await shown(source))[1] == {"battery_discharge": 2000, "battery_charge": 0}
        freezer.tick(10)
        assert (await shown(source))[1] == {"battery_discharge": 2000, "battery_charge": 1000}


@pytest.mark.parametrize(("charge", "told"), [(0, 0.0), (1000, 100.0), (1001, None), (0xFFFF, None)])
async def test_a_charge_that_cannot_be_is_left_out(source_of, charge, told):
    async with practice_device(practice.common(), practice.battery(charge=charge)) as device:
        source = await source_of(device, ThingKind.BATTERY)
        await source.poll()
        assert (await source.read(NOON)).facts.get(STATE_OF_CHARGE) == told


async def test_a_device_that_tells_of_itself_twice_is_one(source_of):
    models = (practice.common(), practice.inverter(100), practice.der_inverter(200))
    async with practice_device(*models) as device:
        assert (await shown(await source_of(device)))[0] == {"production": 100}


async def test_a_model_that_is_too_short_is_not_believed(source_of):
    async with practice_device(practice.common(), practice.inverter(length=20)) as device:
        source = await source_of(device)
        await source.poll()
        with pytest.raises(SourceError, match="nothing of this kind"):
            await source.read(NOON)


async def test_the_second_device_can_be_chosen(source_of):
    models = (practice.common(), practice.inverter(100), practice.common(serial="second"), practice.inverter(200))
    async with practice_device(*models) as device:
        assert (await shown(await source_of(device, which=2, serial="second")))[0] == {"production": 200}


async def test_the_chosen_device_is_followed_when_it_moves_up(source_of):
    async with practice_device(practice.common(serial="second"), practice.inverter(200)) as device:
        assert (await shown(await source_of(device, which=2, serial="second")))[0] == {"production": 200}


async def test_a_device_that_does_not_say_who_made_it_is_read(source_of):
    async with practice_device(practice.inverter(100)) as device:
        assert (await shown(await source_of(device, serial="")))[0] == {"production": 100}


async def test_a_thing_measures_the_flows_that_it_was_given(hass, entry, source_of):
    async with practice_device(practice.common(), practice.meter(200)) as device:
        settings = (await source_of(device))._thing.source
        thing = Thing("id", ThingKind.GRID_METER, "Meter", ("grid_import",), settings)
        source = await SunSpecSource.create(hass, entry, thing)
        assert source.flows == ("grid_import",)
        assert await shown(source) == ({"grid_import": 200}, {"grid_import": 3_000_000_000})


async def test_a_battery_that_tells_no_power_is_unknown_and_then_begins_anew(source_of, freezer):
    async with practice_device(practice.common(), practice.battery(NOT_IMPLEMENTED_16)) as device:
        source = await source_of(device, ThingKind.BATTERY)
        nothing = {"battery_discharge": None, "battery_charge": None}
        assert await shown(source) == (nothing, nothing)
        device.show(practice.common(), practice.battery(720))
        await source.poll()
        device.show(practice.common(), practice.battery(NOT_IMPLEMENTED_16))
        freezer.tick(timedelta(minutes=5, seconds=1))
        assert await shown(source) == (nothing, nothing)


async def test_a_device_is_asked_in_one_piece(source_of):
    async with practice_device(practice.common(), practice.der_inverter()) as device:
        source = await source_of(device)
        await source.poll()
        device.requests.clear()
        await source.poll()
        assert device.requests == [(40070, 121)]


async def test_reading_does_not_wait_for_a_slow_device(source_of, freezer):
    async with practice_device(practice.common(), practice.inverter(100)) as device:
        source = await source_of(device)
        await source.poll()
        device.show(practice.common(), practice.inverter(200))
        device.asked.clear()
        device.answering.clear()
        asking = asyncio.create_task(source.poll())
        await device.asked.wait()
        freezer.tick(3)
        assert (await source.read(dt_util.utcnow())).watts == {"production": 100}
        device.answering.set()
        await asking
        reading = await source.read(dt_util.utcnow())
        assert (reading.watts, reading.at) == ({"production": 200}, NOON + timedelta(seconds=3))


async def test_nothing_is_known_before_the_first_answer(source_of):
    async with practice_device(practice.common(), practice.inverter()) as device:
        source = await source_of(device)
        with pytest.raises(SourceError, match="has not been asked yet"):
            await source.read(NOON)


async def test_a_reading_grows_old(source_of):
    async with practice_device(practice.common(), practice.inverter()) as device:
        source = await source_of(device)
        await source.poll()
        await source.read(NOON + timedelta(minutes=2))
        with pytest.raises(SourceError):
            await source.read(NOON + timedelta(minutes=2, seconds=1))


async def test_a_device_that_refuses_is_lost_and_left_to_the_thing_to_tell(source_of, freezer, caplog):
    async with practice_device(practice.common(), practice.inverter()) as device:
        source = await source_of(device)
        assert await source.poll() == 10
        device.refusal = ExcCodes.DEVICE_FAILURE
        pauses = [await source.poll() for _ in range(8)]
        assert all(pause <= 120 for pause in pauses)
        assert pauses[-1] > 10
        freezer.tick(121)
        with pytest.raises(SourceError, match="refuses to be read"):
            await source.read(dt_util.utcnow())
        device.refusal = None
        assert await source.poll() == 10
        assert (await source.read(dt_util.utcnow())).watts == {"production": 1500}
    assert not [record for record in caplog.records if "sunspec" in record.name and record.levelno > logging.DEBUG]


async def test_a_device_that_dies_in_the_middle_of_an_answer_comes_back(source_of, freezer, caplog):
    async with practice_device(practice.common(), practice.inverter()) as device:
        source = await source_of(device)
        await source.poll()
        device.dies_at = len(device.requests) + 1
        assert await source.poll() <= 10
        await device.switch_off()
        await source.poll()
        freezer.tick(121)
        with pytest.raises(SourceError, match="does not answer"):
            await source.read(dt_util.utcnow())
        await device.switch_on()
        await source.poll()
        assert (await source.read(dt_util.utcnow())).watts == {"production": 1500}
    assert not [record for record in caplog.records if "sunspec" in record.name and record.levelno > logging.DEBUG]


async def test_a_device_may_come_back_with_another_map(source_of):
    async with practice_device(practice.common(), practice.inverter(100)) as device:
        source = await source_of(device)
        await source.poll()
        device.show(practice.common(), practice.model(160, 8, {}), practice.float_inverter(300.0), base=50000)
        await source.poll()
        assert await shown(source) == ({"production": 300}, {"production": 12_345_678_000})


async def test_models_that_moved_are_never_misread(source_of):
    async with practice_device(practice.common(), practice.inverter(100)) as device:
        source = await source_of(device)
        await source.poll()
        device.show(practice.common(), practice.model(120, 26, {}), practice.inverter(200))
        await source.poll()
        assert (await source.read(NOON)).watts == {"production": 100}
        await source.poll()
        assert (await source.read(NOON)).watts == {"production": 200}


async def test_another_device_at_the_same_address_is_not_taken_for_it(source_of):
    async with practice_device(practice.common(serial="another"), practice.inverter()) as device:
        source = await source_of(device)
        await source.poll()
        with pytest.raises(SourceError, match=r"Fronius Symo 8\.2 another.*set it up again"):
            await source.read(NOON)


@pytest.mark.parametrize(
    "garbage",
    [
        {40000 + n: 0xABCD for n in range(2000)},
        dict(enumerate([*practice.text_words("SunS", 2), 1, 0xFFF0, 0, 0])),
        dict.fromkeys(range(65536), 0),
        dict(zip(range(40000, 65536), [*practice.text_words("SunS", 2), *[0] * 25000], strict=False)),
    ],
)
async def test_garbage_is_an_error_and_no_reading(source_of, garbage):
    async with practice_device() as device:
        device.registers = garbage
        source = await source_of(device)
        await source.poll()
        with pytest.raises(SourceError, match="does not speak SunSpec"):
            await source.read(NOON)


async def test_an_answer_that_is_no_modbus_is_an_error_and_no_reading(source_of):
    async def babble(reader, writer):
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 5)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        device = practice.PracticeDevice()
        device.port = server.sockets[0].getsockname()[1]
        source = await source_of(device)
        await source.poll()
        with pytest.raises(SourceError, match="does not answer"):
            await source.read(NOON)


async def test_a_device_that_never_answers_is_given_up(source_of, freezer):
    async with practice_device(practice.common(), practice.inverter()) as device:
        source = await source_of(device)
        device.answering.clear()
        asking = asyncio.create_task(source.poll())
        await device.asked.wait()
        freezer.tick(11)
        await asking
        with pytest.raises(SourceError, match="does not answer"):
            await source.read(dt_util.utcnow())
        device.answering.set()


async def test_at_night_an_inverter_may_be_silent(source_of, freezer, caplog):
    async with practice_device(practice.common(), practice.inverter()) as device:
        source = await source_of(device)
        await source.poll()
        await device.switch_off()
        freezer.move_to(NIGHT)
        await source.poll()
        reading = await source.read(NIGHT)
        assert (reading.at, reading.watts, reading.counters_mwh) == (
            NIGHT,
            {"production": 0},
            {"production": 12_345_678_000},
        )
        await device.switch_on()
    assert not [record for record in caplog.records if "sunspec" in record.name and record.levelno > logging.DEBUG]


async def test_an_inverter_that_was_never_awake_has_no_counter(source_of, freezer):
    freezer.move_to(NIGHT)
    async with practice_device() as device:
        await device.switch_off()
        source = await source_of(device)
        await source.poll()
        reading = await source.read(NIGHT)
        assert (reading.watts, reading.counters_mwh) == ({"production": 0}, {"production": None})
        await device.switch_on()


async def test_an_inverter_that_sleeps_into_the_day_is_missed(source_of, freezer):
    freezer.move_to(NIGHT)
    async with practice_device() as device:
        await device.switch_off()
        source = await source_of(device)
        await source.poll()
        freezer.move_to(NOON + timedelta(days=1))
        await source.poll()
        await source.poll()
        with pytest.raises(SourceError, match="does not answer"):
            await source.read(dt_util.utcnow())
        await device.switch_on()


async def test_a_meter_does_not_sleep_at_night(source_of, freezer):
    freezer.move_to(NIGHT)
    async with practice_device() as device:
        await device.switch_off()
        source = await source_of(device, ThingKind.GRID_METER)
        await source.poll()
        with pytest.raises(SourceError):
            await source.read(NIGHT)
        await device.switch_on()


@pytest.mark.parametrize("state", [practice.OFF, practice.SLEEPING, practice.STARTING])
@pytest.mark.parametrize("wh", [0, 5, NOT_IMPLEMENTED_32])
async def test_a_counter_that_falls_while_an_inverter_wakes_up_is_held_back(source_of, state, wh):
    async with practice_device(practice.common(), practice.inverter()) as device:
        source = await source_of(device)
        await source.poll()
        device.show(practice.common(), practice.inverter(NOT_IMPLEMENTED_16, wh, state=state))
        assert await shown(source) == ({"production": 0}, {"production": 12_345_678_000})
        device.show(practice.common(), practice.inverter(10, 12_345_679))
        assert await shown(source) == ({"production": 10}, {"production": 12_345_679_000})


async def test_a_counter_that_falls_while_an_inverter_works_is_handed_on(source_of):
    async with practice_device(practice.common(), practice.inverter()) as device:
        source = await source_of(device)
        await source.poll()
        device.show(practice.common(), practice.inverter(10, 5))
        assert (await shown(source))[1] == {"production": 5000}


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/New_York"])
@pytest.mark.parametrize("season", ["spring", "autumn"])
async def test_every_wh_is_counted_through_a_clock_change(source_of, freezer, zone, season):
    days = {
        ("Europe/Amsterdam", "spring"): datetime(2027, 3, 28, tzinfo=UTC),
        ("Europe/Amsterdam", "autumn"): datetime(2026, 10, 25, tzinfo=UTC),
        ("America/New_York", "spring"): datetime(2027, 3, 14, tzinfo=UTC),
        ("America/New_York", "autumn"): datetime(2026, 11, 1, tzinfo=UTC),
    }
    day = local_day(days[zone, season].date(), ZoneInfo(zone))
    at, wh, closed, fed = day.start, 1_000_000, [], {}
    freezer.move_to(at)
    async with practice_device(practice.common(), practice.meter(400, imported=wh)) as device:
        source = await source_of(device, ThingKind.GRID_METER)
        _, counters = await shown(source)
        register = begin(at, counters["grid_import"])
        while at < day.end:
            at += timedelta(minutes=3)
            freezer.move_to(at)
            wh += (more := at.hour + at.minute % 7)
            start = day.start + (at - timedelta(seconds=1) - day.start) // SLOT * SLOT
            fed[start] = fed.get(start, 0) + more
            device.show(practice.common(), practice.meter(400, imported=wh))
            _, counters = await shown(source)
            register, slots = advance(register, at, counters["grid_import"])
            closed.extend(slots)
    assert len(closed) == {"spring": 92, "autumn": 100}[season]
    assert {slot.start: slot.wh for slot in closed} == fed
    assert {slot.quality for slot in closed} == {"measured"}


async def test_it_asks_every_ten_seconds_until_it_is_closed(source_of, freezer, monkeypatch):
    async with practice_device(practice.common(), practice.inverter(100)) as device:
        source, polled = await source_of(device), asyncio.Event()
        poll = source.poll

        async def poll_and_tell():
            pause = await poll()
            polled.set()
            return pause

        monkeypatch.setattr(source, "poll", poll_and_tell)
        await source.open()
        await polled.wait()
        polled.clear()
        device.show(practice.common(), practice.inverter(200))
        freezer.tick(10.1)
        await polled.wait()
        await source.close()
        assert source._task.done()
        assert (await source.read(dt_util.utcnow())).watts == {"production": 200}


async def test_it_opens_with_the_first_answer(source_of):
    async with practice_device(practice.common(), practice.inverter()) as device:
        source = await source_of(device)
        await source.open()
        assert (await source.read(NOON)).watts == {"production": 1500}
        await source.close()


async def test_a_slow_device_does_not_hold_up_the_start(source_of, freezer):
    async with practice_device(practice.common(), practice.inverter()) as device:
        device.answering.clear()
        source = await source_of(device)
        opening = asyncio.create_task(source.open())
        await device.asked.wait()
        freezer.tick(3.1)
        await opening
        with pytest.raises(SourceError):
            await source.read(dt_util.utcnow())
        await source.close()
        assert source._task.cancelled()
        device.answering.set()


async def test_closing_while_it_connects_is_no_error(hass, entry, source_of, caplog):
    async with practice_device(practice.common(), practice.inverter()) as device:
        source = await source_of(device)
        opening = hass.async_create_task(source.open(), eager_start=True)
        await source.close()
        await opening
        await entry._async_process_on_unload(hass)
        await hass.async_block_till_done()
    assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]


async def test_a_site_is_set_up_with_a_sunspec_meter_alone(hass):
    async with practice_device(practice.common(), practice.meter(200)) as device:
        settings = {"type": "sunspec", "host": "127.0.0.1", "port": device.port, "unit_id": 1}
        settings |= {"which": 1, "serial": SERIAL, "swapped": False}
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="My home",
            unique_id=SITE_ID,
            data=PLACE | {"time_zone": "Europe/Amsterdam"},
            subentries_data=[
                {
                    "subentry_type": "grid_meter",
                    "title": "Meter",
                    "unique_id": None,
                    "data": {"source": settings, "flows": ["grid_import", "grid_export"]},
                }
            ],
        )
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        assert hass.states.get("sensor.meter_grid_import_power").state == "200"
        assert float(hass.states.get("sensor.meter_grid_export_energy").state) == 5000
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_device_remembers_nothing(source_of):
    source = await source_of(practice.PracticeDevice())
    assert await source.recall([NOON]) == ()
    assert await source.past(local_day(NOON.date(), ZoneInfo("Europe/Amsterdam"))) == {}


async def test_a_link_that_another_integration_uses_differently_is_an_error(hass, source_of, monkeypatch):
    async with practice_device(practice.common(), practice.inverter()) as device:
        source = await source_of(device)
        other = MockConfigEntry(domain="modbus")
        async_get_unit(hass, other, ModbusTlsParams(host="127.0.0.1", port=device.port), 1)
        await source.poll()
        with pytest.raises(SourceError, match="cannot be asked"):
            await source.read(NOON)
        await other._async_process_on_unload(hass)
        await source.poll()
        assert (await source.read(NOON)).watts == {"production": 1500}
