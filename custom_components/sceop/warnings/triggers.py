"""Triggers of warnings: something was told of a site at which an automation aims."""

from typing import Any, ClassVar, cast, override

import probatio
from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import Trigger, TriggerActionRunner, TriggerConfig, TriggerNotTriggeredReporter
from homeassistant.helpers.typing import ConfigType

from ..core.forecast.windows import Severity
from ..core.warnings.matter import GRAVITY, Topic
from ..subjects import sites_of
from .desk import SHIFT_NOW, SIGNAL

CONF_AT_LEAST = "at_least"


class WarningTrigger(Trigger):
    """Fires each time that a site tells of one kind of thing."""

    kind: ClassVar[str]

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Ask for a target, and how grave it must be."""
        options = {probatio.Optional(CONF_AT_LEAST, default=Severity.MILD.value): probatio.In([*Severity])}
        schema = probatio.Schema(
            {probatio.Required(CONF_TARGET): cv.TARGET_FIELDS, probatio.Required(CONF_OPTIONS, default={}): options}
        )
        return cast("ConfigType", schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        self._target = config.target or {}
        self._at_least = GRAVITY.index(Severity((config.options or {}).get(CONF_AT_LEAST, Severity.MILD)))

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Hear of all sites; whose they are is looked up then, for devices may move to another area."""

        @callback
        def hear(entry_id: str, kind: str, facts: dict[str, Any]) -> None:
            if kind != self.kind or GRAVITY.index(Severity(facts["severity"])) < self._at_least:
                return
            if entry_id in sites_of(self._hass, self._target):
                told = {"config_entry_id": entry_id, **facts}
                _running = run_action(told, str(facts.get("title", kind)))

        return async_dispatcher_connect(self._hass, SIGNAL, hear)


class UpcomingPeak(WarningTrigger):
    """A peak comes."""

    kind = Topic.UPCOMING_PEAK


class UnusualConsumption(WarningTrigger):
    """Something draws what it should not."""

    kind = Topic.UNUSUAL_CONSUMPTION


class SolarFault(WarningTrigger):
    """The plant makes less than it could."""

    kind = Topic.SOLAR_FAULT


class HubMessage(WarningTrigger):
    """The community's coordinator wrote."""

    kind = Topic.HUB_MESSAGE


class ShiftNow(WarningTrigger):
    """A person pressed "Shift now"."""

    kind = SHIFT_NOW


WARNING_TRIGGERS: dict[str, type[Trigger]] = {
    "hub_message": HubMessage,
    "shift_now": ShiftNow,
    "solar_fault": SolarFault,
    "unusual_consumption": UnusualConsumption,
    "upcoming_peak": UpcomingPeak,
}
"""Lights after hours have one of their own already, `zone_lit_after_hours`."""
