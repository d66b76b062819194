"""A thing at work: its source is read, its registers follow, its slots close."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .core.balance import Shown
from .core.meter import LONGEST_MEASURED_STEP, ClosedSlot, Meter
from .core.quantities import possible_mwh
from .core.registers import Registers, follow, rewind
from .core.slots import SLOT, Span, slot_of
from .core.wire import CLOCK_TOLERANCE
from .sources import Reading, Source, SourceError
from .things import Thing

_LOGGER = logging.getLogger(__name__)

FIRST_ANSWER = timedelta(minutes=1)
"""How long a source may take to answer at first."""


@dataclass(frozen=True, slots=True)
class ThingState:
    """What a thing shows at one instant, by flow; None is a value that is not known."""

    at: datetime = field(compare=False)
    watts: Mapping[str, int | None]
    energy_wh: Mapping[str, int | None]
    facts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Silence:
    """A source that says nothing: since when it was tried in vain, and its sentence."""

    since: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """A counter that went on from another level: what was seen before and after, in thousandths of a Wh."""

    flow: str
    at: datetime
    before_mwh: int
    after_mwh: int


@dataclass(frozen=True, slots=True)
class PutBack:
    """A clock that showed a time to come and was put back from it."""

    shown: datetime
    now: datetime


class ThingCoordinator(DataUpdateCoordinator[ThingState]):
    """One thing. The site reads it at its own pace; it fails alone, and tells so once."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, thing: Thing, source: Source, most_w: int) -> None:
        super().__init__(hass, _LOGGER, config_entry=entry, name=f"{entry.title}: {thing.title}", always_update=False)
        self.thing = thing
        self.source = source
        self.last_update_success = False  # a source needs a moment for its first answer, which is no loss to be logged
        self.registers: Registers = {}
        self._most_w = most_w
        self._closed: dict[str, list[ClosedSlot]] = {}
        self.last_reading: datetime | None = None
        self.silence: Silence | None = None
        self.replaced: list[Replaced] = []
        """What nobody has been told of yet."""
        self.put_back: PutBack | None = None
        self._missed = False

    @property
    def read_until(self) -> datetime | None:
        """When its counters were last read, also before a restart."""
        return max((register.meter.at for register in self.registers.values()), default=None)

    @override
    async def _async_update_data(self) -> ThingState:
        """Read the source, and first what it remembers of the time in which nobody read it."""
        now = dt_util.utcnow()
        last = self._come_back_from_the_future(now, self.read_until)
        edges = _missed_edges(last, now)
        try:
            missed = await self.source.recall(edges) if edges else ()
            reading = await self.source.read(now)
        except SourceError as error:
            self.silence = Silence(now if self.silence is None else self.silence.since, str(error))
            self._tell_of_a_missing_start(now)
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="source_silent",
                translation_placeholders={"name": self.thing.title, "sentence": str(error)},
            ) from error
        for past in (*missed, reading):
            before = self.registers
            self.registers, slots = follow(before, past.at, _possible(past), self._most_w)
            self.replaced.extend(_replaced(before, self.registers))
            for flow, more in slots.items():
                self._closed.setdefault(self.thing.channel(flow), []).extend(more)
        self.last_reading, self.silence = reading.at, None
        return ThingState(
            at=reading.at,
            watts=reading.watts,
            energy_wh={flow: self._energy_wh(flow, known) for flow, known in _possible(reading).items()},
            facts=reading.facts,
        )

    @callback
    def take_closed(self) -> Mapping[str, Sequence[ClosedSlot]]:
        """Hand over the slots that closed since the last time, by channel."""
        closed, self._closed = self._closed, {}
        return closed

    @callback
    def meter(self, flow: str) -> Meter | None:
        """Return the meter of a flow, if it was ever read."""
        register = self.registers.get(flow)
        return None if register is None else register.meter

    @callback
    def running_wh(self, flow: str) -> int | None:
        """Return what the running slot holds so far."""
        meter = self.meter(flow)
        return None if meter is None else meter.running_wh

    @callback
    def shown(self, now: datetime) -> list[Shown]:
        """Return every flow as it stands for the site's balance."""
        speaks, slot = self.last_update_success and self.data is not None, slot_of(now)
        return [self._shown(flow, slot, speaks=speaks) for flow in self.thing.flows]

    def _shown(self, flow: str, slot: datetime, *, speaks: bool) -> Shown:
        register = self.registers.get(flow)
        if not speaks or register is None:
            return Shown(self.thing.id, self.thing.channel(flow), None, None, None)
        known = self.data.energy_wh.get(flow) is not None
        running = register.meter.running_wh if register.meter.at >= slot else None
        return Shown(
            self.thing.id,
            self.thing.channel(flow),
            self.data.watts.get(flow),
            register.total_mwh if known else None,
            running if known else None,
        )

    def _energy_wh(self, flow: str, counter_mwh: int | None) -> int | None:
        return None if counter_mwh is None else self.registers[flow].total_mwh // 1000

    def _tell_of_a_missing_start(self, now: datetime) -> None:
        """Log once that a source never spoke; of one that fell silent the coordinator tells."""
        if self.data is None and not self._missed and self.silence and now - self.silence.since >= FIRST_ANSWER:
            self._missed = True
            _LOGGER.error("%s has not answered since it was set up: %s", self.name, self.silence.sentence)

    def _come_back_from_the_future(self, now: datetime, last: datetime | None) -> datetime | None:
        """Take a clock that was put back for what it is; without this the thing would wait until the time has come."""
        if last is None or last - now <= CLOCK_TOLERANCE:
            return last
        _LOGGER.warning("The clock of this machine was put back by %s; the running quarter hour is a gap", last - now)
        self.registers = rewind(self.registers, now)
        self.put_back = PutBack(last, now)
        return now


def _possible(reading: Reading) -> dict[str, int | None]:
    return {flow: possible_mwh(counter) for flow, counter in reading.counters_mwh.items()}


def _missed_edges(last: datetime | None, now: datetime) -> list[datetime]:
    """Return the edges of slots that a source with a memory can still tell.

    A new thing asks for the start of the running slot, so that its first slot is whole. After a silence the even
    spread between two readings is only an estimate, and memory is better.
    """
    if last is None:
        return [slot_of(now)]
    if now - last <= LONGEST_MEASURED_STEP:
        return []
    first, end = slot_of(last) + SLOT, slot_of(now) + SLOT
    return list(Span(first, end)) if first < end else []


def _replaced(before: Registers, after: Registers) -> Iterator[Replaced]:
    """Return the counters that have just gone on from another level."""
    for flow, register in after.items():
        known = before.get(flow)
        if known is not None and register.replaced_at not in (None, known.replaced_at):
            yield Replaced(flow, register.meter.at, known.meter.counter_mwh, register.meter.counter_mwh)
