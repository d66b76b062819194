"""Entities: any sensor of energy or power that Home Assistant has already."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Self, override

from homeassistant.components.sensor import SensorStateClass
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from ..const import READ_EVERY
from ..core import counter as counters, integrate
from ..core.counter import Shown
from ..core.meter import LONGEST_MEASURED_STEP
from ..core.quantities import mwh_of, number_of, watts_of
from ..core.slots import Span
from ..history import past
from ..things import Thing
from . import STATE_OF_CHARGE, Reading, Slots, Source, SourceError
from .memory import SAVE_EVERY, Memory, memory_store, remembered
from .wiring import Wiring, named


class EntitySource(Source):
    """The entities of one thing. Events tell every change, so that no midnight falls between two readings."""

    def __init__(self, hass: HomeAssistant, entry_id: str, thing: Thing) -> None:
        self._hass = hass
        self._entry_id = entry_id
        self._thing_id = thing.id
        self._flows = thing.flows
        self._wiring = Wiring.of(thing.source, thing.flows)
        self._store = memory_store(hass, entry_id, thing.id)
        self._waits_for_disk = False
        self._counters: dict[str, counters.Counter] = {}
        self._integrals: dict[str, integrate.Integral] = {}
        self._names: dict[str, str] = {}
        self._stop_listening: Callable[[], None] = lambda: None

    @classmethod
    def create(cls, hass: HomeAssistant, entry: ConfigEntry, thing: Thing) -> Self:
        """Return the source of a thing."""
        return cls(hass, entry.entry_id, thing)

    @property
    @override
    def flows(self) -> tuple[str, ...]:
        return self._flows

    @property
    def integrated(self) -> tuple[str, ...]:
        """The flows that are summed up from their power."""
        return self._wiring.integrated

    @override
    async def open(self) -> None:
        """Take up what was kept, and begin to listen."""
        memory, now = await remembered(self._store, self._entry_id, self._thing_id), dt_util.utcnow()
        self._counters = {entity: counters.doubt(kept, now) for entity, kept in memory.counters.items()}
        self._integrals = dict(memory.integrals)
        with suppress(SourceError):
            self._listen()

    @override
    async def close(self) -> None:
        """Keep what a restart must know."""
        self._stop_listening()
        self._names = {}
        await self._store.async_save(self._kept())

    @override
    async def read(self, at: datetime) -> Reading:
        """Return what the entities show."""
        self._listen()
        counting = {entity: self._look(entity) for entity in self._wiring.counted}
        watts = {flow: self._watts(flow) for flow in self._flows}
        for flow in self._wiring.integrated:
            self._integrate(flow, at)
        counters_mwh = {flow: self._counter_mwh(flow, at, counting) for flow in self._flows}
        if all(value is None for value in (*watts.values(), *counters_mwh.values())):
            raise SourceError(f"{', '.join(sorted(self._names.values()))} shows nothing at the moment.")
        self._keep_soon()
        return Reading(self._counted_at(at, counting), watts, counters_mwh, self._facts())

    @override
    async def recall(self, instants: Sequence[datetime]) -> Sequence[Reading]:
        """Remember nothing: sensors tell only how they stand, and `past` knows what the recorder saw."""
        return ()

    @override
    async def past(self, span: Span) -> Slots:
        """Return what the recorder knows of the sensors."""
        return await past(self._hass, span, self._flows, self._wiring)

    @callback
    def _listen(self) -> None:
        """Follow every entity to the name that it goes by today."""
        names = {entity: named(self._hass, entity) for entity in self._wiring.entities}
        for entity, name in names.items():
            if name is None:
                was = self._names.get(entity, "A sensor of this thing")
                raise SourceError(f"{was} was removed from Home Assistant. Choose another one for this thing.")
        known = {entity: name for entity, name in names.items() if name is not None}
        if known == self._names:
            return
        self._stop_listening()
        self._names = known
        self._stop_listening = async_track_state_change_event(self._hass, known.values(), self._hear)

    @callback
    def _hear(self, event: Event[EventStateChangedData]) -> None:
        """Take a change at the moment at which it happens."""
        old, new = event.data["old_state"], event.data["new_state"]
        if new is None:
            return
        for entity, name in self._names.items():
            if name != new.entity_id:
                continue
            self._doubt_what_was_away(entity, old, new)
            self._take(entity, new, new.last_updated)
            for flow in self._wiring.integrated:
                if self._wiring.power[flow].entity == entity:
                    self._integrate(flow, new.last_updated)

    def _doubt_what_was_away(self, entity: str, old: State | None, new: State) -> None:
        """Doubt what a sensor shows first when its integration begins anew: it may be a memory of its own."""
        known = self._counters.get(entity)
        was_away = old is None or _shown(old, old.last_updated) is None
        if known is not None and was_away and new.last_updated - known.shown.at > LONGEST_MEASURED_STEP:
            self._counters[entity] = counters.doubt(known, new.last_updated)

    def _look(self, entity: str) -> bool:
        """Take what a sensor of energy shows, and tell whether it shows anything."""
        state = self._state(entity)
        return state is not None and self._take(entity, state, state.last_reported)

    def _take(self, entity: str, state: State, at: datetime) -> bool:
        if entity not in self._wiring.counted or (shown := _shown(state, at)) is None:
            return False
        before = self._counters.get(entity)
        if before is not None and before.doubted_since is None and before.shown == shown:
            return True  # the event told it already
        after = counters.begin(shown) if before is None else counters.advance(before, shown)
        self._counters[entity] = after
        if before is not None and after.carried_mwh != before.carried_mwh:
            self._store.async_delay_save(self._kept)
        return True

    def _integrate(self, flow: str, at: datetime) -> None:
        if (watts := self._watts(flow)) is None:
            return
        if (before := self._integrals.get(flow)) is None:
            self._integrals[flow] = integrate.Integral(at, watts)
        elif not timedelta() < before.at - at < READ_EVERY:  # a change overtook the reading that is on its way
            self._integrals[flow] = integrate.advance(before, at, watts)

    def _state(self, entity: str | None) -> State | None:
        name = self._names.get(entity or "")
        return None if name is None else self._hass.states.get(name)

    def _watts(self, flow: str) -> int | None:
        power = self._wiring.power.get(flow)
        if power is None or (state := self._state(power.entity)) is None:
            return None
        watts = watts_of(state.state, state.attributes.get("unit_of_measurement"))
        return None if watts is None else max(power.sign * watts, 0)

    def _counter_mwh(self, flow: str, at: datetime, counting: Mapping[str, bool]) -> int | None:
        if (entities := self._wiring.energy.get(flow)) is None:
            integral = self._integrals.get(flow)
            return None if integral is None else integral.counter_at(at)
        if not all(counting[entity] for entity in entities):
            return None
        return sum(self._counters[entity].total_mwh for entity in entities)

    def _counted_at(self, now: datetime, counting: Mapping[str, bool]) -> datetime:
        """Return when the counters stood like this. Sensors of one thing are told together, so the last one counts."""
        known = [
            self._counters[entity]
            for entities in self._wiring.energy.values()
            if all(counting[entity] for entity in entities)
            for entity in entities
        ]
        known_at = [counter.known_at(now) for counter in known]
        if doubted := [at for counter, at in zip(known, known_at, strict=True) if counter.doubted(now)]:
            return min(doubted)
        if any(flow in self._integrals for flow in self._wiring.integrated):
            return now
        return max(known_at, default=now)

    def _facts(self) -> dict[str, float]:
        state = self._state(self._wiring.state_of_charge)
        percent = None if state is None else number_of(state.state)
        return {} if percent is None else {STATE_OF_CHARGE: float(percent)}

    def _keep_soon(self) -> None:
        if not self._waits_for_disk:
            self._waits_for_disk = True
            self._store.async_delay_save(self._kept, SAVE_EVERY.total_seconds())

    @callback
    def _kept(self) -> dict[str, Any]:
        self._waits_for_disk = False
        return Memory(self._counters, self._integrals).to_json()


def _shown(state: State, at: datetime) -> Shown | None:
    """Return what a sensor of energy shows, or None while it shows no such figure."""
    attributes = state.attributes
    mwh = mwh_of(state.state, attributes.get("unit_of_measurement"))
    only_rises = attributes.get("state_class") == SensorStateClass.TOTAL_INCREASING
    if mwh is None or (only_rises and mwh < 0):
        return None
    return Shown(at, mwh, _last_reset(attributes.get("last_reset")), only_rises)


def _last_reset(attribute: object) -> datetime | None:
    told = dt_util.parse_datetime(attribute) if isinstance(attribute, str) else attribute
    return dt_util.as_utc(told) if isinstance(told, datetime) else None
