"""A meter that publishes is heard through a real broker, and nothing but its figures is believed."""

import asyncio
import json
import logging
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from homeassistant.components import mqtt
from homeassistant.components.mqtt.models import ReceiveMessage
from homeassistant.core import callback
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sceop.backoff import Backoff
from custom_components.sceop.const import DOMAIN, MOST_W
from custom_components.sceop.core.registers import follow
from custom_components.sceop.core.slots import SLOT, Span, local_day
from custom_components.sceop.sources import STATE_OF_CHARGE, SourceError
from custom_components.sceop.sources.mqtt import LONGEST_SILENCE, MqttSource
from custom_components.sceop.things import FLOWS_OF, Thing, ThingKind
from tests.household.sources.broker import connect, connection, needs_mosquitto, running, subscribed

pytestmark = pytest.mark.usefixtures("hass_storage")

IMPORT = {"grid_import_energy": {"topic": "meter/total", "path": "", "unit": "kWh"}}
PRODUCTION = {"production_power": {"topic": "roof", "path": "pac", "unit": "W"}}
SIGNED = {"signed_power": {"topic": "meter", "path": "power", "unit": "W"}}
NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Heard(MqttSource):
    """The source, which also wakes whoever waits until it has subscribed or heard a message."""

    messages = 0
    newest = None

    def __init__(self, *told):
        super().__init__(*told)
        self._happened = asyncio.Event()

    @property
    def subscribed(self):
        return bool(self._unsubscribe)

    async def _subscribe(self):
        await super()._subscribe()
        self._happened.set()

    @callback
    def _hear(self, message):
        super()._hear(message)
        self.messages += 1
        self.newest = message.payload
        self._happened.set()

    async def wait_for(self, what):
        async with asyncio.timeout(10):
            while not what(self):
                self._happened.clear()
                await self._happened.wait()


class Told(MqttSource):
    """The source, told messages at the time of a clock that stands still, which no broker's would."""

    _connected = True

    async def _subscribe(self):
        """Do without a broker."""
        self._unsubscribe.append(lambda: None)

    def tell(self, topic, payload, *, retain=False):
        payload = payload if isinstance(payload, bytes) else json.dumps(payload)
        self._hear(ReceiveMessage(topic, payload, 0, retain, topic, 0.0))


@pytest.fixture
def make(hass):
    def make(of, figures, kind=ThingKind.GRID_METER, **more):
        flows = FLOWS_OF[kind]
        if "signed_power" not in figures:
            flows = tuple(flow for flow in flows if any(name.startswith(flow) for name in figures))
        source = {"type": "mqtt", "figures": figures} | more
        backoff = Backoff(Random(1), 0.01, 0.02)  # noqa: S311  # always the same chance
        return of(hass, "site", Thing("THING1", kind, "Meter", flows, source), backoff)

    return make


@pytest.fixture
async def opened(make):
    """Open sources that are told by hand."""
    sources = []

    async def opened(*told, **more):
        source = make(Told, *told, **more)
        sources.append(source)
        await source.open()
        return source

    yield opened
    for source in sources:
        await source.close()


@pytest.fixture
async def broker(socket_enabled, hass, monkeypatch):
    async with running(hass, monkeypatch) as broker:
        yield broker


@pytest.fixture
async def listen(hass, broker, make, tmp_path):
    """Open sources that listen to the broker, after something was published that it keeps."""
    sources = []

    async def listen(*told, kept=(), **more):
        await connect(hass, broker, tmp_path)
        for topic, payload in kept:
            await mqtt.async_publish(hass, topic, payload, retain=True)
        source = make(Heard, *told, **more)
        sources.append(source)
        await source.open()
        await source.wait_for(lambda source: source.subscribed)
        for topic in {figure["topic"] for figure in told[0].values()}:
            await subscribed(hass, topic)
        return source

    yield listen
    for source in sources:
        await source.close()


async def publish(hass, source, topic, payload):
    """Publish, and wait until the source has heard it."""
    before = source.messages
    await mqtt.async_publish(hass, topic, payload if isinstance(payload, str | bytes) else json.dumps(payload))
    await source.wait_for(lambda source: source.messages > before)


async def walk(source, freezer, times, tell):
    """Tell and read at each time; return the slots that closed, by flow."""
    registers, slots = {}, {flow: [] for flow in source.flows}
    for at in times:
        freezer.move_to(at)
        tell(at)
        try:
            reading = await source.read(dt_util.utcnow())
        except SourceError:
            continue
        registers, closed = follow(registers, reading.at, reading.counters_mwh, MOST_W)
        for flow, more in closed.items():
            slots[flow] += more
    return slots


