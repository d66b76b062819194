"""The archive: what flowed in each slot of a site's past, at hand for whoever learns from it.

It keeps nothing of its own on disk: the recorder's statistics of our sensors are the truth, and are read at the start
and after an import, again and again while it cannot answer. Slots that close meanwhile come in as they do; without a
recorder they are all there is.

Half a past would be believed: nobody hears of it before the recorder and the things were asked once for all they know.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from random import SystemRandom

import numpy as np
from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util
from numpy.typing import NDArray
from sqlalchemy.exc import SQLAlchemyError

from .backoff import Backoff
from .const import DOMAIN
from .core.channels import CONSUMPTION, FLOWS, GRID_IMPORT, LIGHT, LOAD, consumption
from .core.forecast.series import Series
from .core.meter import ClosedSlot
from .core.slots import SLOT, Span, from_number, slot_of, to_number
from .recorded import slots_of
from .things import Thing

_LOGGER = logging.getLogger(__name__)

DAY = timedelta(days=1)
FIRST_RETRY_S, LONGEST_RETRY_S = 30, 900
PATIENCE_S = 8
"""How long listeners wait for those that are asked: a first forecast is promised within ten seconds of joining."""
LONGEST = timedelta(days=400)
"""A year and some weeks, so that the same season can be looked up."""
LONGEST_OF_A_LOAD = timedelta(days=100)
"""A home may have thirty single loads, and of those the last months tell enough."""


class Asked(Enum):
    """Those that are asked at the start for what they know."""

    RECORDER = auto()
    THINGS = auto()


class Ring:
    """The newest slots of one channel in a fixed space; each knows its number, so no clock can mix up their order."""

    def __init__(self, longest: timedelta) -> None:
        count = longest // SLOT
        self._wh: NDArray[np.float32] = np.full(count, np.nan, np.float32)
        self._numbers: NDArray[np.int32] = np.full(count, -1, np.int32)
        self._closed: NDArray[np.bool_] = np.zeros(count, np.bool_)
        """Whether this home closed the slot itself: no statistics know better."""
        self._recalled: NDArray[np.bool_] = np.zeros(count, np.bool_)
        """Whether a source remembered the slot: statistics know better, once they know anything."""

    def __len__(self) -> int:
        """Count the slots for which there is space."""
        return len(self._wh)

    def put(self, slots: Iterable[tuple[datetime, int]]) -> None:
        """Keep what was closed here."""
        for start, wh in slots:
            number = to_number(start)
            where = number % len(self)
            self._wh[where], self._numbers[where], self._closed[where] = wh, number, True
            self._recalled[where] = False

    def fill(self, start: datetime, wh: NDArray[np.float64]) -> None:
        """Keep what the recorder knows, instead of what it knew before."""
        numbers = to_number(start) + np.arange(len(wh))
        where = numbers % len(self)
        known = self._closed[where] | (self._recalled[where] & np.isnan(wh))
        told = ~(known & (self._numbers[where] == numbers))
        self._wh[where[told]], self._numbers[where[told]] = wh[told], numbers[told]
        self._closed[where[told]] = self._recalled[where[told]] = False

    def recall(self, slots: Iterable[ClosedSlot]) -> bool:
        """Keep what a source remembers of slots of which nothing is known; tell whether any of it is new."""
        new = False
        for slot in slots:
            number = to_number(slot.start)
            where = number % len(self)
            if self._numbers[where] < number or (self._numbers[where] == number and np.isnan(self._wh[where])):
                self._wh[where], self._numbers[where], self._closed[where] = slot.wh, number, False
                self._recalled[where] = new = True
        return new

    def at(self, start: datetime) -> int | None:
        """Return what flowed in one slot that was closed here."""
        where = (number := to_number(start)) % len(self)
        known = self._closed[where] and self._numbers[where] == number
        return round(float(self._wh[where])) if known else None

    def before(self, end: datetime, count: int) -> NDArray[np.float64]:
        """Return so many slots up to an instant; NaN where nothing is known."""
        numbers = to_number(end) - np.arange(min(count, len(self)), 0, -1)
        where = numbers % len(self)
        return np.where(self._numbers[where] == numbers, self._wh[where], np.nan).astype(np.float64)


class Archive:
    """The past of one site, by channel."""

    def __init__(self, hass: HomeAssistant, site_id: str, things: Sequence[Thing]) -> None:
        self._hass, self._site_id = hass, site_id
        channels = {thing.channel(flow): (thing, flow) for thing in things for flow in thing.flows}
        self._flows = tuple(flow for flow in FLOWS if flow in channels)
        self._sensors = {flow: f"{flow}_energy" for flow in self._flows}
        if GRID_IMPORT in self._flows:
            self._sensors[CONSUMPTION] = f"{CONSUMPTION}_energy"
        self._sensors |= {
            channel: f"{thing.id}_{flow}_energy" for channel, (thing, flow) in channels.items() if flow in {LOAD, LIGHT}
        }
        self._rings = {channel: Ring(LONGEST_OF_A_LOAD if "." in channel else LONGEST) for channel in self._sensors}
        self._listeners: list[Callable[[], None]] = []
        self._backoff = Backoff(SystemRandom(), FIRST_RETRY_S, LONGEST_RETRY_S)
        self._cancel: CALLBACK_TYPE | None = None
        self._failing = self._closed = self._untold = False
        self._asked = set[Asked]()
        self._cancel_patience: CALLBACK_TYPE | None = None
        self.filled = False
        """Whether the recorder has told what it knows."""

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels of the site, and its consumption where it can be known."""
        return tuple(self._rings)

    @property
    def settled(self) -> bool:
        """Whether nobody is waited for any more."""
        return not self._asked

    @callback
    def be_patient(self) -> None:
        """Tell nobody anything before all that are asked at the start have answered, or kept us waiting for long."""
        self._asked = set(Asked)
        self._cancel_patience = async_call_later(self._hass, PATIENCE_S, self._lose_patience)

    @callback
    def asked(self, whom: Asked) -> None:
        """Wait no more for one that was asked, whether it had anything to tell or not."""
        self._asked.discard(whom)
        if self.settled:
            self._stop_waiting()
            if self._untold:
                self._tell()

    @callback
    def _lose_patience(self, _now: datetime) -> None:
        self._cancel_patience = None
        for whom in tuple(self._asked):
            self.asked(whom)

    @callback
    def _stop_waiting(self) -> None:
        if self._cancel_patience is not None:
            self._cancel_patience()
            self._cancel_patience = None

    async def take(self, closed: Mapping[str, Sequence[ClosedSlot]]) -> None:
        """Keep slots as they close. What the site used follows as soon as all of its flows are known."""
        for channel, slots in closed.items():
            if channel in self._rings:
                self._rings[channel].put((slot.start, slot.wh) for slot in slots)
        if CONSUMPTION in self._rings:
            self._rings[CONSUMPTION].put(
                self._used({slot.start for flow in self._flows for slot in closed.get(flow, ())})
            )

    async def fill(self) -> None:
        """Read what the recorder knows; a database that cannot be read now is asked again, later each time."""
        self._rest()
        try:
            await self._read()
        except SQLAlchemyError as error:
            if not self._failing:
                _LOGGER.warning("The recorder cannot be read, and is asked again: %s", error)
            self._failing = True
            if not self._closed:
                self._cancel = async_call_later(self._hass, self._backoff.next(), self._again)
        else:
            self._backoff.reset()
            self.filled, self._failing = True, False
            self._tell()
        self.asked(Asked.RECORDER)

    async def _again(self, _now: datetime) -> None:
        self._cancel = None
        await self.fill()

    @callback
    def close(self) -> None:
        """Ask no more."""
        self._closed = True
        self._rest()
        self._stop_waiting()

    @callback
    def _rest(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    async def _read(self) -> None:
        """Read one channel after the other."""
        registry, end = er.async_get(self._hass), slot_of(dt_util.utcnow())
        for channel, sensor in self._sensors.items():
            ring = self._rings[channel]
            span = Span(end - len(ring) * SLOT, end)
            entity = registry.async_get_entity_id(Platform.SENSOR, DOMAIN, f"{self._site_id}_{sensor}")
            if entity is not None and (known := await slots_of(self._hass, span, entity)) is not None:
                ring.fill(span.start, known)

    @callback
    def recall(self, past: Mapping[str, Sequence[ClosedSlot]]) -> None:
        """Know at once what things remember, long before the recorder has written it all down."""
        recalled = [self._rings[channel].recall(slots) for channel, slots in past.items() if channel in self._rings]
        if any(recalled):
            self._tell()
        self.asked(Asked.THINGS)

    @callback
    def _tell(self) -> None:
        self._untold = not self.settled
        if self._untold:
            return
        for listener in list(self._listeners):
            listener()

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call the listener each time that more of the past is known; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def series(self, channel: str, days: float = LONGEST / DAY, end: datetime | None = None) -> Series:
        """Return a channel's slots up to the running one, or an end, from the first of which anything is known.

        The newest may be missing still; of a channel that the site does not have, all are.
        """
        end = slot_of(dt_util.utcnow()) if end is None else end
        ring = self._rings.get(channel)
        if ring is None:
            return Series(end, np.empty(0))
        wh = ring.before(end, round(days * DAY / SLOT))
        known = np.flatnonzero(np.isfinite(wh))
        wh = wh[known[0] :] if len(known) else wh[:0]
        return Series(from_number(to_number(end) - len(wh)), wh)

    def _used(self, starts: Iterable[datetime]) -> Iterator[tuple[datetime, int]]:
        for start in starts:
            used = consumption({flow: self._rings[flow].at(start) for flow in self._flows})
            if used is not None:
                yield start, max(used, 0)
