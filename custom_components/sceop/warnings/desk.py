"""The desk: looks at what is so whenever something has changed, and tells whom it concerns.

What to tell is decided by `core/warnings`; here are the clock, the file and the ways out. The file is written first:
after a power cut one warning may be missing, and none comes twice.
"""

import logging
from asyncio import Lock
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, Context, Event, HassJob, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..anomalies import Anomalies
from ..const import DOMAIN
from ..core.warnings.findings import Answer
from ..core.warnings.matter import Matter, Topic
from ..core.warnings.memory import Memory, Told
from ..core.warnings.peaks import peaks_ahead
from ..core.warnings.step import Announce, Clear, Digest, Order, Ring, Step, step
from ..forecasting import ForecastCoordinator
from ..hub.errors import HubError
from ..hub.events import EventOverError, EventUnknownError, SilenceError
from ..hub.foreseen import Notice
from ..hub.foresight import Foresight
from ..hub.invited import Answer as Reply, By
from ..hub.together import Together
from ..peak_windows import Whose
from ..zones import Zone
from . import answers
from .answers import VERBS, Verb, action_of, ident_of, tag_of
from .delivery import Button, Delivery, Note
from .kept import Kept
from .links import link_to
from .matters import of_anomalies, of_events, of_game, of_notices, of_zones
from .terms import WarningTerms
from .words import Words

_LOGGER = logging.getLogger(__name__)

SHIFT_NOW = "shift_now"
EVENT_SHIFT_NOW = f"{DOMAIN}_{SHIFT_NOW}"
"""What an automation may wait for, to start what can run before a peak."""
SIGNAL = f"{DOMAIN}_warning"
"""What triggers hear of every site: entry, type and facts."""
TYPES = (*(topic.value for topic in Topic), SHIFT_NOW)

type Hear = Callable[[str, Mapping[str, Any]], None]


