"""The coordinator: reads a site's things, balances them, and passes on the slots that closed."""

import asyncio
import logging
from asyncio import Lock
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, override
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from . import issues
from .anomalies import Anomalies
from .archive import Archive
from .books import SiteBooks, dump, load
from .const import DOMAIN, READ_EVERY
from .core import slotbook
from .core.balance import Balance, balance
from .core.channels import FLOWS, GRID_IMPORT
from .core.figures import Figures, running, running_slots
from .core.ledger import advance, remember, rewound
from .core.meter import ClosedSlot
from .core.registers import raised
from .core.slotbook import Book, Members, take, write
from .core.slots import Span
from .core.wire import CLOCK_TOLERANCE
from .forecasting import ForecastCoordinator
from .hub.connection import HubConnection
from .planning import Planning
from .prices import SitePrices
from .resume import resumed, shown_mwh
from .sources import Slots, Summing
from .sources.memory import memory_store
from .storage import Held, books_store, remove_all, take_up
from .terms import Terms
from .thing import ThingCoordinator
from .warnings.desk import Desk
from .zones import Zone

_LOGGER = logging.getLogger(__name__)

type ClosedSlots = Mapping[str, Sequence[ClosedSlot]]
type Taker = Callable[[ClosedSlots], Awaitable[None]]
"""Whoever keeps a site's closed slots, or raises OSError; the books move on only when every taker has them."""

type Rewinder = Callable[[datetime, datetime], Awaitable[None]]
"""Whoever must know that the clock was put back to now, and what it had shown."""


@dataclass(frozen=True, kw_only=True)
class SiteRuntime:
    """Everything that a site's config entry owns while it is set up."""

    site_id: str
    """The site's own; the prefix of all unique ids."""
    device_id: str
    """The site's device, below which those of its things stand."""
    coordinator: SiteCoordinator
    hub: HubConnection | None
    zones: Mapping[str, Zone]
    """The site's light zones by their subentries."""
    archive: Archive
    """What flowed in each slot of its past."""
    forecast: ForecastCoordinator
    """What follows from that, and the peak windows of the site and of its community."""

    anomalies: Anomalies
    """What is not normal in its past, and what people said of it."""
    desk: Desk
    """Where it is decided who hears of what."""
    planning: Planning
    """When flexible loads run; it knows them all."""

    @property
    def expects_peaks(self) -> bool:
        """Whether anything can run hot here: the site, which draws from the grid, or its community."""
        return self.hub is not None or GRID_IMPORT in self.archive.channels

    @property
    def things(self) -> Mapping[str, ThingCoordinator]:
        """The site's things by their subentries."""
        return self.coordinator.things


type SceopConfigEntry = ConfigEntry[SiteRuntime]


