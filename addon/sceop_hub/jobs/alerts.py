"""The watch: every minute it looks whether something is wrong, and tells the coordinator's phone once."""

import asyncio
import logging
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from aiohttp import web

from ..core.slots import to_number
from ..domain import surprise
from ..domain.alerts import TOLD_AGAIN_AFTER, Alert, Finding, Key, Kind, Messages, look, messages
from ..domain.broken import Record
from ..domain.event.waiting import to_tell, waiting
from ..domain.surprise import Slot
from ..domain.watch import Member, Observation, findings
from ..homeassistant import HomeAssistant, HomeAssistantError
from ..hub import Hub
from ..store import alerts as books_of_alerts, audit, events, forecasts, soundness
from ..store.alerts import Listed
from ..store.database import FILE
from ..words import LANGUAGES, speaker
from ..words.alerts import message

_LOGGER = logging.getLogger(__name__)

LOOK_EVERY_S = 60
TIDY_EVERY_S = 86_400
LOOK_INTO_DATA_EVERY_S = 3600

SUMMED_BY_HOUR = 6
"""In the morning; by then what came yesterday is summed up."""

PUBLISHED_AFTER = timedelta(minutes=20)
"""The slots that ended before are published, as far as they can be."""


class Watch:
    """All alerts that hold. Pages acknowledge and mute through it, so that there is one who knows."""

    def __init__(self, hub: Hub, last_backup: Callable[[], datetime | None]) -> None:
        self._hub = hub
        self._last_backup = last_backup
        self._known: list[Alert] | None = None
        self._over: list[Alert] = []
        self._tidied = 0.0
        self._looking = asyncio.Lock()
        self._changing = asyncio.Lock()
        self._data_hour = -1
        self._records: list[Record] = []
        self._last_hours: list[Slot | None] = []
        self.trouble: str | None = None
        """Why the last message could not be sent."""

    @property
    def alerts(self) -> list[Alert]:
        """The alerts that are open, the oldest first."""
        opened = [alert for alert in self._known or [] if alert.opened_at is not None]
        return sorted(opened, key=lambda alert: alert.since)

    async def look(self) -> None:
        """Look around once, keep what changed, and tell of it."""
        async with self._looking:
            now = self._hub.clock()
            await self._renew(now)
            await self._tell(now)
            await self._tidy(now)
            self._count()

    async def _renew(self, now: datetime) -> None:
        hub = self._hub
        async with self._changing:
            if self._known is None:
                self._known = await hub.store.read(lambda books: books_of_alerts.running(books, now))
            before = {alert.key: alert for alert in self._known}
            found = await self._findings(now)
            mute = await hub.store.read(books_of_alerts.muted)
            after = [replace(alert, muted=alert.key in mute) for alert in look(self._known, found, now)]
            changed = [alert for alert in after if _differs(before.get(alert.key), alert)]
            if changed:
                await hub.store.write(lambda books: books_of_alerts.save(books, changed))
            self._known = [alert for alert in after if alert.ended_at is None]
            self._over += [alert for alert in after if alert.ended_at is not None]

    async def keep_looking(self, pause: Callable[[], Awaitable[None]]) -> None:
        """Look every minute for as long as the hub runs; `pause` waits between two glances at the clock."""
        looked, fails = None, False
        while True:
            minute = int(self._hub.clock().timestamp() // LOOK_EVERY_S)
            if minute != looked:
                try:
                    await self.look()
                except Exception:
                    if not fails:
                        _LOGGER.exception("The hub could not look for alerts; it goes on trying every minute")
                    fails = True
                else:
                    fails = False
                looked = minute
            await pause()

    async def acknowledge(self, key: Key, who: str) -> bool:
        """Remember that somebody knows of it: no reminder follows, its end is still told."""
        now = self._hub.clock()
        return await self._change(key, who, "alert.acknowledge", lambda alert: replace(alert, acknowledged_at=now))

    async def mute(self, key: Key, who: str, *, on: bool) -> bool:
        """Hear no more of it however often it comes back, or hear of it again."""

        def keep_mute(books: sqlite3.Connection) -> bool:
            changes = books_of_alerts.mute(books, key, on=on)
            if changes:
                action = "alert.mute" if on else "alert.unmute"
                audit.note(books, self._hub.clock(), who, action, _subject(key), kind=key[0])
            return changes

        async with self._changing:
            changes = await self._hub.store.write(keep_mute)
            self._known = [replace(alert, muted=on) if alert.key == key else alert for alert in self._known or []]
            self._count()
            return changes

    async def _change(self, key: Key, who: str, action: str, change: Callable[[Alert], Alert]) -> bool:
        async with self._changing:
            alert = next((known for known in self.alerts if known.key == key), None)
            if alert is None:
                return False
            changed = change(alert)

            def keep(books: sqlite3.Connection) -> None:
                books_of_alerts.save(books, [changed])
                audit.note(books, self._hub.clock(), who, action, _subject(key), kind=key[0])

            await self._hub.store.write(keep)
            self._known = [changed if known.key == key else known for known in self._known or []]
            self._count()
            return True

    def _count(self) -> None:
        """Tell the menu how many alerts nobody has looked at yet; proposals it counts beside the page of events."""
        known = self._known or []
        self._hub.alerts_waiting = sum(alert.calls for alert in known if alert.finding.kind != Kind.PROPOSAL)

    async def _findings(self, now: datetime) -> list[Finding]:
        hub = self._hub
        expected = await hub.store.read(books_of_alerts.expected)
        await self._look_into_data(now, expected)
        disk = await asyncio.to_thread(shutil.disk_usage, hub.settings.data)
        return findings(
            Observation(
                now=now,
                members=[
                    Member(who.public_id, who.joined_at, _later(hub.seen.get(who.id), who.last_seen))
                    for who in expected
                ],
                refused=list(hub.refusals),
                free_bytes=disk.free,
                database_bytes=(hub.settings.data / FILE).stat().st_size,
                disk_was_full=any(alert.finding.kind == Kind.DISK for alert in self._known or []),
                last_backup=await asyncio.to_thread(self._last_backup),
                watched_since=await hub.store.read(books_of_alerts.first_member),
                backlog=await hub.store.read(books_of_alerts.backlog),
                records=self._records,
                left_out=await hub.store.read(lambda books: soundness.public_ids(books, hub.publishing.leapt)),
                last_hours=self._last_hours,
                proposals=await self._proposals(now),
            )
        )

    async def _proposals(self, now: datetime) -> dict[str, datetime]:
        """Return when the first event of each day begins that somebody has to approve, and may be told of by now."""
        rule, zone = self._hub.profile.event_rule, self._hub.profile.zone
        around = await self._hub.store.read(lambda books: events.around(books, now))
        found = to_tell(waiting(around, rule, zone, now), rule, zone, now)
        starts = sorted((event.start for event in found), reverse=True)
        return {start.astimezone(zone).date().isoformat(): start for start in starts}

    async def _look_into_data(self, now: datetime, expected: Sequence[Listed]) -> None:
        """Look once an hour whether the data are sound and as expected; that reads far more than the other rules do.

        In their first hour newcomers are looked into as soon as what they brought is summed up.
        """
        hour = int(now.timestamp() // LOOK_INTO_DATA_EVERY_S)
        known = {record.public_id for record in self._records}
        young = {who.public_id for who in expected if now - who.joined_at < timedelta(seconds=LOOK_INTO_DATA_EVERY_S)}
        if hour == self._data_hour and young <= known:
            return
        zone, first = self._hub.profile.zone, to_number(now - PUBLISHED_AFTER) - surprise.SLOTS
        local = now.astimezone(zone)
        today = local.toordinal() - (local.hour < SUMMED_BY_HOUR)

        def read(books: sqlite3.Connection) -> tuple[list[Record], list[Slot | None]]:
            published = forecasts.published(books, first, first + surprise.SLOTS)
            told = forecasts.expected_since(books, first)
            beside = surprise.beside(published, told, forecasts.changed(books), first)
            return soundness.records(books, today, zone), beside

        self._records, self._last_hours = await self._hub.store.read(read)
        self._data_hour = hour

    async def _tell(self, now: datetime) -> None:
        """Send one message with all that is new; what could not be sent is tried again at the next look."""
        hub, target = self._hub, self._hub.profile.notify
        if target is None or hub.settings.home_assistant is None:
            self._over, self.trouble = [], None
            return
        lately = await hub.store.read(lambda books: books_of_alerts.told_lately(books, now - TOLD_AGAIN_AFTER))
        told = messages([*(self._known or []), *self._over], lately, now)
        if not told:
            self._over = []
            return
        names = await hub.store.read(books_of_alerts.names)
        say = speaker(hub.profile.language if hub.profile.language in LANGUAGES else LANGUAGES[0])
        text = message(say, told, names, hub.profile.zone)
        try:
            title = say("alerts.message.title", community=hub.profile.name)
            await HomeAssistant(hub.settings.home_assistant).notify(target, title, text)
        except HomeAssistantError as error:
            if self.trouble is None:
                _LOGGER.warning("An alert could not be sent to notify.%s: %s The hub goes on trying", target, error)
            self.trouble = str(error)
            return
        self._over, self.trouble = [], None
        await self._remember(told, now)

    async def _remember(self, told: Messages, now: datetime) -> None:
        keys = {alert.key for alert in (*told.new, *told.still)}
        async with self._changing:
            after = [
                replace(alert, told_at=now, announced=True) if alert.key in keys else alert
                for alert in self._known or []
            ]
            changed = [alert for alert in after if alert.key in keys]
            if changed:
                await self._hub.store.write(lambda books: books_of_alerts.save(books, changed))
            self._known = after

    async def _tidy(self, now: datetime) -> None:
        if now.timestamp() - self._tidied >= TIDY_EVERY_S:
            await self._hub.store.write(lambda books: books_of_alerts.tidy(books, now))
            self._tidied = now.timestamp()


WATCH = web.AppKey("watch", Watch)


def _differs(before: Alert | None, after: Alert) -> bool:
    """Tell whether the books must hear of it: a card in a small machine is not written every minute."""
    if before is None:
        return after.opened_at is not None
    return (before.opened_at, before.ended_at) != (after.opened_at, after.ended_at)


def _subject(key: Key) -> str:
    kind, subject = key
    return f"alert:{kind}:{subject}"


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)
