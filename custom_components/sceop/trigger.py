"""Triggers: something about a thing has been so for long enough.

The next trigger is one small class: since when it is so, and what to tell about it.
"""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, cast, override

import probatio
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.const import CONF_FOR, CONF_OPTIONS, CONF_TARGET, Platform
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.target import TargetStateChangedData, async_track_target_selector_state_change_event
from homeassistant.helpers.trigger import Trigger, TriggerActionRunner, TriggerConfig, TriggerNotTriggeredReporter
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .coordinator import SiteRuntime
from .subjects import Subject, device_id_of, entities_of, runtime_of, subjects_of
from .things import ThingKind
from .together_triggers import TOGETHER_TRIGGERS
from .warnings.triggers import WARNING_TRIGGERS
from .zone_entity import told


class StretchTrigger(Trigger):
    """Fires once in each stretch of time in which something is so, as soon as that has lasted."""

    default_for: ClassVar[timedelta] = timedelta()

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Ask for a target; how long is a matter of taste."""
        options = {probatio.Optional(CONF_FOR, default=cls.default_for): cv.positive_time_period}
        schema = probatio.Schema(
            {probatio.Required(CONF_TARGET): cv.TARGET_FIELDS, probatio.Required(CONF_OPTIONS, default={}): options}
        )
        return cast("ConfigType", schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        self._target = config.target or {}
        self._for: timedelta = (config.options or {}).get(CONF_FOR, self.default_for)

    @abstractmethod
    def since(self, site: SiteRuntime, thing: str) -> datetime | None:
        """Return since when it is so, or None when it is not."""

    @abstractmethod
    def tell(self, site: SiteRuntime, thing: str) -> dict[str, Any]:
        """Return what an automation may want to know."""

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Watch the entities of the things that are aimed at."""
        watch = _Watch(self._hass, self, self._for, run_action)

        def meant(entities: set[str]) -> set[str]:
            return entities_of(self._hass, subjects_of(self._hass, entities))

        stop = await async_track_target_selector_state_change_event(
            self._hass, self._target, watch.hear, meant, watch.follow, primary_entities_only=False
        )
        stop_meeting = async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, watch.meet)

        @callback
        def end() -> None:
            stop()
            stop_meeting()
            watch.close()

        return end


class _Watch:
    """What one trigger knows of its things: since when it is so, and what it has told."""

    def __init__(
        self, hass: HomeAssistant, trigger: StretchTrigger, lasting: timedelta, run_action: TriggerActionRunner
    ) -> None:
        self._hass = hass
        self._trigger = trigger
        self._lasting = lasting
        self._run_action = run_action
        self._watched: set[Subject] = set()
        self._since: dict[Subject, datetime] = {}
        self._told: dict[Subject, datetime] = {}
        self._timers: dict[Subject, CALLBACK_TYPE] = {}

    @callback
    def hear(self, change: TargetStateChangedData) -> None:
        """Look at a thing of which an entity has changed."""
        for subject in subjects_of(self._hass, [change.state_change_event.data["entity_id"]]):
            self._review(subject)

    @callback
    def meet(self, _change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Look at all things of a site that was set up just now; while it was away nothing of it could be known."""
        for subject in self._watched:
            if subject.entry_id == entry.entry_id:
                self._review(subject)

    @callback
    def follow(self, _added: set[str], _removed: set[str], states: Mapping[str, State | None]) -> None:
        """Take up new things, and let go of others. What lasted long enough before is no news."""
        subjects = subjects_of(self._hass, states)
        for subject in self._watched - subjects:
            self._cancel(subject)
            self._since.pop(subject, None)
            self._told.pop(subject, None)
        new, self._watched = subjects - self._watched, subjects
        for subject in new:
            self._review(subject, news=False)

    @callback
    def close(self) -> None:
        """Watch no more."""
        for subject in tuple(self._timers):
            self._cancel(subject)

    @callback
    def _review(self, subject: Subject, _now: datetime | None = None, *, news: bool = True) -> None:
        """Look whether it is so, and tell it when it has lasted; while a site is away, nobody can know."""
        self._cancel(subject)
        if (site := runtime_of(self._hass, subject)) is None:
            return
        if (since := self._trigger.since(site, subject.id)) is None:
            self._since.pop(subject, None)
            return
        since = self._since.setdefault(subject, since)
        if self._told.get(subject) == since:
            return
        if (due := since + self._lasting) > dt_util.utcnow():
            job = HassJob(partial(self._review, subject), "sceop trigger", cancel_on_shutdown=True)
            self._timers[subject] = async_track_point_in_utc_time(self._hass, job, due)
            return
        self._told[subject] = since
        if news:
            facts = self._trigger.tell(site, subject.id)
            whole = facts | {"device_id": device_id_of(self._hass, subject), "since": since, CONF_FOR: self._lasting}
            _running = self._run_action(whole, f"{site.things[subject.id].thing.title} since {since.isoformat()}")

    def _cancel(self, subject: Subject) -> None:
        if (cancel := self._timers.pop(subject, None)) is not None:
            cancel()


class ZoneLitAfterHours(StretchTrigger):
    """A zone is lit, and nobody has contracted that."""

    @override
    def since(self, site: SiteRuntime, thing: str) -> datetime | None:
        """Return since when it is lit after hours without a break."""
        return None if (zone := site.zones.get(thing)) is None else zone.after_hours_since

    @override
    def tell(self, site: SiteRuntime, thing: str) -> dict[str, Any]:
        """Name the zone, its light, whose time it is and who lit it."""
        zone = site.zones[thing]
        light = er.async_get(self._hass).async_get_entity_id(Platform.LIGHT, DOMAIN, f"{site.site_id}_{thing}_zone")
        cause = {} if zone.running is None else told(zone.running.cause)
        return {"zone": zone.title, "entity_id": light, "share": zone.share.value, **cause}


class SourceLost(StretchTrigger):
    """A thing's source gives no reading."""

    default_for = timedelta(minutes=10)

    @override
    def since(self, site: SiteRuntime, thing: str) -> datetime | None:
        """Return when it was read last; after a restart, when it was missed first. Lamps may be off at the wall."""
        coordinator = site.things.get(thing)
        if coordinator is None or coordinator.last_update_success or coordinator.thing.kind is ThingKind.LIGHT_ZONE:
            return None
        return coordinator.last_reading or dt_util.utcnow()

    @override
    def tell(self, site: SiteRuntime, thing: str) -> dict[str, Any]:
        """Name the thing, and what its source said last."""
        coordinator = site.things[thing]
        return {"thing": coordinator.thing.title, "reason": str(coordinator.last_exception or "")}


TRIGGERS: dict[str, type[Trigger]] = {
    "source_lost": SourceLost,
    "zone_lit_after_hours": ZoneLitAfterHours,
    **WARNING_TRIGGERS,
    **TOGETHER_TRIGGERS,
}


async def async_get_triggers(_hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
