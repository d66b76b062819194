"""A smart meter is listened to over a real connection, however badly that behaves."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from homeassistant.util import dt as dt_util

from custom_components.sceop.backoff import Backoff
from custom_components.sceop.const import MOST_W
from custom_components.sceop.core.registers import follow
from custom_components.sceop.core.slots import SLOT, Span, local_day
from custom_components.sceop.sources import MONTH_PEAK_W, RUNNING_QUARTER_W, SourceError
from custom_components.sceop.sources.p1 import FRESH, Address, P1Source
from custom_components.sceop.things import Thing, ThingKind
from tests.household.sources.reader import KEY, PracticeReader, encrypted, telegram

FLOWS = ("grid_import", "grid_export")
SOON = timedelta(seconds=0.2)


@pytest.fixture
async def reader(socket_enabled):
    reader = PracticeReader()
    await reader.open()
    yield reader
    await reader.close()


class Heard(P1Source):
    """The source, which also wakes whoever waits until it has taken a telegram or lost its peer."""

    def __init__(self, *told):
        super().__init__(*told)
        self._happened = asyncio.Event()

    def _take(self, frame):
        super()._take(frame)
        self._happened.set()

    def _lose(self, sentence):
        super()._lose(sentence)
        self._happened.set()

    async def wait_for(self, what):
        async with asyncio.timeout(10):
            while not what(self):
                self._happened.clear()
                await self._happened.wait()

    async def taken(self, import_mwh):
        await self.wait_for(lambda source: source._newest and source._newest[1].import_mwh == import_mwh)
        return await self.read(dt_util.utcnow())


def listener(port=1, key=None, flows=FLOWS, silence=timedelta(seconds=30)):
    backoff = Backoff(Random(1), 0.01, 0.02)  # noqa: S311  # always the same chance
    return Heard(Address("127.0.0.1", port), key, flows, backoff, silence)


@pytest.fixture
async def listen(reader):
    opened = []

    async def listen(**options):
        source = listener(reader.port, **options)
        opened.append(source)
        await source.open()
        await reader.connected()
        return source

    yield listen
    for source in opened:
        await source.close()


def import_of(wh):
    return {"1.8.1": f"{wh // 1000:06}.{wh % 1000:03}*kWh", "1.8.2": "000000.000*kWh"}


async def test_a_telegram_becomes_a_reading(listen, reader):
    source = await listen()
    before = dt_util.utcnow()
    await reader.send(telegram("belgium"))
    reading = await source.taken(124_202_000)
    assert before <= reading.at <= dt_util.utcnow()
    assert reading.watts == {"grid_import": 0, "grid_export": 345}
    assert reading.counters_mwh == {"grid_import": 124_202_000, "grid_export": 19_752_000}
    assert reading.facts == {RUNNING_QUARTER_W: 2351, MONTH_PEAK_W: 4875}
    assert await source.recall([before]) == []
    assert await source.past(Span(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC))) == {}


async def test_a_thing_without_export_has_no_such_flow(listen, reader):
    source = await listen(flows=("grid_import",))
    await reader.send(telegram("belgium"))
    reading = await source.taken(124_202_000)
    assert reading.counters_mwh == {"grid_import": 124_202_000}


async def test_it_is_made_of_what_the_thing_was_told(hass, reader):
    told = {"type": "p1", "host": "127.0.0.1", "port": reader.port, "key": KEY}
    source = await Heard.create(hass, None, Thing("1", ThingKind.GRID_METER, "Meter", FLOWS, told))
    assert source.flows == FLOWS
    await source.open()
    await reader.connected()
    await reader.send(encrypted(telegram("luxembourg")))
    await source.taken(256_012_000)
    await source.close()


async def test_a_telegram_may_come_in_halves_in_pairs_or_byte_by_byte(listen, reader):
    source = await listen()
    one, two, three = (telegram("dsmr_5", **import_of(wh)) for wh in (1000, 2000, 3000))
    await reader.send(b"1-0:1.8.2(000002.399*kWh)\r\n!ABCD\r\n", one[:500], one[500:])
    await source.taken(1_000_000)
    await reader.send(one + two)
    await source.taken(2_000_000)
    await reader.send(*(three[index : index + 1] for index in range(len(three))))
    await source.taken(3_000_000)


async def test_a_wrong_checksum_is_refused_and_named(listen, reader):
    source = await listen()
    await reader.send(telegram("dsmr_5")[:-6] + b"0000\r\n")
    await source.wait_for(lambda source: source._trouble)
    with pytest.raises(SourceError, match="arrive garbled"):
        await source.read(dt_util.utcnow())
    await reader.send(telegram("dsmr_5"))
    await source.taken(6_825_000)


async def test_a_missing_key_is_named(listen, reader):
    source = await listen()
    await reader.send(encrypted(telegram("luxembourg")))
    await source.wait_for(lambda source: source._trouble)
    with pytest.raises(SourceError, match="Enter the key"):
        await source.read(dt_util.utcnow())


async def test_a_garbled_digit_of_a_meter_without_checksum_is_not_believed(listen, reader):
    source = await listen()
    kwh = ("100.000", "100.010", "900.020", "100.030", "100.040")
    for value in kwh[:4]:
        await reader.send(telegram("dsmr_2_2", checksum=False, **{"1.8.1": f"00{value}*kWh"}))
    await source.wait_for(lambda source: source._before and source._before.import_mwh == 184_030_000)
    assert (await source.read(dt_util.utcnow())).counters_mwh["grid_import"] == 184_010_000
    await reader.send(telegram("dsmr_2_2", checksum=False, **{"1.8.1": f"00{kwh[4]}*kWh"}))
    await source.taken(184_040_000)


async def test_before_the_first_telegram_and_long_after_the_last_it_says_so(listen, reader):
    source = await listen()
    with pytest.raises(SourceError, match=r"No telegram has come from .* yet"):
        await source.read(dt_util.utcnow())
    await reader.send(telegram("dsmr_5"))
    arrived = (await source.taken(6_825_000)).at
    assert (await source.read(arrived + FRESH)).at == arrived
    for late in (FRESH + timedelta(seconds=1), -FRESH - timedelta(seconds=1)):
        with pytest.raises(SourceError, match="for two minutes"):
            await source.read(arrived + late)


async def test_a_lost_connection_is_made_again_and_left_to_the_thing_to_tell(listen, reader, caplog):
    source = await listen()
    await reader.send(telegram("dsmr_5"))
    await source.taken(6_825_000)
    for times in (2, 3, 4):
        reader.hang_up()
        await reader.connected(times)
    with pytest.raises(SourceError, match="connection was closed"):
        await source.read(dt_util.utcnow() + timedelta(minutes=3))
    for wh in (7000, 7001):
        await reader.send(telegram("dsmr_5", **import_of(wh)))
        await source.taken(wh * 1000)
    assert {record.levelno for record in caplog.records if "p1" in record.name} == {logging.DEBUG}


async def test_a_reader_that_is_away_at_first_is_found_when_it_comes(reader):
    await reader.close()
    source = listener(reader.port)
    await source.open()
    await source.wait_for(lambda source: source._trouble)
    with pytest.raises(SourceError, match="cannot be reached"):
        await source.read(dt_util.utcnow())
    await reader.open(reader.port)
    await reader.connected()
    await reader.send(telegram("dsmr_5"))
    await source.taken(6_825_000)
    await source.close()


async def test_a_silent_connection_is_given_up_and_made_anew(listen, reader):
    source = await listen(silence=SOON)
    await reader.connected(2)
    with pytest.raises(SourceError, match="sends no telegrams"):
        await source.read(dt_util.utcnow())


async def test_endless_bytes_are_neither_kept_nor_taken_for_life(listen, reader):
    await listen(silence=SOON)

    async def babble():
        while True:
            await reader.send(b"/endless" * 512)

    babbling = asyncio.create_task(babble())
    await reader.connected(2)
    babbling.cancel()
    await asyncio.wait([babbling])


async def test_a_meter_that_is_replaced_loses_only_the_running_quarter(listen, reader, freezer):
    source = await listen(flows=("grid_import",))
    registers, slots = {}, []
    start = datetime(2026, 6, 10, 10, tzinfo=UTC)
    for minute in range(61):
        wh, serial = (900_000 + 10 * minute, "31") if minute < 25 else (10 * (minute - 25), "32")
        freezer.move_to(start + timedelta(minutes=minute))
        source._take(telegram("dsmr_5", **import_of(wh), **{"96.1.1": serial}))
        reading = await source.read(dt_util.utcnow())
        registers, closed = follow(registers, reading.at, reading.counters_mwh, MOST_W)
        slots += closed.get("grid_import", ())
    assert [(slot.start - start, slot.wh) for slot in slots] == [(0 * SLOT, 150), (2 * SLOT, 150), (3 * SLOT, 150)]


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/New_York"])
@pytest.mark.parametrize("spring", [True, False])
async def test_days_of_23_and_25_hours_are_counted_exactly(zone, spring, freezer):
    zone = ZoneInfo(zone)
    days = (
        local_day(dt_util.parse_date(f"2026-{month:02}-{day:02}"), zone)
        for month in (3, 10, 11)
        for day in range(1, 31)
    )
    day = next(day for day in days if len(day) == (92 if spring else 100))
    source = listener()
    registers, slots, at, wh = {}, [], day.start, 5_000
    while at <= day.end:
        local = at.astimezone(zone)
        clock = f"{local:%y%m%d%H%M%S}{'S' if local.dst() else 'W'}"
        freezer.move_to(at)
        source._take(telegram("dsmr_5", **import_of(wh), **{"1.0.0": clock}))
        reading = await source.read(dt_util.utcnow())
        registers, closed = follow(registers, reading.at, reading.counters_mwh, MOST_W)
        slots += closed.get("grid_import", ())
        at, wh = at + timedelta(minutes=1), wh + 7
    assert [slot.start for slot in slots] == list(day)
    assert {(slot.wh, slot.quality) for slot in slots} == {(105, "measured")}