@needs_mosquitto
async def test_one_message_may_hold_every_figure_of_a_battery(hass, listen):
    def at(path, unit):
        return {"topic": "battery", "path": path, "unit": unit}

    figures = {
        "battery_charge_energy": at("e.in", "Wh"),
        "battery_discharge_energy": at("e.out", "Wh"),
        "signed_power": at("p[0]", "kW"),
        "state_of_charge": at("soc", "%"),
    }
    source = await listen(figures, ThingKind.BATTERY, inverted=True)
    with pytest.raises(SourceError, match="Nothing new was published on battery"):
        await source.read(dt_util.utcnow())
    await publish(hass, source, "battery", "on")
    with pytest.raises(SourceError, match="On the topic battery, a message is no JSON"):
        await source.read(dt_util.utcnow())
    before = dt_util.utcnow()
    await publish(hass, source, "battery", {"e": {"in": 12.5, "out": "9"}, "p": [1.5], "soc": 81.5})
    reading = await source.read(dt_util.utcnow())
    assert before <= reading.at <= dt_util.utcnow()
    assert reading.counters_mwh == {"battery_charge": 12_500, "battery_discharge": 9_000}
    assert reading.watts == {"battery_charge": 0, "battery_discharge": 1500}
    assert reading.facts == {STATE_OF_CHARGE: 81.5}
    assert await source.recall([NOON]) == ()
    assert await source.past(Span(NOON, NOON + SLOT)) == {}


@needs_mosquitto
async def test_of_what_the_broker_kept_a_meter_reading_is_believed_and_a_power_is_not(hass, listen):
    figures = IMPORT | {"grid_import_power": {"topic": "meter/power", "path": "", "unit": "W"}}
    source = await listen(figures, kept=[("meter/total", "900"), ("meter/power", "450")])
    await source.wait_for(lambda source: source.messages == 2)
    reading = await source.read(dt_util.utcnow())
    assert (reading.counters_mwh, reading.watts) == ({"grid_import": 900_000_000}, {"grid_import": None})
    await publish(hass, source, "meter/power", "500")
    assert (await source.read(dt_util.utcnow())).watts == {"grid_import": 500}


@needs_mosquitto
async def test_a_meter_is_found_when_mqtt_is_set_up_later(hass, broker, make, tmp_path):
    source = make(Heard, IMPORT)
    await source.open()
    with pytest.raises(SourceError, match="MQTT is not set up"):
        await source.read(dt_util.utcnow())
    await connect(hass, broker, tmp_path)
    await source.wait_for(lambda source: source.subscribed)
    await subscribed(hass, "meter/total")
    await publish(hass, source, "meter/total", "1")
    assert (await source.read(dt_util.utcnow())).counters_mwh == {"grid_import": 1_000_000}
    await source.close()


async def test_it_can_be_closed_while_it_waits_for_mqtt(hass, make):
    source = make(Heard, IMPORT)
    await source.open()
    await source.close()
    assert not source.subscribed


@needs_mosquitto
async def test_a_broker_that_goes_away_is_named_and_heard_again_when_it_is_back(hass, broker, listen):
    source = await listen(IMPORT)
    async with connection(hass, up=False):
        await broker.stop()
    with pytest.raises(SourceError, match="not connected"):
        await source.read(dt_util.utcnow())
    async with connection(hass, up=True):
        assert await broker.start()
    await subscribed(hass, "meter/total")
    await publish(hass, source, "meter/total", "3")
    assert (await source.read(dt_util.utcnow())).counters_mwh == {"grid_import": 3_000_000}
    async with connection(hass, up=False):
        await broker.stop()
    told = dt_util.utcnow()
    assert (await source.read(told + 4 * MINUTE)).counters_mwh == {"grid_import": 3_000_000}
    with pytest.raises(SourceError, match="not connected"):
        await source.read(told + 6 * MINUTE)


@needs_mosquitto
async def test_after_mqtt_was_reloaded_the_meter_is_heard_again(hass, listen):
    source = await listen(IMPORT)
    [entry] = hass.config_entries.async_entries("mqtt")
    async with connection(hass, up=True):
        assert await hass.config_entries.async_reload(entry.entry_id)
    await subscribed(hass, "meter/total")
    await publish(hass, source, "meter/total", "3")
    assert (await source.read(dt_util.utcnow())).counters_mwh == {"grid_import": 3_000_000}


@needs_mosquitto
async def test_who_else_listens_to_the_topic_is_left_his_text(hass, listen):
    source = await listen(IMPORT)
    await publish(hass, source, "meter/total", "7")
    assert source.newest == "7"


async def test_it_is_made_of_what_the_thing_was_told(hass):
    entry = MockConfigEntry(domain=DOMAIN)
    told = Thing("1", ThingKind.GRID_METER, "Meter", ("grid_import",), {"type": "mqtt", "figures": IMPORT})
    assert MqttSource.create(hass, entry, told).flows == ("grid_import",)


