"""Events: the peak events of the community as this home knows them, and its word about each.

They begin and end by this home's own clock: who joined keeps that word also while the hub is away. What a person
answered is never changed by a standing consent.
"""

import logging
from asyncio import Lock
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..backoff import Backoff
from .client import HubClient
from .consent import Consent
from .errors import Declined, HubError, Refused
from .invited import Answer, By, PeakEvent, Savings, Stage, read_event
from .promises import Declined as DeclinedAnswer, Promises, Told, Waiting

_LOGGER = logging.getLogger(__name__)

FIRST_RETRY, LONGEST_RETRY = 15, 600
DECLINED_FOR = timedelta(days=1)
"""How long it is told that the hub said no to an answer."""


class Happening(StrEnum):
    """What can happen to an event, as automations hear of it."""

    ANNOUNCED = "announced"
    ANSWERED = "answered"
    STARTED = "started"
    ENDED = "ended"
    SETTLED = "settled"
    CANCELLED = "cancelled"


type Hear = Callable[[Happening, PeakEvent], None]


class EventUnknownError(Exception):
    """There is no such event."""


class EventOverError(Exception):
    """It is too late to answer."""


class SilenceError(Exception):
    """This home sends nothing for now, because somebody paused it."""


class Events:
    """The events of one membership."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: HubClient,
        promises: Promises,
        consent: Consent,
        dice: Random,
        *,
        silent: bool,
    ) -> None:
        self._hass, self._entry, self._client, self._kept = hass, entry, client, promises
        self.consent = consent
        self._silent = silent
        self.asked = False
        """Whether the hub has said anything since the start, be it that it has no events."""
        self._backoff = Backoff(dice, FIRST_RETRY, LONGEST_RETRY)
        self._listeners: list[Callable[[], None]] = []
        self._hearers: list[Hear] = []
        self._edge: CALLBACK_TYPE | None = None
        self._retry: CALLBACK_TYPE | None = None
        self._reviewing, self._delivering = Lock(), Lock()
        self._open = False

    @property
    def known(self) -> bool:
        """Whether this hub has events at all; one of before has none."""
        return self._kept.has_events

    @property
    def each(self) -> tuple[PeakEvent, ...]:
        """All events in order of time, with this home's own word about them, whether the hub heard it yet or not."""
        return tuple(sorted(map(self._answered, self._kept.events.values()), key=lambda each: (each.start, each.id)))

    @property
    def running(self) -> PeakEvent | None:
        """The event that this home takes part in now."""
        now = dt_util.utcnow()
        joined = (each for each in self.each if each.answer is Answer.YES)
        return next((each for each in joined if each.stage(now) is Stage.RUNNING), None)

    @property
    def runs(self) -> bool:
        """Whether any event runs, joined or not."""
        now = dt_util.utcnow()
        return any(each.stage(now) is Stage.RUNNING for each in self.each)

    @property
    def next(self) -> PeakEvent | None:
        """The next event to begin."""
        now = dt_util.utcnow()
        return next((each for each in self.each if each.stage(now) is Stage.ANNOUNCED), None)

    @property
    def to_answer(self) -> PeakEvent | None:
        """The event that an answer without a name means: the first that can still be answered."""
        now = dt_util.utcnow()
        return next((each for each in self.each if each.open(now)), None)

    @property
    def declined(self) -> Mapping[str, DeclinedAnswer]:
        """The answers to which the hub said no."""
        return self._kept.declined

    def find(self, name: str) -> PeakEvent | None:
        """Return an event by its id."""
        return None if (event := self._kept.events.get(name)) is None else self._answered(event)

    def waits(self, event: PeakEvent) -> bool:
        """Tell whether this home's answer is still on its way."""
        return event.id in self._kept.waiting

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call the listener after every change; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def hear(self, hear: Hear) -> CALLBACK_TYPE:
        """Hand over everything that happens, once; return how to stop that."""
        self._hearers.append(hear)
        return lambda: self._hearers.remove(hear)

    @callback
    def start(self) -> None:
        """Follow the clock, also in a pause, and send what waits."""
        self._open = True
        self._changed()
        if self._kept.waiting:
            self._do(self._deliver())

    @callback
    def stop(self) -> None:
        """Follow it no more."""
        self._open = False
        for cancel in (self._edge, self._retry):
            if cancel is not None:
                cancel()
        self._edge = self._retry = None

    async def ask(self) -> None:
        """Ask for all events."""
        try:
            told = await self._client.events(dt_util.utcnow())
        except Declined:
            self.asked = True
            raise
        self.asked = self._kept.has_events = True
        self._kept.events = {event.id: event for event in told}
        self._changed()

    @callback
    def heard(self, message: Mapping[str, Any]) -> None:
        """Take one event from the live line."""
        event = read_event(message, dt_util.utcnow())
        self._kept.has_events = True
        self._kept.events[event.id] = event
        self._changed()

    async def answer(self, name: str, answer: Answer, by: By) -> None:
        """Keep an answer, and send it until the hub has it; what it says no to is told here, or later in a warning."""
        event = self.find(name)
        if event is None:
            raise EventUnknownError(name)
        if not event.open(dt_util.utcnow()):
            raise EventOverError(name)
        if self._silent:
            raise SilenceError(name)
        self._kept.waiting[name] = Waiting(answer, by)
        self._kept.declined.pop(name, None)
        await self._kept.save()
        self._changed()
        await self._deliver()
        if (said := self._kept.declined.get(name)) is not None:
            raise Declined(said.sentence)

    async def _deliver(self) -> None:
        """Send what waits, the oldest first; a hub that does not answer is asked again, ever later."""
        if self._silent:
            return
        async with self._delivering:
            self._wait_no_more()
            for name, waiting in list(self._kept.waiting.items()):
                try:
                    await self._client.answer_event(name, waiting.answer, waiting.by)
                except (Declined, Refused) as error:
                    self._taken(name, waiting)
                    self._kept.declined[name] = DeclinedAnswer(dt_util.utcnow(), error.sentence, waiting.by)
                except HubError as error:
                    _LOGGER.debug("The answer of %s has to wait: %s", self._entry.title, error)
                    self._try_again()
                    break
                else:
                    self._taken(name, waiting)
                    if (event := self._kept.events.get(name)) is not None:
                        self._kept.events[name] = replace(event, answer=waiting.answer, by=waiting.by)
            else:
                self._backoff.reset()
            await self._kept.save()
        self._changed()

    def _taken(self, name: str, sent: Waiting) -> None:
        """Let go of an answer that was dealt with, unless the person changed it meanwhile."""
        if self._kept.waiting.get(name) is sent:
            del self._kept.waiting[name]
        else:
            self._try_again()

    @callback
    def _try_again(self) -> None:
        self._wait_no_more()
        if not self._open:
            return

        @callback
        def again(_now: datetime) -> None:
            self._retry = None
            self._do(self._deliver())

        self._retry = async_call_later(self._hass, self._backoff.next(), again)

    @callback
    def _wait_no_more(self) -> None:
        if self._retry is not None:
            self._retry()
            self._retry = None

    def _answered(self, event: PeakEvent) -> PeakEvent:
        waiting = self._kept.waiting.get(event.id)
        return event if waiting is None else replace(event, answer=waiting.answer, by=waiting.by)

    @callback
    def _changed(self, _now: datetime | None = None) -> None:
        """Show it, look what has happened, and wait for the next edge."""
        for listener in list(self._listeners):
            listener()
        if not self._open:
            return
        if self._edge is not None:
            self._edge()
        now = dt_util.utcnow()
        edges = (edge for each in self.each if each.open(now) for edge in (each.start, each.end) if edge > now)
        edge = min(edges, default=None)
        self._edge = None if edge is None else async_track_point_in_utc_time(self._hass, self._at_edge, edge)
        self._do(self._review())

    @callback
    def _at_edge(self, _now: datetime) -> None:
        self._edge = None
        self._changed()

    async def _review(self) -> None:
        """Write down what has happened, then tell it; and keep the standing consent."""
        async with self._reviewing:
            now, before = dt_util.utcnow(), (dict(self._kept.told), dict(self._kept.declined))
            happened: list[tuple[Happening, PeakEvent]] = []
            told: dict[str, Told] = {}
            for event in self.each:
                known = self._kept.told.get(event.id)
                news, told[event.id] = review(event, known, now)
                happened += [(each, event) for each in news]
            self._kept.told = told
            self._kept.declined = {
                name: each for name, each in self._kept.declined.items() if now - each.at < DECLINED_FOR
            }
            if happened or (self._kept.told, self._kept.declined) != before:
                await self._kept.save()
            for happening, event in happened:
                for hear in list(self._hearers):
                    hear(happening, event)
        for event in self.each:
            if event.answer is None and event.open(now) and event.id not in self.declined:
                await self._consent(event)

    async def _consent(self, event: PeakEvent) -> None:
        """Join what a person agreed to once and for all."""
        if self._open and not self._silent and self.consent.holds_for(event) and not self.waits(event):
            self._kept.waiting[event.id] = Waiting(Answer.YES, By.STANDING)
            await self._kept.save()
            self._changed()
            self._do(self._deliver())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        _task = self._entry.async_create_background_task(self._hass, work, f"sceop events {self._entry.title}")


