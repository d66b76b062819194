"""A zone at work: follows its lamps, keeps its sessions, and tells whoever listens."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from homeassistant.core import CALLBACK_TYPE, Context, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..core.hours import Share, Timetable
from ..core.lighting import MWS_PER_MWH, Cause, Diary, Seen, Session, Totals, observe, settle, totals
from ..core.slots import local_midnight
from .book import Book, Page
from .lamps import Lamps

type Listener = Callable[[], None]
type SessionListener = Callable[[Session, bool], None]
"""Called with a session, and whether it began or else ended."""

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a zone's sensors show; the running ones move once a minute."""

    today: Totals
    month: Totals
    midnight: datetime
    """When today began."""
    month_start: datetime


@dataclass(frozen=True, slots=True)
class Tenancy:
    """What a zone is let for: in which hours, to whom."""

    timetable: Timetable
    occupant: str
    hours: tuple[Mapping[str, Any], ...]
    """The contracted hours as the dialog keeps them."""


class Zone:
    """Lights that belong together."""

    def __init__(self, hass: HomeAssistant, zone: str, title: str, tenancy: Tenancy, lamps: Lamps, book: Book) -> None:
        self.id = zone
        self.title = title
        self.tenancy = tenancy
        self.lamps = lamps
        self.after_hours_control = False
        """Whether after-hours control may act here; a person decides it with the zone's switch."""
        self._hass = hass
        self._book = book
        self._page = Page()
        self._listeners: list[Listener] = []
        self._session_listeners: list[SessionListener] = []
        self._timer: CALLBACK_TYPE | None = None
        self._counted: int | None = None
        self._diary: Diary
        self.figures: Figures

    @callback
    def open(self, since: datetime) -> None:
        """Take the diary up where it was left; a new zone's begins at `since`."""
        since = since.replace(microsecond=0)
        self._page = self._book.join(self.id, self._look)
        if self._page.diary is None:
            self._page.diary = Diary(self.id, Seen(since, lit=False if self.lamps.certain else None))
        elif not self.lamps.certain:  # what they did meanwhile nobody knows
            seen = self._page.diary.seen
            self._page.diary = replace(self._page.diary, seen=replace(seen, lit=None))
        self._diary = self._page.diary
        self.lamps.open(self._changed)
        self._look()
        self._renew()

    async def close(self) -> None:
        """Write what is known, and follow nothing any more."""
        self.lamps.close()
        if self._timer is not None:
            self._timer()
            self._timer = None
        await self._book.leave(self.id)

    @property
    def lit(self) -> bool | None:
        """Whether any lamp is lit, or None while none can be seen."""
        return self._diary.seen.lit

    @property
    def watts(self) -> int | None:
        """The power of this moment."""
        return None if self.lit is None else self._diary.seen.milliwatts // 1000

    @property
    def share(self) -> Share:
        """Whose time it is now."""
        return self._timetable.share(dt_util.utcnow())

    @property
    def running(self) -> Session | None:
        """The session that runs now."""
        return self._diary.session

    @property
    def after_hours_since(self) -> datetime | None:
        """Since when the zone has been lit after hours without a break, or None if it is not."""
        if not self.lit or self.running is None or self.share is not Share.AFTER_HOURS:
            return None
        return max(self.running.start, self._timetable.since(dt_util.utcnow()))

    @property
    def measured(self) -> bool:
        """Whether a meter tells the energy, or else the rated power of the lamps does."""
        return self._diary.seen.measured or self.lamps.counter() is not None

    @callback
    def sessions(self, since: datetime, until: datetime) -> list[Session]:
        """Return the sessions that touch a stretch of time, the running one among them."""
        self._look()
        every = chain(self._page.sessions.values(), [self.running] if self.running else [])
        return [session for session in every if session.end > since and session.start < until]

    @callback
    def counter_mws(self, at: datetime) -> int:
        """Return all the energy until now."""
        self._look(at)
        return self._diary.counted_mws

    @property
    def counted(self) -> tuple[datetime, int]:
        """Return when the diary was written last, and all the energy until then."""
        return self._diary.seen.at, self._diary.counted_mws

    @callback
    def listen(self, listener: Listener) -> CALLBACK_TYPE:
        """Call when anything changes that a zone's entities show."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def listen_sessions(self, listener: SessionListener) -> CALLBACK_TYPE:
        """Call when a session begins or ends."""
        self._session_listeners.append(listener)
        return lambda: self._session_listeners.remove(listener)

    async def turn_on(self, how: Mapping[str, Any], context: Context | None) -> None:
        """Light the lamps."""
        await self.lamps.turn_on(how, context)

    async def turn_off(self, how: Mapping[str, Any], context: Context | None) -> None:
        """Put the lamps out."""
        await self.lamps.turn_off(how, context)

    @callback
    def _changed(self, cause: Cause | None) -> None:
        """Look at the lamps, which have changed."""
        before = self.running
        self._look(cause=cause)
        if (before is None) != (self.running is None) or (
            before and self.running and before.start != self.running.start
        ):
            self._renew()
        else:
            self._tell()

    @callback
    def _look(self, at: datetime | None = None, cause: Cause | None = None) -> None:
        """Bring the diary up to this moment."""
        now = (at or dt_util.utcnow()).replace(microsecond=0)
        happened: list[tuple[Session, bool]] = []
        for seen in self.lamps.seen(self._diary.seen.at, now):
            step = observe(
                self._diary, seen if cause is None else replace(seen, cause=seen.cause or cause), self._timetable
            )
            self._diary = step.diary
            if step.ended is not None:
                self._page.note([step.ended])
                happened.append((step.ended, False))
            if step.began and self._diary.session is not None:
                happened.append((self._diary.session, True))
        self._settle()
        self._page.diary = self._diary
        if happened:
            self._book.touch()
        for session, began in happened:
            for listener in tuple(self._session_listeners):
                listener(session, began)

    def _settle(self) -> None:
        """Let the meter's word take the place of estimates, as often as it has counted on."""
        if not self.lamps.has_counter:
            self._diary = replace(self._diary, unsettled=())
            return
        if (counter := self.lamps.counter()) is None or counter == self._counted:
            return
        before, self._counted = self._counted, counter
        if before is None or counter < before:
            self._diary = replace(self._diary, unsettled=())
        elif counter > before:
            waiting = {stretch.session for stretch in self._diary.unsettled}
            ended = [self._page.sessions[start] for start in waiting if start in self._page.sessions]
            measured_mws = (counter - before) * MWS_PER_MWH
            self._diary, settled = settle(self._diary, measured_mws, ended, self._timetable)
            self._page.note(settled)

    @property
    def _timetable(self) -> Timetable:
        return self.tenancy.timetable

    @callback
    def _wake(self, _now: datetime) -> None:
        self._timer = None
        self._look()
        self._renew()

    @callback
    def _renew(self) -> None:
        """Count anew what the sensors show, and wait for the moment at which it changes by itself."""
        now = dt_util.utcnow()
        today = now.astimezone(self._timetable.zone).date()
        self.figures = self._count(today)
        if self._timer is not None:
            self._timer()
        job = HassJob(self._wake, f"light zone {self.title}", cancel_on_shutdown=True)
        self._timer = async_call_later(self._hass, self._next(now, today) - now, job)
        if self.running is not None:
            self._book.touch()
        self._tell()

    def _next(self, now: datetime, today: date) -> datetime:
        """Return when to look again: at an edge of hours, at midnight, and every minute while lit."""
        candidates = [
            self._timetable.next_edge(now),
            self.lamps.next_change(now),
            local_midnight(today + timedelta(days=1), self._timetable.zone),
            now.replace(second=0, microsecond=0) + _MINUTE if self.running is not None else None,
        ]
        return min(instant for instant in candidates if instant is not None and instant > now)

    def _count(self, today: date) -> Figures:
        first = today.replace(day=1)
        zone = self._timetable.zone
        month_start = local_midnight(first, zone)
        recent = list(_since(self._page.sessions, month_start))
        recent += [self.running] if self.running else []
        return Figures(
            totals(recent, today, today), totals(recent, first, today), local_midnight(today, zone), month_start
        )

    @callback
    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _since(sessions: dict[datetime, Session], start: datetime) -> Iterator[Session]:
    """Return the sessions that end after an instant; they stand in order, so the newest are asked first."""
    for session in reversed(sessions.values()):
        if session.end <= start:
            return
        yield session
