"""Upkeep of the books: slots settle, roll-ups follow, what is too old goes. All of it in bites that nobody feels.

Each night, two hours after midnight, when whoever was late has sent the last slots of the day.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from functools import partial

from ..backup import aside
from ..core.slots import from_number, local_midnight, to_number
from ..hub import Hub
from ..store import retention, rollups, seen, settle

_LOGGER = logging.getLogger(__name__)

LATE = timedelta(hours=2)
ROLL_UP_EVERY_S = 60
NOTE_SEEN_EVERY_S = 15 * 60
BREATH_S = 0.02
"""Between two bites, so that whoever waits for the books comes first."""


class Upkeep:
    """What the books need from time to time."""

    def __init__(self, hub: Hub, breath_s: float = BREATH_S) -> None:
        self._hub = hub
        self._breath_s = breath_s
        self._settled: date | None = None
        self._rolled_up = self._noted = -1
        self._told: dict[int, datetime] = {}
        self._fails = False

    async def keep(self, pause: Callable[[], Awaitable[None]]) -> None:
        """Do what is due for as long as the hub runs; `pause` waits between two looks."""
        while True:
            try:
                await self.once()
            except Exception:
                if not self._fails:
                    _LOGGER.exception("The books could not be kept up; it is tried again until it works")
                self._fails = True
            else:
                self._fails = False
            await pause()

    async def once(self) -> None:
        """Do what is due at this moment."""
        now = self._hub.clock()
        minute, quarter = (int(now.timestamp() // every) for every in (ROLL_UP_EVERY_S, NOTE_SEEN_EVERY_S))
        if self._rolled_up != minute:
            day = (now - LATE).astimezone(self._hub.profile.zone).date()
            if self._settled != day:
                await self._settle(day)
            await self._roll_up()
            if self._settled != day:
                await self._let_go(day)
                await asyncio.to_thread(aside.let_go, self._hub.settings.data, now)
            self._settled, self._rolled_up = day, minute
        if self._noted != quarter:
            await self.note_seen()
            self._noted = quarter

    async def note_seen(self) -> None:
        """Write down when each household was last heard."""
        news = {household: at for household, at in self._hub.seen.items() if self._told.get(household) != at}
        if news:
            await self._hub.store.write(lambda books: seen.note(books, news))
            self._told |= news

    async def _settle(self, day: date) -> None:
        before = to_number(local_midnight(day, self._hub.profile.zone))
        done: int | None = 0
        while done is not None:
            done = await self._bite(partial(settle.settle, before=before, after_channel=done))

    async def _roll_up(self) -> None:
        while await self._bite(partial(rollups.refresh, zone=self._hub.profile.zone)):
            pass

    async def _let_go(self, day: date) -> None:
        """Give up the days whose time is over; the lake's files of them follow by what is still kept.

        A clock that is wrong for a night must not take years along, so time has passed only when newer slots have come.
        """
        hub = self._hub
        told = from_number(await hub.store.read(retention.newest)).astimezone(hub.profile.zone).date()
        earliest = local_midnight(min(day, told) - timedelta(days=hub.profile.retention_days), hub.profile.zone)
        if await self._bite(partial(retention.let_go, before=to_number(earliest))):
            while await self._bite(retention.remove):
                pass

    async def _bite[T](self, change: Callable[[sqlite3.Connection], T]) -> T:
        """Make one change and leave the books to others for a breath."""
        result = await self._hub.store.write(change)
        await asyncio.sleep(self._breath_s)
        return result
