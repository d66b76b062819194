"""The book: the sessions of all zones of a site, kept over restarts and power cuts.

A small file holds what runs and what ended lately, and is written once a minute while anything is lit; the large one
holds 400 days and is written when the small one has grown. So a flash card bears it, and a power cut costs a minute.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..core.lighting import Diary, Session
from ..storage import Held, StrictStore, take_up
from ..things import ThingKind, things_of
from .causes import Causes
from .kept import dump_diary, dump_session, load_diary, load_session

KEPT = timedelta(days=400)
"""A year and the month beside it, so that a month can be compared with the same one a year before."""
MOST_SESSIONS = 10_000
"""Of one zone: 25 a day for 400 days. A corridor with a nervous detector keeps fewer days."""
MOST_FRESH = 40
WRITE_EVERY = timedelta(minutes=1)

BOOKS: HassKey[dict[str, Book]] = HassKey(f"{DOMAIN}_light_books")


@dataclass
class Page:
    """What the book holds of one zone."""

    diary: Diary | None = None
    sessions: dict[datetime, Session] = field(default_factory=dict)
    """Those that ended, by their start, in order."""
    fresh: dict[datetime, Session] = field(default_factory=dict)
    """Those among them that only the small file has."""
    hand: dict[str, Any] | None = None
    """What a person asked of simulated lamps."""

    def note(self, sessions: Iterable[Session]) -> None:
        """Keep sessions that ended or that a meter has settled since."""
        for session in sessions:
            if session.parts:
                self.sessions[session.start] = self.fresh[session.start] = session

    def forget(self, before: datetime) -> None:
        """Let go of what is too old or too much."""
        starts = [start for start, session in self.sessions.items() if session.end < before]
        starts += list(self.sessions)[: max(len(self.sessions) - MOST_SESSIONS, 0)]
        for start in starts:
            self.sessions.pop(start, None)


class Book:
    """The pages of a site's zones, and the two files in which they stand."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._hass = hass
        self._entry_id = entry_id
        self._running, self._history = _stores(hass, entry_id)
        self._pages: dict[str, Page] = {}
        self._confirm: dict[str, Callable[[], None]] = {}
        self._cancel: list[CALLBACK_TYPE] = []
        self.causes = Causes(hass)
        self._scheduled: CALLBACK_TYPE | None = None

    @classmethod
    async def of(cls, hass: HomeAssistant, entry: ConfigEntry) -> Book:
        """Return the book of a site, opened by the first of its zones."""
        books = hass.data.setdefault(BOOKS, {})
        if entry.entry_id not in books:
            book = cls(hass, entry.entry_id)
            await book.load([thing.id for thing in things_of(entry) if thing.kind is ThingKind.LIGHT_ZONE])
            books.setdefault(entry.entry_id, book)
        return books[entry.entry_id]

    async def load(self, zones: Iterable[str]) -> None:
        """Read what was kept of the zones that are there still, and keep nothing of others: light tells who was in."""
        history = await take_up(self._history, Held.LIGHTS, self._entry_id, _read_history) or {}
        running = await take_up(self._running, Held.LIGHTS, self._entry_id, _read_running) or {}
        for zone in zones:
            page = running.get(zone, Page())
            page.sessions = dict(sorted((history.get(zone, {}) | page.fresh).items()))
            if page.diary is not None and page.diary.session and page.diary.session.start in page.sessions:
                page.diary = replace(page.diary, session=None)  # it ended, and only the large file had heard of it
            self._pages[zone] = page
        if not self._pages.keys() >= history.keys() | running.keys():
            await self.save(most_fresh=-1)
        self._cancel.append(self._hass.bus.async_listen(EVENT_HOMEASSISTANT_FINAL_WRITE, self._write_last))

    def join(self, zone: str, confirm: Callable[[], None]) -> Page:
        """Return a zone's page; `confirm` brings its diary up to now before it is written."""
        self._confirm[zone] = confirm
        return self.page(zone)

    def page(self, zone: str) -> Page:
        """Return what is kept of a zone."""
        return self._pages.setdefault(zone, Page())

    async def leave(self, zone: str) -> None:
        """Write what a zone has; the last one closes the book."""
        if zone not in self._confirm:
            return
        await self.save()
        del self._confirm[zone]
        if not self._confirm:
            for cancel in self._cancel:
                cancel()
            self.causes.close()
            if self._scheduled is not None:
                self._scheduled()
            self._hass.data[BOOKS].pop(self._entry_id, None)

    @callback
    def touch(self) -> None:
        """Write within a minute, together with all else that changes in it."""
        if self._scheduled is None:
            job = HassJob(self._write, f"{DOMAIN} light book", cancel_on_shutdown=True)
            self._scheduled = async_call_later(self._hass, WRITE_EVERY, job)

    async def save(self, most_fresh: int = MOST_FRESH) -> None:
        """Write the small file, and the large one when it is due; what fails is tried again a minute later."""
        for confirm in self._confirm.values():
            confirm()
        try:
            await self._write_history(most_fresh)
            await self._running.async_save({"zones": {zone: _dump(page) for zone, page in self._pages.items()}})
        except OSError:  # the store has told it
            self.touch()

    async def _write_history(self, most_fresh: int) -> None:
        """Move what ended lately into the large file, which is written first: what is in both counts once."""
        if sum(len(page.fresh) for page in self._pages.values()) <= most_fresh:
            return
        moved = {zone: dict(page.fresh) for zone, page in self._pages.items()}
        for page in self._pages.values():
            page.forget(dt_util.utcnow() - KEPT)
        kept = {zone: list(page.sessions.values()) for zone, page in self._pages.items()}
        whole = {zone: [dump_session(session) for session in sessions] for zone, sessions in kept.items()}
        await self._history.async_save({"zones": whole})
        for zone, sessions in moved.items():
            fresh = self._pages[zone].fresh
            for start, session in sessions.items():
                if fresh.get(start) is session:
                    del fresh[start]

    async def _write(self, _now: datetime) -> None:
        self._scheduled = None
        await self.save()
        if any(page.diary is not None and page.diary.session is not None for page in self._pages.values()):
            self.touch()

    async def _write_last(self, _event: Event) -> None:
        await self.save()


async def remove(hass: HomeAssistant, entry_id: str) -> None:
    """Leave nothing of a removed site behind."""
    for store in _stores(hass, entry_id):
        await store.async_remove()


def _stores(hass: HomeAssistant, entry_id: str) -> tuple[StrictStore, StrictStore]:
    return (
        StrictStore(hass, f"{DOMAIN}.{entry_id}.lights"),
        StrictStore(hass, f"{DOMAIN}.{entry_id}.light_history"),
    )


def _read_history(kept: Mapping[str, Any]) -> dict[str, dict[datetime, Session]]:
    return {
        zone: {session.start: session for session in (load_session(zone, one) for one in sessions)}
        for zone, sessions in kept["zones"].items()
    }


def _read_running(kept: Mapping[str, Any]) -> dict[str, Page]:
    return {zone: _page(zone, page) for zone, page in kept["zones"].items()}


def _page(zone: str, kept: Mapping[str, Any]) -> Page:
    diary = kept["diary"]
    fresh = (load_session(zone, one) for one in kept["sessions"])
    return Page(
        None if diary is None else load_diary(zone, diary),
        fresh={session.start: session for session in fresh},
        hand=kept["hand"],
    )


def _dump(page: Page) -> dict[str, Any]:
    return {
        "diary": None if page.diary is None else dump_diary(page.diary),
        "sessions": [dump_session(session) for session in page.fresh.values()],
        "hand": page.hand,
    }
