"""A light zone's flow: what its meter tells if it has one, or else what follows from its lamps."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..core.channels import LIGHT
from ..core.lighting import MWS_PER_MWH
from ..core.meter import ClosedSlot
from ..core.slots import Span
from ..things import CONF_TYPE, Thing
from ..zones.simulated import SimulatedLamps
from ..zones.zone import Zone
from . import Reading, Slots, Source, SourceError
from .entity import EntitySource
from .wiring import CONF_ENERGY, CONF_POWER


class ZoneSource(Source):
    """The lights of one zone. Its runtime follows them; here they are only read."""

    def __init__(self, zone: Zone, meter: EntitySource | None = None) -> None:
        self._zone = zone
        self._meter = meter
        self._was_seen = False

    @property
    @override
    def flows(self) -> tuple[str, ...]:
        return (LIGHT,)

    @override
    async def open(self) -> None:
        """Begin to listen to the meter; the zone follows its lamps already."""
        if self._meter is not None:
            await self._meter.open()

    @override
    async def close(self) -> None:
        """Keep what the meter must know; the zone closes with its site."""
        if self._meter is not None:
            await self._meter.close()

    @override
    async def read(self, at: datetime) -> Reading:
        """Return the power and the counter of the lights.

        While Home Assistant starts, lamps that nobody has seen yet are unknown and no failure: a site that has nothing
        but zones could not be set up.
        """
        counter_mwh: int | None = self._zone.counter_mws(at) // MWS_PER_MWH
        if self._meter is not None:
            return await self._metered(self._meter, at)
        if self._zone.lit is None:
            if self._was_seen:
                raise SourceError("None of the lights can be seen.")
            counter_mwh = None
        self._was_seen = self._zone.lit is not None
        return Reading(at, {LIGHT: self._zone.watts}, {LIGHT: counter_mwh})

    async def _metered(self, meter: EntitySource, at: datetime) -> Reading:
        """Return what the meter says; the power follows from the lamps where it tells none."""
        try:
            reading = await meter.read(at)
        except SourceError:
            if self._zone.lit is None:
                raise
            return Reading(at, {LIGHT: self._zone.watts}, {LIGHT: None})
        if reading.watts[LIGHT] is None:
            reading = replace(reading, watts={LIGHT: self._zone.watts})
        return reading

    @override
    async def recall(self, instants: Sequence[datetime]) -> Sequence[Reading]:
        """Return what simulated lamps had used at past instants; real ones tell only how they are now."""
        lamps = self._zone.lamps
        if not isinstance(lamps, SimulatedLamps):
            return ()
        return [Reading(instant, {LIGHT: None}, {LIGHT: self._stood(lamps, instant)}) for instant in instants]

    @override
    async def past(self, span: Span) -> Slots:
        """Return what is known from before anybody read the zone."""
        if self._meter is not None:
            return await self._meter.past(span)
        lamps = self._zone.lamps
        if not isinstance(lamps, SimulatedLamps):
            return {}
        stood = [self._stood(lamps, instant) // 1000 for instant in (*span, span.end)]
        slots = zip(span, pairwise(stood), strict=True)
        return {LIGHT: [ClosedSlot(start, after - before, "imported") for start, (before, after) in slots]}

    def _stood(self, lamps: SimulatedLamps, instant: datetime) -> int:
        """Return what the counter of simulated lamps stood at, in mWh."""
        at, counted_mws = self._zone.counted
        since_mws = lamps.used_mws(instant, at) if instant < at else 0
        return max(counted_mws - since_mws, 0) // MWS_PER_MWH


def create(hass: HomeAssistant, entry: ConfigEntry, thing: Thing, zone: Zone) -> ZoneSource:
    """Return the source of a zone, with its meter if a sensor was chosen."""
    wired = {what: {LIGHT: thing.source[what]} for what in (CONF_POWER,) if thing.source.get(what)}
    if energy := thing.source.get(CONF_ENERGY):
        wired[CONF_ENERGY] = {LIGHT: [energy]}
    if not wired:
        return ZoneSource(zone)
    source = {CONF_TYPE: "entity", CONF_ENERGY: {}, CONF_POWER: {}} | wired
    return ZoneSource(zone, EntitySource.create(hass, entry, replace(thing, source=source)))