class Desk:
    """The warnings of one site."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        kept: Kept,
        anomalies: Anomalies,
        zones: Mapping[str, Zone],
        forecast: ForecastCoordinator,
    ) -> None:
        self._hass, self._entry, self._kept = hass, entry, kept
        self._anomalies, self._zones, self._forecast = anomalies, zones, forecast
        self._terms = WarningTerms.from_options(entry.options, ZoneInfo(entry.data["time_zone"]))
        self._delivery = Delivery(hass, entry.entry_id, self._terms.targets)
        self._listeners: list[Hear] = []
        self._lit: dict[str, datetime | None] = {}
        self._lock = Lock()
        self._hub: Foresight | None = None
        self._together: Together | None = None
        self._begun = self._waiting = False
        self._timer: CALLBACK_TYPE | None = None

    @callback
    def start(self, hub: Foresight | None, together: Together | None = None) -> None:
        """Begin once Home Assistant has started: before that no phone can be reached, and none would be missed."""
        self._hub, self._together = hub, together
        if hub is not None:
            self._entry.async_on_unload(hub.hear_notices(self.take_notice))
        self._entry.async_on_unload(async_at_started(self._hass, self._begin))
        self._entry.async_on_unload(self._end)

    @callback
    def listen(self, hear: Hear) -> CALLBACK_TYPE:
        """Call with the type and the facts of every warning; return how to stop that."""
        self._listeners.append(hear)
        return lambda: self._listeners.remove(hear)

    @callback
    def take_notice(self, notice: Notice) -> None:
        """Take a message of the hub."""
        self._kept.take(notice, dt_util.utcnow())
        self.review_soon()

    @callback
    def review_soon(self, _now: datetime | None = None) -> None:
        """Look at everything, once for all that changes meanwhile."""
        if self._begun and not self._waiting:
            self._waiting = True
            _task = self._entry.async_create_task(self._hass, self._review(), f"sceop warnings {self._entry.title}")

    @property
    def memory(self) -> Memory:
        """What was told."""
        return self._kept.memory

    @callback
    def _begin(self, _hass: HomeAssistant) -> None:
        self._begun = True
        self._delivery.begin()
        on_unload = self._entry.async_on_unload
        on_unload(self._anomalies.listen(self.review_soon))
        on_unload(self._forecast.async_add_listener(self.review_soon))
        if self._together is not None:
            on_unload(self._together.events.listen(self.review_soon))
            on_unload(self._together.game.listen(self.review_soon))
        for zone in self._zones.values():
            on_unload(zone.listen(self._zone_changed))
        on_unload(self._hass.bus.async_listen(answers.EVENT, self._hear_answer))
        self.review_soon()

    @callback
    def _zone_changed(self) -> None:
        """Look again when lights begin or cease to burn after hours; a zone tells of much else."""
        lit = {zone.id: None if zone.after_hours_control else zone.after_hours_since for zone in self._zones.values()}
        if lit != self._lit:
            self._lit = lit
            self.review_soon()

    async def _review(self) -> None:
        async with self._lock:
            self._waiting = False
            now = dt_util.utcnow()
            made = step(self.memory, self._matters(now), self._terms.rules, now, self._certain())
            self._sleep(made.next)
            await self._remember(made)
            for order in made.orders:
                await self._carry_out(order, now)

    def _matters(self, now: datetime) -> list[Matter]:
        told = [each for each in self._forecast.windows if each.end > now]
        own = [each.window for each in told if each.whose is Whose.SITE]
        community = [each.window for each in told if each.whose is Whose.COMMUNITY]
        rules = self._terms.rules
        return [
            *peaks_ahead(own, community, self.memory.peaks, rules.lead, rules.zone),
            *of_anomalies(self._anomalies),
            *of_zones(self._zones.values()),
            *of_notices(self._kept.notices, now),
            *self._of_community(now),
        ]

    def _of_community(self, now: datetime) -> list[Matter]:
        if self._together is None:
            return []
        events, game = self._together.events, self._together.game
        return [*of_events(events, now), *of_game(game, at_once=events.consent.cheer_at_once)]

    def _certain(self) -> frozenset[Topic]:
        """Return the topics of which somebody has spoken since the start; the others may only be late."""
        topics = {Topic.LIGHTS_AFTER_HOURS, Topic.HUB_MESSAGE}
        if self._forecast.data is not None and (self._hub is None or self._hub.peaks is not None):
            topics.add(Topic.UPCOMING_PEAK)
        if self._anomalies.looked_at is not None:
            topics |= {Topic.UNUSUAL_CONSUMPTION, Topic.SOLAR_FAULT}
        if self._together is None or self._together.events.known or self._together.events.asked:
            topics.add(Topic.PEAK_EVENT)
        if self._together is None or self._together.game.asked:
            topics.add(Topic.CHEER)
        return frozenset(topics)

    async def _remember(self, made: Step) -> None:
        before, self._kept.memory = self._kept.memory, made.memory
        if made.orders or _without_sight(before) != _without_sight(made.memory):
            await self._kept.save()

    async def _carry_out(self, order: Order, now: datetime) -> None:
        match order:
            case Announce(matter):
                await self._announce(matter, now)
            case Ring(matter, again, only):
                await self._delivery.send(await self._note(matter, now, again=again), only)
            case Clear(key):
                await self._delivery.clear(tag_of(self._ident(key)))
            case Digest(matters):
                words = await self._words()
                told = words.digest(matters, self._entry.title, now)
                link = await link_to(self._hass, None, self._entry.entry_id, self._event_entity())
                await self._delivery.send(Note(told.title, told.message, tag_of(self._ident("digest")), link=link))

    async def _announce(self, matter: Matter, now: datetime) -> None:
        told = (await self._words()).tell(matter, now)
        facts = {"severity": matter.severity.value, "title": told.title, "message": told.message, **matter.facts}
        self._tell(matter.topic.value, facts)

    async def _note(self, matter: Matter, now: datetime, *, again: bool) -> Note:
        words, ident = await self._words(), self._ident(matter.key)
        told = words.tell(matter, now, again=again)
        verbs = [verb for verb in VERBS[matter.topic] if not (again and verb is Verb.REMIND_ME)]
        if matter.topic is Topic.PEAK_EVENT and matter.facts["said"] != "asked":
            verbs = [Verb.NOT_THIS_TIME] if matter.facts["said"] == "joined" else []
        return Note(
            title=told.title,
            message=told.message,
            tag=tag_of(ident),
            buttons=[Button(action_of(ident, verb), words.say(f"answer_{verb}")) for verb in verbs],
            link=await link_to(self._hass, matter.topic, self._entry.entry_id, self._event_entity()),
            urgent=self._terms.rules.holds_back(matter.severity) is None and self._terms.rules.quiet is not None,
        )

    async def _words(self) -> Words:
        return await Words.of(self._hass, self._terms.rules.zone)

    def _ident(self, key: str) -> str:
        return ident_of(self._entry.entry_id, key)

    def _event_entity(self) -> str | None:
        registry = er.async_get(self._hass)
        return registry.async_get_entity_id(Platform.EVENT, DOMAIN, f"{self._entry.unique_id}_warning")

    @callback
    def _tell(self, kind: str, facts: Mapping[str, Any]) -> None:
        for hear in tuple(self._listeners):
            hear(kind, facts)
        async_dispatcher_send(self._hass, SIGNAL, self._entry.entry_id, kind, facts)

    @callback
    def _sleep(self, until: datetime | None) -> None:
        self._close()
        if until is not None and self._begun:
            job = HassJob(self._wake, "sceop warnings", cancel_on_shutdown=True)
            self._timer = async_track_point_in_utc_time(self._hass, job, until)

    @callback
    def _wake(self, _now: datetime) -> None:
        self._timer = None
        self.review_soon()

    @callback
    def _end(self) -> None:
        """Wake no more, also not after a review that is still under way: the site's next desk has begun by then."""
        self._begun = False
        self._close()

    @callback
    def _close(self) -> None:
        if self._timer is not None:
            self._timer()
            self._timer = None

    async def _hear_answer(self, event: Event) -> None:
        """Do what a person asked for, and take the question off all other phones."""
        pressed = answers.read(event.data.get("action"))
        known = {} if pressed is None else {self._ident(key): key for key in self.memory.told}
        if pressed is None or (key := known.get(pressed.ident)) is None:
            return
        if pressed.verb not in VERBS[self.memory.told[key].topic]:
            return
        await self._obey(key, self.memory.told[key], pressed.verb, event.context)
        await self._kept.save()
        if pressed.verb is Verb.REMIND_ME:
            await self._delivery.clear(tag_of(pressed.ident))
        self.review_soon()

    async def _obey(self, key: str, told: Told, verb: Verb, context: Context) -> None:
        finding = self._anomalies.findings.find(key)
        match verb:
            case Verb.REMIND_ME:
                self._kept.memory = self.memory.remind(key)
                return
            case Verb.NOT_TODAY if told.span is not None:
                zone = self._terms.rules.zone
                begins, now = (each.astimezone(zone).date() for each in (told.span[0], dt_util.utcnow()))
                self._kept.memory = self.memory.without_peaks_on(max(begins, now))
            case Verb.SHIFT_NOW if told.span is not None:
                self._shift_now(key, context)
            case Verb.THIS_WAS_ME | Verb.ACKNOWLEDGE | Verb.MUTE if finding is not None:
                await self._anomalies.answer(finding, Answer(verb.value))
            case Verb.TURN_OFF:
                await self._turn_off(key, context)
            case Verb.JOIN | Verb.NOT_THIS_TIME:
                await self._reply(key, Reply.YES if verb is Verb.JOIN else Reply.NO)
        self._kept.memory = self.memory.hush(key)

    async def _reply(self, key: str, reply: Reply) -> None:
        """Answer an invitation. What the hub says no to becomes a matter of its own; what waits is sent by itself."""
        event = key.split()[1]
        if self._together is not None:
            with suppress(EventOverError, EventUnknownError, SilenceError, HubError):
                await self._together.events.answer(event, reply, By.NOTIFICATION)

    @callback
    def _shift_now(self, key: str, context: Context) -> None:
        """Let automations know that now is the time; which device then runs is theirs to say."""
        peaks = {matter.key: matter for matter in self._matters(dt_util.utcnow())}
        if (matter := peaks.get(key)) is not None:
            facts = {"severity": matter.severity.value, **matter.facts}
            self._tell(SHIFT_NOW, facts)
            self._hass.bus.async_fire(
                EVENT_SHIFT_NOW, {"config_entry_id": self._entry.entry_id, **facts}, context=context
            )

    async def _turn_off(self, key: str, context: Context) -> None:
        for matter in of_zones(self._zones.values()):
            if matter.key == key:
                await self._zones[str(matter.facts["zone_id"])].turn_off({}, context)


def _without_sight(memory: Memory) -> Memory:
    """Return what has to be on disk at once: when something was seen last only tells what to forget, in weeks."""
    some_day = datetime.min.replace(tzinfo=UTC)
    return replace(memory, told={key: replace(told, seen=some_day) for key, told in memory.told.items()})
