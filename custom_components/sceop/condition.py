"""Conditions: whose time it is in a zone. The next condition is one small class and its entry below."""

from typing import Any, Unpack, cast, override

import probatio
from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_ANY,
    Condition,
    ConditionCheckParams,
    ConditionConfig,
)
from homeassistant.helpers.typing import ConfigType

from .core.hours import Share
from .subjects import aimed_at, zones_of
from .together_triggers import PeakEventRuns

CONF_CLEANING_COUNTS = "cleaning_counts"

_SCHEMA = probatio.Schema(
    {
        probatio.Required(CONF_TARGET): cv.TARGET_FIELDS,
        probatio.Required(CONF_OPTIONS, default={}): {
            probatio.Required(ATTR_BEHAVIOR, default=BEHAVIOR_ANY): probatio.In([BEHAVIOR_ANY, BEHAVIOR_ALL]),
            probatio.Required(CONF_CLEANING_COUNTS, default=False): cv.boolean,
        },
    }
)


class InsideContractedHours(Condition):
    """Any or all of some zones are in their contracted hours. Of a zone that is not there nothing is claimed."""

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Ask for zones."""
        return cast("ConfigType", _SCHEMA(config))

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        super().__init__(hass, config)
        options: dict[str, Any] = config.options or {}
        self._target = config.target or {}
        self._all = options[ATTR_BEHAVIOR] == BEHAVIOR_ALL
        self._shares = {Share.CONTRACTED} | ({Share.CLEANING} if options[CONF_CLEANING_COUNTS] else set())

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Look at the clock of each zone."""
        subjects = aimed_at(self._hass, self._target)
        inside = [zone.share in self._shares for zone in zones_of(self._hass, subjects)]
        return bool(inside) and (all(inside) if self._all else any(inside))


CONDITIONS: dict[str, type[Condition]] = {
    "inside_contracted_hours": InsideContractedHours,
    "peak_event_runs": PeakEventRuns,
}


async def async_get_conditions(_hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions."""
    return CONDITIONS
