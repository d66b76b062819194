"""Sensors in a Home Assistant whose clock stands still, and a thing that is read through them."""

from datetime import UTC, datetime, timedelta

from homeassistant.util import dt as dt_util

from custom_components.sceop.core.registers import follow, rewind
from custom_components.sceop.sources import SourceError
from custom_components.sceop.sources.entity import EntitySource
from custom_components.sceop.things import FLOWS_OF, Thing, ThingKind

ENERGY = {"device_class": "energy", "state_class": "total_increasing", "unit_of_measurement": "kWh"}
DAILY = ENERGY | {"state_class": "total"}
MOST_W = 25_000
POWER = {"device_class": "power", "state_class": "measurement", "unit_of_measurement": "W"}


def grid_meter(**source):
    return thing(ThingKind.GRID_METER, **source)


def thing(kind, flows=None, **source):
    source = {"type": "entity", "energy": {}, "power": {}} | source
    return Thing("THING1", kind, "Meter", flows or FLOWS_OF[kind], source)


class ReadThing:
    """A thing's source, read as the coordinator does, and the registers behind it."""

    def __init__(self, hass, entry, freezer, of):
        self.hass, self.entry, self.freezer, self.thing = hass, entry, freezer, of
        self.registers, self.closed = {}, {flow: [] for flow in of.flows}
        self.reading = self.error = self.source = None

    async def open(self):
        self.source = EntitySource.create(self.hass, self.entry, self.thing)
        await self.source.open()

    async def restart(self, away=timedelta(), then=lambda: None):
        await self.source.close()
        self.freezer.tick(away)
        then()
        await self.open()

    def show(self, entity, value, attributes=ENERGY):
        self.hass.states.async_set(entity, str(value), attributes)

    async def read(self):
        now = dt_util.utcnow()
        ahead = max((register.meter.at - now for register in self.registers.values()), default=timedelta())
        if ahead > timedelta(minutes=2):
            self.registers = rewind(self.registers, now)
        await self.hass.async_block_till_done()
        try:
            self.reading, self.error = await self.source.read(now), None
        except SourceError as error:
            self.reading, self.error = None, str(error)
            return
        self.registers, closed = follow(self.registers, self.reading.at, self.reading.counters_mwh, MOST_W)
        for flow, slots in closed.items():
            self.closed[flow].extend(slots)

    async def run(self, time, step=timedelta(seconds=10), show=lambda _now: None):
        """Let time pass; each step shows what a function of the present makes of it, then reads."""
        end = datetime.now(UTC) + time
        while (now := datetime.now(UTC)) < end:
            self.freezer.tick(min(step, end - now))
            show(datetime.now(UTC))
            await self.read()

    def wh(self, flow):
        return [slot.wh for slot in self.closed[flow]]

    def total_mwh(self, flow):
        return self.registers[flow].total_mwh