def review(event: PeakEvent, known: Told | None, now: datetime) -> tuple[list[Happening], Told]:
    """Return what is news of an event, and what is known then.

    Of what was over when it was heard of first, nothing is told: a new member did not live through it.
    """
    stage, seen = event.stage(now), known or Told()
    if known is None and stage not in {Stage.ANNOUNCED, Stage.RUNNING}:
        return [], Told(frozenset() if event.savings is None else frozenset({_settled(event.savings)}), event.answer)
    due = [Happening.ANNOUNCED] if stage in {Stage.ANNOUNCED, Stage.RUNNING} else []
    due += [Happening.STARTED] if stage is Stage.RUNNING else []
    begun = Happening.STARTED in seen.kinds
    due += [Happening.ENDED] if begun and stage not in {Stage.ANNOUNCED, Stage.RUNNING} else []
    due += [Happening.CANCELLED] if stage is Stage.CANCELLED and Happening.ANNOUNCED in seen.kinds else []
    news = [each for each in due if each not in seen.kinds]
    if event.answer is not None and event.answer is not seen.answer:
        news.insert(1 if Happening.ANNOUNCED in news else 0, Happening.ANSWERED)
    kinds = seen.kinds | {each.value for each in due}
    if event.savings is not None and (settled := _settled(event.savings)) not in kinds:
        kinds |= {settled}
        news += [Happening.SETTLED]
    return news, Told(kinds, event.answer)


def _settled(savings: Savings) -> str:
    """Name what is known of savings; they are revised once, and that is news."""
    return f"{Happening.SETTLED} {savings.revision}"


def facts_of(event: PeakEvent) -> dict[str, Any]:
    """Return what automations may want to know of an event."""
    told = event.to_json()
    return {
        "event": told["id"],
        "start": event.start.isoformat(),
        "end": event.end.isoformat(),
        "severity": told["severity"],
        "target_percent": told["target_percent"],
        "answer": told["answer"],
        "by": told["by"],
        "joined": told["joined"],
        "savings": told["savings"],
        "text": told["text"],
    }
