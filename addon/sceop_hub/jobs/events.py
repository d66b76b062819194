"""Peak events by the clock: each minute they are proposed, announced, begun and ended, and after it what they saved.

Savings are reckoned as soon as everybody had their turn and every home that joined has sent its slots, ten minutes
after the end at the latest; and once more a day later, with what came late: then they are final. Where that fails, it
is tried again.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import msgspec
from aiohttp import web

from .. import events as telling, forecasts as pages
from ..core.slots import SLOT, to_number
from ..domain.event.course import Power, step
from ..domain.event.event import Event
from ..domain.event.savings import Savings, Sum, may_follow
from ..domain.forecast.kept import Curve, Forecast, PeakWindow
from ..hub import Hub
from ..processes import Ended, run
from ..publishing import SETTLED_AFTER
from ..saving.asked import Answer, Asked
from ..secrets import new_id
from ..store import events, forecasts, retention

_LOGGER = logging.getLogger(__name__)

PROGRAM = "sceop_hub.saving.process"

LOOK_EVERY_S = 60
TIDY_EVERY_S = 6 * 3600

PATIENCE = timedelta(minutes=10)
"""How long after the end of an event, or after its own start, the hub waits for slots of homes that joined."""

REVISED_AFTER = timedelta(days=1)
"""By then the slots of homes that were away have come, mostly."""

LATER = timedelta(hours=12)
"""So long after the first reckoning at least, where the hub itself was away on the day of the event."""

AGAIN_AFTER = timedelta(minutes=5)
"""Where reckoning failed; later less and less often."""

LONGEST_S = 20 * 60
"""A small computer reckons a thousand homes in a minute or two; what takes longer hangs, and is ended."""

type Run = Callable[..., Awaitable[Ended]]


@dataclass(slots=True)
class Reckoned:
    """What the process said, as far as it has come."""

    homes: dict[int, Savings] = field(default_factory=dict)
    together: Sum | None = None
    counted: tuple[int, ...] = ()

    def hear(self, line: str) -> None:
        """Take a line."""
        answer = msgspec.json.decode(line, type=Answer)
        if answer.home is not None and answer.savings is not None:
            self.homes[answer.home] = answer.savings
        if answer.together is not None:
            self.together, self.counted = answer.together, answer.counted


class Events:
    """When events move on, and when their savings are reckoned."""

    def __init__(self, hub: Hub, run: Run = run) -> None:
        self._hub = hub
        self._run = run
        self._begun = hub.clock()
        self._tidied = 0.0
        self._fails = False
        self._work: asyncio.Task[None] | None = None
        self._turns = asyncio.Lock()
        self._again: dict[str, datetime] = {}
        self._quarter = -1
        self._told: dict[str, int | None] = {}
        self.trouble: str | None = None
        """Why savings could not be reckoned."""

    async def keep(self, pause: Callable[[], Awaitable[None]]) -> None:
        """Look every minute for as long as the hub runs; `pause` waits between two glances at the clock."""
        looked = None
        try:
            while True:
                minute = int(self._hub.clock().timestamp() // LOOK_EVERY_S)
                if minute != looked:
                    await self._try()
                    looked = minute
                await pause()
        finally:
            if self._work is not None:
                self._work.cancel()
                await asyncio.wait([self._work])

    async def _try(self) -> None:
        try:
            await self.look()
            if self._work is None or self._work.done():
                self._work = asyncio.create_task(self.reckon())
        except Exception:
            if not self._fails:
                _LOGGER.exception("The hub could not look after its peak events; it goes on trying every minute")
            self._fails = True
        else:
            self._fails = False

    async def look(self) -> None:
        """Do what is due at this moment, but for reckoning, and tell of it."""
        hub, now = self._hub, self._hub.clock()
        rule, zone = hub.profile.event_rule, hub.profile.zone
        newest = await hub.store.read(lambda books: forecasts.latest(books, now))
        windows, power = self._expected(newest, now)

        def due(books: sqlite3.Connection) -> list[Event]:
            return step(events.around(books, now), windows, rule, zone, now, new_id, power)

        def go_on(books: sqlite3.Connection) -> list[Event]:
            changed = due(books)
            events.save(books, changed)
            return changed

        changed = await hub.store.write(go_on) if await hub.store.read(due) else []
        await telling.tell(hub, changed)
        await self._tell_counts(now)
        await telling.count(hub)
        if now.timestamp() - self._tidied >= TIDY_EVERY_S:
            await hub.store.write(lambda books: events.let_go(books, now, retention.kept_from(books)))
            self._tidied = now.timestamp()

    async def reckon(self) -> None:
        """Reckon the savings that are due, one event after the other."""
        async with self._turns:
            await self._reckon_all()

    async def _reckon_all(self) -> None:
        try:
            now = self._hub.clock()
            for event in await self._hub.store.read(lambda books: events.around(books, now)):
                if self._again.get(event.id, now) <= now and await self._is_due(event, now):
                    self._again[event.id] = now + max(AGAIN_AFTER, (now - event.end) / 10)
                    await self._reckon(event, now)
                    self._again.pop(event.id, None)
                    self.trouble = None
        except Exception as error:  # noqa: BLE001 - whatever it is, the hub goes on, and says once what it was
            self._complain(f"{type(error).__name__}: {error}")

    def _expected(self, newest: Forecast | None, now: datetime) -> tuple[tuple[PeakWindow, ...] | None, Power]:
        """Return the peaks of the newest forecast, and what it expects; None where it may not be shown, or is old."""
        if newest is None or now - newest.made > pages.OLD_AFTER or newest.peaks.figure not in pages.shown(self._hub):
            return None, _nothing
        return newest.peaks.windows, partial(_between, newest, newest.figures[newest.peaks.figure].mid)

    async def _is_due(self, event: Event, now: datetime) -> bool:
        if event.state == "settled":
            if event.final or now < event.end + REVISED_AFTER:
                return False
            return now >= LATER + await self._hub.store.read(lambda books: events.reckoned_at(books, event.id))
        if event.state != "over":
            return False
        if now >= max(event.end, self._begun) + PATIENCE:
            return True
        if now < event.end + SETTLED_AFTER:
            return False

        def missing(books: sqlite3.Connection) -> int:
            return events.missing_slots(books, events.who_joined(books, event.id), event)

        return await self._hub.store.read(missing) == 0

    async def _reckon(self, event: Event, now: datetime) -> None:
        hub, about = self._hub, self._hub.profile
        place = about.place
        assert event.announced is not None
        asked = Asked(
            data=str(hub.settings.data),
            event=event.id,
            start=event.start,
            end=event.end,
            noticed=event.announced,
            now=now,
            zone=about.zone.key,
            latitude=None if place is None else place.latitude,
            longitude=None if place is None else place.longitude,
            country=about.country,
            subdivision=about.subdivision,
            published=about.published_since is not None,
        )
        said = Reckoned()
        if not await hub.store.read(lambda books: events.who_joined(books, event.id)):
            said.together = Sum(None, None, "few")
            await self._keep(event, said, now)
            return
        async with asyncio.timeout(LONGEST_S):
            ended = await self._run(program=PROGRAM, given=msgspec.json.encode(asked).decode(), heard=said.hear)
        if ended.code or said.together is None:
            raise RuntimeError(ended.complaint.rpartition("\n")[2] or f"its process ended with {ended.code}")
        await self._keep(event, said, now)

    async def _keep(self, event: Event, said: Reckoned, now: datetime) -> None:
        kept = await self._hub.store.write(partial(_keep, asked=event, said=said, now=now))
        if kept is not None:
            await telling.tell(self._hub, [kept])

    async def _tell_counts(self, now: datetime) -> None:
        """Tell how many joined, where that changed, once a quarter of an hour: not each time that somebody answers."""
        hub, quarter = self._hub, to_number(now)
        if quarter == self._quarter:
            return
        self._quarter = quarter
        counts, ahead = await hub.store.read(lambda books: (events.counts(books, now), events.since(books, now)))
        fewest, before = hub.profile.fewest_homes, self._told
        self._told = {id_: found.told(fewest).yes for id_, found in counts.items()}
        news = [event for event in ahead if before.get(event.id) != self._told.get(event.id)]
        await telling.tell(hub, (event for event in news if event.state in {"announced", "running"}))

    def _complain(self, reason: str) -> None:
        """Say once what is wrong; the same is not said again until it was right in between."""
        if reason != self.trouble:
            _LOGGER.warning("The savings of an event could not be reckoned: %s. The hub tries again", reason)
        self.trouble = reason


EVENTS = web.AppKey("events", Events)


def _keep(books: sqlite3.Connection, asked: Event, said: Reckoned, now: datetime) -> Event | None:
    """Keep what was reckoned, unless nothing changed since the last time; return the event as it is now.

    Of an event that somebody else reckoned meanwhile, nothing is kept.
    """
    event, event_id = events.find(books, asked.id), asked.id
    if event is None or said.together is None or (event.state, event.revision) != (asked.state, asked.revision):
        return None
    again = event.state == "settled"
    if again and events.all_savings(books, event_id) == _bare(said.homes):
        kept = replace(event, final=True)
        events.save(books, [kept])
        return kept
    kept = replace(event, state="settled", revision=event.revision + 1, final=again)
    together, counted = said.together, said.counted
    if again:
        before, told = events.counted(books, event_id), events.sum_of(books, event_id)
        after = {home: said.homes[home].actual_wh for home in counted}
        whole = told is not None and told.homes == len(before)  # or somebody was forgotten, whom the sum still holds
        if told is not None and told.savings is not None and not (whole and may_follow(before, after)):
            together, counted = told, tuple(before)
    events.save(books, [kept])
    events.keep_savings(books, kept, said.homes, together, counted, now)
    return kept


def _bare(homes: Mapping[int, Savings]) -> dict[int, Savings]:
    return {home: replace(found, audit={}) for home, found in homes.items()}


def _nothing(_start: datetime, _end: datetime) -> Curve:
    return ()


def _between(newest: Forecast, curve: Curve, start: datetime, end: datetime) -> Curve:
    """Return what a forecast expects of the slots between two instants."""
    first, last = ((edge - newest.start) // SLOT for edge in (start, end))
    return (None,) * max(-first, 0) + curve[max(first, 0) : max(last, 0)]