class SiteCoordinator(DataUpdateCoordinator[Balance]):
    """One site, balanced every ten seconds."""

    config_entry: SceopConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: SceopConfigEntry,
        things: Mapping[str, ThingCoordinator],
        takers: Sequence[Taker] = (),
        rewinders: Sequence[Rewinder] = (),
    ) -> None:
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=f"{DOMAIN} {entry.title}",
            update_interval=READ_EVERY,
        )
        self.things = things
        self.members = _members(things.values())
        self._takers = takers
        self._rewinders = rewinders
        self._store = books_store(hass, entry.entry_id)
        self._books = SiteBooks()
        self._untaken: dict[str, list[ClosedSlot]] = {}
        self._price_listeners: list[Callable[[], None]] = []
        self._settling = Lock()
        self.terms = Terms.from_options(entry.options)
        self._zone = ZoneInfo(entry.data["time_zone"])
        self.prices: SitePrices
        self.figures: Figures

    @property
    def answers(self) -> bool:
        """Whether anything of the site is known; a site without things has nothing to ask."""
        return not self.things or any(thing.last_update_success for thing in self.things.values())

    @property
    def flows(self) -> tuple[str, ...]:
        """The flows that the site has."""
        return tuple(flow for flow in FLOWS if flow in self.members)

    @override
    async def _async_setup(self) -> None:
        """Take the books up where they were left, and begin to listen to the things."""
        self._books = await self._kept_or_resumed()
        self.prices = await SitePrices.create(
            self.hass, self.terms, frozenset(self.flows), self._zone, self._books.prices
        )
        self.config_entry.async_on_unload(self.prices.close)
        self.prices.open(self._prices_changed)
        for thing in self.things.values():
            thing.registers = self._books.registers.get(thing.thing.id, {})
        await self._forget(frozenset(self._books.registers) - self.things.keys())
        await self._catch_up()
        await self._open()

    async def _catch_up(self) -> None:
        """Go on from what was shown before a power cut: the recorder would take less for a meter that begins anew."""
        for name, thing in self.things.items():
            if isinstance(thing.source, Summing) and thing.source.integrated and thing.registers:
                shown = await shown_mwh(self.hass, self.config_entry.unique_id or "", name, thing.source.integrated)
                thing.registers = raised(thing.registers, shown)

    async def _open(self) -> None:
        """Begin to listen to all things at once; one that fails keeps none of the others from it."""
        self.config_entry.async_on_unload(self._close)
        things = list(self.things.values())
        opened = await asyncio.gather(*(thing.source.open() for thing in things), return_exceptions=True)
        for thing, error in zip(things, opened, strict=True):
            if isinstance(error, Exception):
                _LOGGER.error("%s cannot be opened: %s", thing.thing.title, error, exc_info=error)

    async def _forget(self, gone: frozenset[str]) -> None:
        """Leave nothing of things that were removed: neither what they remembered nor what was wrong with them."""
        entry_id = self.config_entry.entry_id
        for thing in gone:
            await memory_store(self.hass, entry_id, thing).async_remove()
            await remove_all(self.hass, entry_id, thing)
        issues.forget(self.hass, entry_id, gone)
        self._books = replace(self._books, imported=self._books.imported - gone)

    async def _kept_or_resumed(self) -> SiteBooks:
        """Return the books; without any, those that the site's sensors lead to, of which a new site has none."""
        if (kept := await take_up(self._store, Held.BOOKS, self.config_entry.entry_id, load)) is not None:
            return kept
        things = [thing.thing for thing in self.things.values()]
        currency = self.terms.currency or self.hass.config.currency
        return await resumed(self.hass, self.config_entry.unique_id or "", things, currency, self._zone)

    @override
    async def _async_update_data(self) -> Balance:
        """Read every thing, none of which keeps another waiting or makes it fail."""
        await self._come_back_from_the_future(dt_util.utcnow())
        for thing in self.things.values():
            await thing.async_refresh()
        now = dt_util.utcnow()
        shown = [flow for thing in self.things.values() for flow in thing.shown(now)]
        tallies, state = balance(self._books.tallies, now, shown)
        new = not self._books.registers
        self._books = replace(self._books, tallies=tallies)
        with suppress(OSError):  # the store has told it; nothing is forgotten, and it is tried again
            await self._settle(now, save=new)
        self.figures = self._figures(now)
        return state

    async def _come_back_from_the_future(self, now: datetime) -> None:
        """Count anew what passes again: a clock that was put back has shown those slots before."""
        shown = max((at for thing in self.things.values() if (at := thing.read_until)), default=now)
        if shown - now > CLOCK_TOLERANCE:
            self._books = replace(
                self._books,
                ledger=rewound(self._books.ledger, now, shown),
                slots=slotbook.rewound(self._books.slots, now),
            )
            for hear in self._rewinders:
                await hear(now, shown)

    async def _settle(self, now: datetime, *, save: bool) -> None:
        """Pass on what closed, and write the books once every taker has it.

        What is written is what was true before the takers were asked: a slot that closes meanwhile closes again.
        """
        async with self._settling:  # who came second would let go of what the first has not written yet
            slots = self._books.slots
            for thing in self.things.values():
                if closed := thing.take_closed():
                    slots = write(slots, self.members, thing.thing.id, closed)
            slots, written = take(slots, self.members, now)
            for channel, more in written.channels.items():
                self._untaken.setdefault(channel, []).extend(more)
            registers = {thing.thing.id: thing.registers for thing in self.things.values()}
            ledger = advance(self._books.ledger, written.channels, self.prices.rules, now)
            self._books = replace(
                self._books, registers=registers, slots=slots, ledger=ledger, prices=self.prices.kept()
            )
            if not (save or self._untaken):
                return
            kept = dump(self._books)
            for taker in self._takers if self._untaken else ():
                await taker(self._untaken)
            self._untaken = {}
            await self._store.async_save(kept)

    def _figures(self, now: datetime) -> Figures:
        """Return what the ledger comes to with the running slot in it."""
        meters = {flow: [self.things[thing].meter(flow) for thing in self.members[flow]] for flow in self.flows}
        return running(self._books.ledger, running_slots(meters), self.prices.rules, now)

    @callback
    def listen_prices(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call whenever prices were learned."""
        self._price_listeners.append(listener)
        return lambda: self._price_listeners.remove(listener)

    @callback
    def _prices_changed(self) -> None:
        """Count what waited for its price, and show it."""
        now = dt_util.utcnow()
        self._books = replace(self._books, ledger=advance(self._books.ledger, {}, self.prices.rules, now))
        if self.data is not None:
            self.figures = self._figures(now)
            self.async_update_listeners()
        for listener in tuple(self._price_listeners):
            listener()

    @callback
    def power(self) -> tuple[datetime, Mapping[str, int | None]] | None:
        """Return when the flows were read and what they were, or None while nothing at all is known."""
        if not self.answers:
            return None
        return self.data.at, {flow: None if self.data.silent[flow] else self.data.watts[flow] for flow in self.flows}

    @callback
    def kept(self) -> dict[str, Any]:
        """Return the books as they are kept over a restart."""
        return dump(self._books)

    @callback
    def without_past(self) -> tuple[str, ...]:
        """Return the things whose past nobody has written yet."""
        return tuple(name for name in self.things if name not in self._books.imported)

    async def async_past_imported(self, things: Iterable[str]) -> None:
        """Remember whose past was written, so that it is written once."""
        self._books = replace(self._books, imported=self._books.imported | set(things))
        await self.async_save()

    @callback
    def remember(self, past: ClosedSlots) -> None:
        """Let the figures of today and of the month know what flowed before anybody read the things."""
        now = dt_util.utcnow()
        self._books = replace(self._books, ledger=remember(self._books.ledger, past, self.prices.rules, now))
        self.figures = self._figures(now)
        self.async_update_listeners()

    async def async_save(self) -> None:
        """Write the books to disk. If that fails, a restart takes up older ones and closes the same slots again."""
        with suppress(OSError):
            await self._settle(dt_util.utcnow(), save=True)

    async def past(self, span: Span) -> ClosedSlots:
        """Return the site's slots from before anybody read its things, as far as all of them remember."""
        return self.whole({name: await thing.source.past(span) for name, thing in self.things.items()}, span.end)

    @callback
    def whole(self, told: Mapping[str, Slots], end: datetime) -> ClosedSlots:
        """Return the site's slots of what each of its things told, by flow."""
        slots: Book = {}
        for name, flows in told.items():
            thing = self.things[name].thing
            slots = write(slots, self.members, name, {thing.channel(flow): known for flow, known in flows.items()})
        _, written = take(slots, self.members, end)
        return written.channels

    async def _close(self) -> None:
        """End what the things' sources began; one that was never opened would write that it remembers nothing."""
        for thing in self.things.values():
            await thing.source.close()


def _members(things: Iterable[ThingCoordinator]) -> Members:
    members: dict[str, set[str]] = {}
    for thing in things:
        for flow in thing.thing.flows:
            members.setdefault(thing.thing.channel(flow), set()).add(thing.thing.id)
    return {channel: frozenset(ids) for channel, ids in members.items()}
