"""A meter that publishes over MQTT: any topic, and any path in its messages, through Home Assistant's own MQTT.

A message that the broker kept for whoever comes late is of unknown age. A meter reading is true whenever it was told,
for it only grows; a power of yesterday says nothing about now, and so it is left out.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Self, override

from homeassistant.components import mqtt
from homeassistant.components.mqtt.models import ReceiveMessage
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..backoff import Backoff
from ..core import counter as counters, integrate
from ..core.counter import Counter, Shown
from ..core.integrate import Integral
from ..core.meter import LONGEST_MEASURED_STEP
from ..core.slots import Span
from ..things import Thing
from . import STATE_OF_CHARGE, Reading, Slots, Source, SourceError
from .memory import SAVE_EVERY, Memory, memory_store, remembered
from .payloads import Payload, PayloadError
from .topics import Figures, charge_in, energy_in, watts_in

_LOGGER = logging.getLogger(__name__)

LONGEST_SILENCE = timedelta(minutes=65)
"""The slowest meters publish once an hour; who says nothing for longer may have been off or at full load."""


class MqttSource(Source):
    """Listens from `open` to `close`, and knows the newest figure of each kind."""

    def __init__(self, hass: HomeAssistant, entry_id: str, thing: Thing, backoff: Backoff) -> None:
        self._hass = hass
        self._entry_id = entry_id
        self._thing_id = thing.id
        self._title = thing.title
        self._flows = thing.flows
        self._figures = Figures.of(thing.source, thing.flows)
        self._store = memory_store(hass, entry_id, thing.id)
        self._waits_for_disk = False
        self._backoff = backoff
        self._subscribing: asyncio.Task[None] | None = None
        self._unsubscribe: list[Callable[[], None]] = []
        self._counters: dict[str, Counter] = {}
        self._integrals: dict[str, Integral] = {}
        self._told: dict[str, datetime] = {}
        """When each figure was told last; nothing that was kept over a restart is in it."""
        self._watts: dict[str, int] = {}
        self._charge: float | None = None
        self._troubles: dict[str, str] = {}

    @classmethod
    def create(cls, hass: HomeAssistant, entry: ConfigEntry, thing: Thing) -> Self:
        """Return the source of a thing."""
        backoff = Backoff(Random(), 5, 60)  # noqa: S311  # nothing secret hangs on it
        return cls(hass, entry.entry_id, thing, backoff)

    @property
    @override
    def flows(self) -> tuple[str, ...]:
        return self._flows

    @property
    def integrated(self) -> tuple[str, ...]:
        """The flows that are summed up from their power."""
        return self._figures.integrated

    @override
    async def open(self) -> None:
        """Take up what was kept, and listen as soon as Home Assistant's MQTT is there."""
        memory, named = await remembered(self._store, self._entry_id, self._thing_id), self._figures.named.items()
        self._counters = {
            name: memory.counters[figure.place] for name, figure in named if figure.place in memory.counters
        }
        self._integrals = dict(memory.integrals)
        self._subscribing = self._hass.async_create_background_task(self._subscribe(), f"sceop MQTT {self._title}")

    @override
    async def close(self) -> None:
        """Stop listening, and keep what a restart must know."""
        if self._subscribing is not None:
            self._subscribing.cancel()
            await asyncio.wait([self._subscribing])
            self._subscribing = None
        while self._unsubscribe:
            self._unsubscribe.pop()()
        await self._store.async_save(self._kept())

    @override
    async def read(self, at: datetime) -> Reading:
        """Return the newest figures: each for as long as it speaks for the present."""
        watts = {flow: self._watts_of(flow, at) for flow in self._flows}
        counters_mwh = {flow: self._counter_mwh(flow, at) for flow in self._flows}
        if all(value is None for value in (*watts.values(), *counters_mwh.values())):
            raise SourceError(self._why())
        self._keep_soon()
        return Reading(self._counted_at(at), watts, counters_mwh, self._facts(at))

    @override
    async def recall(self, instants: Sequence[datetime]) -> Sequence[Reading]:
        """Remember nothing: what was published is gone."""
        return ()

    @override
    async def past(self, span: Span) -> Slots:
        """Know nothing of it, likewise."""
        return {}

    async def _subscribe(self) -> None:
        """Wait for Home Assistant's MQTT, which may be set up later; when it is reloaded it restores what it had.

        All who listen to a topic are handed one message, in the form for which the first of them asked. So ask for text
        as the sensors of MQTT do: they could not read bytes.
        """
        while True:
            if await mqtt.async_wait_for_mqtt_client(self._hass):
                break
            await asyncio.sleep(self._backoff.next())
        for topic in self._figures.topics:
            self._unsubscribe.append(await mqtt.async_subscribe(self._hass, topic, self._hear))

    @callback
    def _hear(self, message: ReceiveMessage) -> None:
        """Take the figures that a message holds; what is no figure changes nothing."""
        payload, now = message.payload, dt_util.utcnow()
        for name in self._figures.on(message.topic):
            try:
                if not message.retain:
                    self._take(name, payload, now)
                elif name in self._figures.energy.values():
                    self._recall(name, payload, now)
                else:
                    continue
            except PayloadError as error:
                self._doubt(name, str(error))
            else:
                self._told[name] = now
                self._trust(name)

    def _recall(self, name: str, payload: Payload, now: datetime) -> None:
        """Take a meter reading that the broker kept; one that is known already may be as old as that."""
        known = self._counters.get(name)
        if known is None or known.shown.mwh != energy_in(payload, self._figures.named[name]):
            self._take(name, payload, now)

    def _take(self, name: str, payload: Payload, now: datetime) -> None:
        figure = self._figures.named[name]
        if name == STATE_OF_CHARGE:
            self._charge = charge_in(payload, figure)
        elif name in self._figures.energy.values():
            shown, before = Shown(now, energy_in(payload, figure), only_rises=True), self._counters.get(name)
            after = counters.begin(shown) if before is None else counters.advance(before, shown)
            self._counters[name] = after
            if before is not None and after.carried_mwh != before.carried_mwh:
                self._store.async_delay_save(self._kept)
        else:
            self._watts[name] = watts_in(payload, figure)
            for flow in self._figures.integrated:
                if self._figures.power[flow].name == name:
                    self._integrate(flow, now)

    def _integrate(self, flow: str, now: datetime) -> None:
        power, before = self._figures.power[flow], self._integrals.get(flow)
        watts = max(power.sign * self._watts[power.name], 0)
        self._integrals[flow] = Integral(now, watts) if before is None else integrate.advance(before, now, watts)

    def _speaks(self, name: str, at: datetime, longest: timedelta) -> bool:
        """Tell whether a figure is young enough; one from a future that a wrong clock had shown is not."""
        if not self._connected:
            longest = min(longest, LONGEST_MEASURED_STEP)
        return name in self._told and abs(at - self._told[name]) <= longest

    def _watts_of(self, flow: str, at: datetime) -> int | None:
        power = self._figures.power.get(flow)
        if power is None or not self._speaks(power.name, at, LONGEST_MEASURED_STEP):
            return None
        return max(power.sign * self._watts[power.name], 0)

    def _counter_mwh(self, flow: str, at: datetime) -> int | None:
        """Return what the meter counts, or what its power adds up to."""
        if (name := self._figures.energy.get(flow)) is not None:
            return self._counters[name].total_mwh if self._speaks(name, at, LONGEST_SILENCE) else None
        return None if self._watts_of(flow, at) is None else self._integrals[flow].counter_at(at)

    def _counted_at(self, at: datetime) -> datetime:
        """Return when the counters stood like this: figures of one thing come together, so the last one told counts.

        What is counted from a power counts on until now.
        """
        known = [
            self._counters[name] for name in self._figures.energy.values() if self._speaks(name, at, LONGEST_SILENCE)
        ]
        if not known or any(self._watts_of(flow, at) is not None for flow in self._figures.integrated):
            return at
        return max(min(counter.known_at(at), counter.shown.at) for counter in known)

    def _facts(self, at: datetime) -> Mapping[str, float]:
        if self._charge is None or not self._speaks(STATE_OF_CHARGE, at, LONGEST_SILENCE):
            return {}
        return {STATE_OF_CHARGE: self._charge}

    def _doubt(self, name: str, sentence: str) -> None:
        """Tell once that a topic brings what cannot be used."""
        if name not in self._troubles:
            topic = self._figures.named[name].topic
            _LOGGER.warning("%s, topic %s: %s. It is left out until there is a figure", self._title, topic, sentence)
        self._troubles[name] = sentence

    def _trust(self, name: str) -> None:
        if self._troubles.pop(name, None) is not None:
            _LOGGER.info("%s, topic %s: figures come again", self._title, self._figures.named[name].topic)

    @property
    def _connected(self) -> bool:
        return bool(self._unsubscribe) and mqtt.is_connected(self._hass)

    def _why(self) -> str:
        """Return the sentence for a source that has nothing to say."""
        if not self._unsubscribe:
            return "MQTT is not set up. Add Home Assistant's MQTT integration."
        if not self._connected:
            return "Home Assistant's MQTT is not connected. Check that the broker runs."
        for name, sentence in self._troubles.items():
            return f"On the topic {self._figures.named[name].topic}, {sentence}."
        topics = " or ".join(sorted(self._figures.topics))
        return f"Nothing new was published on {topics}. Check that the meter is on."

    def _keep_soon(self) -> None:
        if not self._waits_for_disk:
            self._waits_for_disk = True
            self._store.async_delay_save(self._kept, SAVE_EVERY.total_seconds())

    @callback
    def _kept(self) -> dict[str, Any]:
        self._waits_for_disk = False
        by_place = {self._figures.named[name].place: counter for name, counter in self._counters.items()}
        return Memory(by_place, self._integrals).to_json()