async def test_nonsense_changes_nothing_and_is_logged_once_and_its_end_once(opened, freezer, caplog):
    freezer.move_to(NOON)
    source = await opened(IMPORT)
    source.tell("meter/total", b"5")
    for payload in (b"?", b"\xff\xfe", b"NaN", b"1e400", b"-1", b"", b"null", b"9" * 70_000):
        source.tell("meter/total", payload)
        assert (await source.read(NOON)).counters_mwh == {"grid_import": 5_000_000}
    for payload in (b"6", b"7"):
        source.tell("meter/total", payload)
    told = [record.levelno for record in caplog.records if record.name.endswith("sources.mqtt")]
    assert told == [logging.WARNING, logging.INFO]


@pytest.mark.parametrize("inverted", [False, True])
async def test_one_power_counts_in_both_directions(opened, freezer, inverted):
    source = await opened(SIGNED, inverted=inverted)
    sign = -1 if inverted else 1
    for minute, watts in enumerate([600] * 6 + [-1200] * 6 + [-1]):
        freezer.move_to(NOON + minute * MINUTE)
        source.tell("meter", {"power": sign * watts})
    reading = await source.read(dt_util.utcnow())
    assert reading.counters_mwh == {"grid_import": 60_000, "grid_export": 120_000}
    assert reading.watts == {"grid_import": 0, "grid_export": 1}


async def test_a_flows_own_power_goes_before_the_common_one(opened, freezer):
    freezer.move_to(NOON)
    source = await opened(SIGNED | {"grid_import_power": {"topic": "own", "path": "", "unit": "W"}}, inverted=False)
    source.tell("meter", {"power": -300})
    source.tell("own", 200)
    assert (await source.read(NOON)).watts == {"grid_import": 200, "grid_export": 300}


async def test_a_power_is_held_for_five_minutes_and_then_unknown(opened, freezer):
    freezer.move_to(NOON)
    source = await opened(PRODUCTION, ThingKind.PRODUCTION)
    source.tell("roof", {"pac": 600})
    reading = await source.read(NOON + 5 * MINUTE)
    assert (reading.watts, reading.counters_mwh) == ({"production": 600}, {"production": 50_000})
    for late in (timedelta(minutes=5, seconds=1), timedelta(minutes=-5, seconds=-1)):
        with pytest.raises(SourceError, match="Nothing new was published on roof"):
            await source.read(NOON + late)


async def test_a_meter_reading_speaks_for_an_hour_as_of_the_time_at_which_it_was_told(opened, freezer):
    freezer.move_to(NOON)
    source = await opened(IMPORT)
    source.tell("meter/total", 1)
    assert (await source.read(NOON + LONGEST_SILENCE)).at == NOON
    assert (await source.read(NOON - MINUTE)).at == NOON - MINUTE
    with pytest.raises(SourceError):
        await source.read(NOON + LONGEST_SILENCE + timedelta(seconds=1))


async def test_a_topic_that_falls_silent_leaves_its_own_flow_unknown(opened, freezer):
    source = await opened(IMPORT | {"grid_export_energy": {"topic": "out", "path": "", "unit": "kWh"}})
    freezer.move_to(NOON)
    source.tell("out", 7)
    freezer.move_to(NOON + LONGEST_SILENCE + MINUTE)
    source.tell("meter/total", 1)
    reading = await source.read(dt_util.utcnow())
    assert reading.counters_mwh == {"grid_import": 1_000_000, "grid_export": None}


