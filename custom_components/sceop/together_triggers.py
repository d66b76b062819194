"""Triggers and a condition of what is done together: an event is announced, begins, ends or is settled; good news."""

from typing import Any, ClassVar, Unpack, cast, override

import probatio
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import Condition, ConditionCheckParams, ConditionConfig
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import Trigger, TriggerActionRunner, TriggerConfig, TriggerNotTriggeredReporter
from homeassistant.helpers.typing import ConfigType

from .coordinator import SceopConfigEntry
from .core.warnings.matter import Topic
from .hub.events import Happening
from .hub.invited import Answer
from .hub.together import SIGNAL
from .subjects import sites_of
from .warnings.desk import SIGNAL as WARNING

CONF_JOINED_ONLY = "joined_only"


class EventTrigger(Trigger):
    """Fires each time that one thing happens to an event of a site's community."""

    happening: ClassVar[Happening]
    asks_whether_joined: ClassVar[bool] = True

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Ask for a target, and whether events of others count."""
        options = {probatio.Optional(CONF_JOINED_ONLY, default=True): cv.boolean} if cls.asks_whether_joined else {}
        schema = probatio.Schema(
            {probatio.Required(CONF_TARGET): cv.TARGET_FIELDS, probatio.Required(CONF_OPTIONS, default={}): options}
        )
        return cast("ConfigType", schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        self._target = config.target or {}
        self._joined_only = bool((config.options or {}).get(CONF_JOINED_ONLY, False))

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Hear of all sites; whose they are is looked up then, for devices may move to another area."""

        @callback
        def hear(entry_id: str, kind: str, facts: dict[str, Any]) -> None:
            if kind != self.happening or (self._joined_only and facts["answer"] != Answer.YES):
                return
            if entry_id in sites_of(self._hass, self._target):
                _running = run_action({"config_entry_id": entry_id, **facts}, f"peak event {facts['event']} {kind}")

        return async_dispatcher_connect(self._hass, SIGNAL, hear)


class Announced(EventTrigger):
    """The community plans an event."""

    happening = Happening.ANNOUNCED
    asks_whether_joined = False


class Begins(EventTrigger):
    """An event begins."""

    happening = Happening.STARTED


class Ends(EventTrigger):
    """An event is over."""

    happening = Happening.ENDED


class SavingsKnown(EventTrigger):
    """It is known what this home saved, or that nobody can say."""

    happening = Happening.SETTLED
    asks_whether_joined = False


class ChallengeReached(Trigger):
    """A challenge that this home took part in has reached its goal."""

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Ask for a target."""
        schema = probatio.Schema(
            {probatio.Required(CONF_TARGET): cv.TARGET_FIELDS, probatio.Required(CONF_OPTIONS, default={}): {}}
        )
        return cast("ConfigType", schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        self._target = config.target or {}

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Hear of good news as it is told, which is once."""

        @callback
        def hear(entry_id: str, kind: str, facts: dict[str, Any]) -> None:
            if (
                kind == Topic.CHEER
                and facts.get("kind") == "challenge"
                and entry_id in sites_of(self._hass, self._target)
            ):
                _running = run_action({"config_entry_id": entry_id, **facts}, str(facts.get("title", kind)))

        return async_dispatcher_connect(self._hass, WARNING, hear)


TOGETHER_TRIGGERS: dict[str, type[Trigger]] = {
    "challenge_reached": ChallengeReached,
    "peak_event_announced": Announced,
    "peak_event_begins": Begins,
    "peak_event_ends": Ends,
    "savings_known": SavingsKnown,
}


class PeakEventRuns(Condition):
    """An event runs at one of some sites, by their own clocks. Of a site that is not there nothing is claimed."""

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Ask for sites, and whether events that they did not join count."""
        options = {probatio.Required(CONF_JOINED_ONLY, default=True): cv.boolean}
        schema = probatio.Schema(
            {probatio.Required(CONF_TARGET): cv.TARGET_FIELDS, probatio.Required(CONF_OPTIONS, default={}): options}
        )
        return cast("ConfigType", schema(config))

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        super().__init__(hass, config)
        self._target = config.target or {}
        self._joined_only: bool = (config.options or {})[CONF_JOINED_ONLY]

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Look at the events of each site."""
        return any(self._runs(entry_id) for entry_id in sites_of(self._hass, self._target))

    def _runs(self, entry_id: str) -> bool:
        entry: SceopConfigEntry | None = self._hass.config_entries.async_get_entry(entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED or (hub := entry.runtime_data.hub) is None:
            return False
        events = hub.together.events
        return events.running is not None or (not self._joined_only and events.runs)
