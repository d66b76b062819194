"""The coordinator: reads the site's source, keeps its registers, and passes on the slots that closed."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .const import DOMAIN, READ_EVERY
from .core.channels import consumption
from .core.meter import LONGEST_MEASURED_STEP, ClosedSlot
from .core.registers import Registers, follow, rewind
from .core.slots import SLOT, Span, slot_of
from .core.wire import CLOCK_TOLERANCE
from .hub.connection import HubConnection
from .sources import Reading, Source, SourceError
from .storage import dump, load, registers_store

_LOGGER = logging.getLogger(__name__)

type ClosedSlots = Mapping[str, Sequence[ClosedSlot]]
type Taker = Callable[[ClosedSlots], Awaitable[None]]
"""Whoever keeps closed slots, or raises OSError; the registers move on only when every taker has them."""


@dataclass(frozen=True, kw_only=True)
class SiteRuntime:
    """Everything that a site's config entry owns while it is set up."""

    site_id: str
    """The site's own; the prefix of all unique ids."""
    coordinator: SiteCoordinator
    hub: HubConnection | None


type SceopConfigEntry = ConfigEntry[SiteRuntime]


@dataclass(frozen=True, slots=True)
class Balance:
    """What a site shows at one instant; None is a value that is not known."""

    at: datetime = field(compare=False)
    watts: Mapping[str, int | None]
    energy_wh: Mapping[str, int | None]
    consumption_w: int | None
    consumption_wh: int | None


class SiteCoordinator(DataUpdateCoordinator[Balance]):
    """One site, read every ten seconds."""

    config_entry: SceopConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: SceopConfigEntry, source: Source, takers: Sequence[Taker] = ()
    ) -> None:
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=f"{DOMAIN} {entry.title}",
            update_interval=READ_EVERY,
            always_update=False,
        )
        self.source = source
        self._takers = takers
        self._store = registers_store(hass, entry.entry_id)
        self._registers = Registers()

    @override
    async def _async_setup(self) -> None:
        """Take the registers up where they were left."""
        self._registers = load(await self._store.async_load())

    @override
    async def _async_update_data(self) -> Balance:
        """Read the source, and first what it remembers of the time in which nobody read it."""
        now = dt_util.utcnow()
        self._come_back_from_the_future(now)
        try:
            missed = await self.source.recall(self._missed_edges(now))
            reading = await self.source.read(now)
        except SourceError as error:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="source_silent",
                translation_placeholders={"sentence": str(error)},
            ) from error
        registers, closed = self._registers, dict[str, list[ClosedSlot]]()
        for past in (*missed, reading):
            registers, slots = follow(registers, past.at, past.counters_mwh)
            for channel, more in slots.items():
                closed.setdefault(channel, []).extend(more)
        with suppress(OSError):  # the store has told it; the next reading closes the same slots again
            await self._move_on(registers, closed)
        return _balance(registers, reading)

    async def _move_on(self, registers: Registers, closed: ClosedSlots) -> None:
        """Believe in the registers once every taker has the slots that closed on the way."""
        new = not self._registers.channels
        for taker in self._takers if closed else ():
            await taker(closed)
        self._registers = registers
        if new or closed:
            await self.async_save()

    def _come_back_from_the_future(self, now: datetime) -> None:
        """Take a clock that was put back for what it is; without this the site would wait until the time has come."""
        ahead = max((register.meter.at - now for register in self._registers.channels.values()), default=timedelta())
        if ahead > CLOCK_TOLERANCE:
            _LOGGER.warning("The clock of this machine was put back by %s; the running quarter hour is a gap", ahead)
            self._registers = rewind(self._registers, now)

    def _missed_edges(self, now: datetime) -> list[datetime]:
        """Return the edges of slots that a source with a memory can still tell.

        A new site asks for the start of the running slot, so that its first slot is whole. After a silence the even
        spread between two readings is only an estimate, and memory is better.
        """
        meters = [register.meter for register in self._registers.channels.values()]
        if not meters:
            return [slot_of(now)]
        last = max(meter.at for meter in meters)
        if now - last <= LONGEST_MEASURED_STEP:
            return []
        first, end = slot_of(last) + SLOT, slot_of(now) + SLOT
        return list(Span(first, end)) if first < end else []

    @callback
    def power(self) -> tuple[datetime, Mapping[str, int | None]] | None:
        """Return when the flows were read and what they were, or None while the source says nothing."""
        return (self.data.at, self.data.watts) if self.last_update_success else None

    @callback
    def kept(self) -> dict[str, Any]:
        """Return the registers as they are kept over a restart."""
        return dump(self._registers)

    async def async_save(self) -> None:
        """Write the registers to disk. If that fails, a restart takes up older ones and closes the same slots again."""
        with suppress(OSError):
            await self._store.async_save(self.kept())


def _balance(registers: Registers, reading: Reading) -> Balance:
    energy_wh = {
        channel: None if counter is None else registers.channels[channel].total_mwh // 1000
        for channel, counter in reading.counters_mwh.items()
    }
    whole = consumption(energy_wh) is not None
    return Balance(
        at=reading.at,
        watts=reading.watts,
        energy_wh=energy_wh,
        consumption_w=consumption(reading.watts),
        consumption_wh=registers.consumed.highest_mwh // 1000 if whole else None,
    )