async def test_a_silence_of_a_meter_that_tells_its_power_is_a_gap(opened, freezer):
    source = await opened(PRODUCTION, ThingKind.PRODUCTION)

    def tell(at):
        if not 15 < (at - NOON) // MINUTE < 70:
            source.tell("roof", {"pac": 400})

    slots = await walk(source, freezer, (NOON + minute * MINUTE for minute in range(106)), tell)
    assert [((slot.start - NOON) // SLOT, slot.wh) for slot in slots["production"]] == [(0, 100), (5, 100), (6, 100)]


async def test_a_counter_that_begins_anew_each_day_goes_on(opened, freezer):
    source = await opened(IMPORT)

    def tell(at):
        minute = (at - NOON) // MINUTE
        source.tell("meter/total", 9 + minute / 100 if minute < 25 else (minute - 25) / 100)

    slots = await walk(source, freezer, (NOON + minute * MINUTE for minute in range(61)), tell)
    assert [((slot.start - NOON) // SLOT, slot.wh) for slot in slots["grid_import"]] == [
        (0, 150), (1, 140), (2, 150), (3, 150),
    ]  # fmt: skip


async def test_what_is_counted_in_tenths_of_a_kwh_is_spread_over_the_time_that_it_took(opened, freezer):
    source = await opened(IMPORT)

    def tell(at):
        source.tell("meter/total", 5 + (at - NOON) // (10 * MINUTE) / 10)

    slots = await walk(source, freezer, (NOON + minute * MINUTE for minute in range(181)), tell)
    assert [slot.wh for slot in slots["grid_import"]][2:] == [150] * 10


async def test_a_restart_forgets_no_reset_and_a_kept_reading_is_as_old_as_it_was(opened, freezer):
    freezer.move_to(NOON)
    source = await opened(IMPORT)
    for kwh in (9, 0.5):
        source.tell("meter/total", kwh)
    await source.close()
    freezer.move_to(NOON + 600 * MINUTE)
    source = await opened(IMPORT)
    with pytest.raises(SourceError, match="Nothing new"):
        await source.read(dt_util.utcnow())
    source.tell("meter/total", 0.5, retain=True)
    reading = await source.read(dt_util.utcnow())
    assert (reading.at, reading.counters_mwh) == (NOON, {"grid_import": 9_500_000})
    source.tell("meter/total", 0.5)
    assert (await source.read(dt_util.utcnow())).at == NOON + 600 * MINUTE
    source.tell("meter/total", 0.75)
    assert (await source.read(dt_util.utcnow())).counters_mwh == {"grid_import": 9_750_000}


async def test_a_power_from_before_a_restart_is_not_held_until_after_it(opened, freezer):
    source = await opened(PRODUCTION, ThingKind.PRODUCTION)
    freezer.move_to(NOON)
    source.tell("roof", {"pac": 600})
    await source.close()
    source = await opened(PRODUCTION, ThingKind.PRODUCTION)
    freezer.move_to(NOON + 600 * MINUTE)
    source.tell("roof", {"pac": 600}, retain=True)
    with pytest.raises(SourceError):
        await source.read(dt_util.utcnow())
    source.tell("roof", {"pac": 60})
    freezer.move_to(NOON + 601 * MINUTE)
    (counter_mwh,) = (await source.read(dt_util.utcnow())).counters_mwh.values()
    assert counter_mwh <= 1_000


async def test_a_short_restart_loses_nothing_of_a_power(opened, freezer):
    source = await opened(PRODUCTION, ThingKind.PRODUCTION)
    freezer.move_to(NOON)
    source.tell("roof", {"pac": 600})
    await source.close()
    source = await opened(PRODUCTION, ThingKind.PRODUCTION)
    freezer.move_to(NOON + 4 * MINUTE)
    source.tell("roof", {"pac": 0})
    assert (await source.read(dt_util.utcnow())).counters_mwh == {"production": 40_000}


async def test_a_kept_reading_that_was_not_known_yet_is_believed_as_of_now(opened, freezer):
    freezer.move_to(NOON)
    source = await opened(IMPORT)
    source.tell("meter/total", 5, retain=True)
    freezer.move_to(NOON + MINUTE)
    source.tell("meter/total", 6, retain=True)
    reading = await source.read(NOON + 2 * MINUTE)
    assert (reading.at, reading.counters_mwh) == (NOON + MINUTE, {"grid_import": 6_000_000})


async def test_another_topic_is_another_meter(opened, freezer):
    freezer.move_to(NOON)
    source = await opened(IMPORT)
    for kwh in (9, 0.5):
        source.tell("meter/total", kwh)
    await source.close()
    source = await opened({"grid_import_energy": IMPORT["grid_import_energy"] | {"topic": "other"}})
    source.tell("other", 40)
    assert (await source.read(NOON)).counters_mwh == {"grid_import": 40_000_000}


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/New_York"])
@pytest.mark.parametrize("hours", [23, 25])
async def test_days_of_23_and_25_hours_are_counted_exactly(opened, zone, hours, freezer):
    days = (local_day(date(2026, month, day), ZoneInfo(zone)) for month in (3, 10, 11) for day in range(1, 31))
    day = next(day for day in days if len(day) == hours * 4)
    source = await opened(IMPORT | {"grid_export_power": {"topic": "out", "path": "", "unit": "W"}})

    def tell(at):
        source.tell("meter/total", f"{5 + (at - day.start) // MINUTE * 7 / 1000:.3f}".encode())
        source.tell("out", 400)

    slots = await walk(source, freezer, (day.start + minute * MINUTE for minute in range(hours * 60 + 1)), tell)
    for flow, wh in (("grid_import", 105), ("grid_export", 100)):
        assert [slot.start for slot in slots[flow]] == list(day)
        assert {(slot.wh, slot.quality) for slot in slots[flow]} == {(wh, "measured")}
