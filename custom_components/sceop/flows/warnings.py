"""The dialog of warnings: who hears of what, when it is quiet, and what can wait for the digest."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import probatio
from homeassistant.config_entries import ConfigEntry, ConfigEntryBaseFlow, ConfigFlowResult
from homeassistant.const import UnitOfPower
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TimeSelector,
)

from ..core.warnings.matter import Topic
from ..core.warnings.rules import DIGEST, LEAD
from ..things import ThingKind
from ..warnings.delivery import choices
from ..warnings.terms import (
    CONF_DIGEST_AT,
    CONF_LEAD_MINUTES,
    CONF_NAME,
    CONF_OFFERED,
    CONF_ONE_DIGEST,
    CONF_QUIET_FROM,
    CONF_QUIET_TO,
    CONF_RATED_KW,
    CONF_SEVERE_BREAK_QUIET,
    CONF_TARGET,
    CONF_TARGETS,
    CONF_TOPICS,
    CONF_WARNINGS,
    DEFAULT_TOPICS,
    topics_of,
)
from .terms import Typed

LONGEST_LEAD_MINUTES = 720
MOST_RATED_KW = 2000


class WarningSteps(ConfigEntryBaseFlow):
    """One form."""

    @abstractmethod
    def site_entry(self) -> ConfigEntry:
        """Return the site."""

    async def async_step_warnings(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask for everything at once; all of it has a sensible answer already, but for who hears."""
        entry = self.site_entry()
        kept = entry.options.get(CONF_WARNINGS, {})
        known = {each[CONF_TARGET]: each[CONF_NAME] for each in kept.get(CONF_TARGETS, ())}
        known |= {target.id: target.name for target in choices(self.hass)}
        errors = {}
        if typed is not None:
            if (CONF_QUIET_FROM in typed) == (CONF_QUIET_TO in typed):
                return self.async_create_entry(data={**entry.options, CONF_WARNINGS: _kept(typed, known)})
            errors[CONF_QUIET_TO if CONF_QUIET_FROM in typed else CONF_QUIET_FROM] = "quiet_half"
        targets = [each[CONF_TARGET] for each in kept.get(CONF_TARGETS, ())]
        shown = typed or {**kept, CONF_TARGETS: targets, CONF_TOPICS: topics_of(kept)}
        return self.async_show_form(
            step_id="warnings",
            data_schema=self.add_suggested_values_to_schema(_schema(known, makes=_makes(entry)), shown),
            errors=errors,
        )


def _makes(entry: ConfigEntry) -> bool:
    """Return whether the site has a plant of its own."""
    return any(thing.subentry_type == ThingKind.PRODUCTION for thing in entry.subentries.values())


def _kept(typed: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return what is kept: targets with their names, for what is gone has none any more."""
    return {
        **typed,
        CONF_TARGETS: [{CONF_TARGET: each, CONF_NAME: names[each]} for each in typed[CONF_TARGETS]],
        CONF_LEAD_MINUTES: int(typed[CONF_LEAD_MINUTES]),
        CONF_OFFERED: [topic.value for topic in Topic],
    }


def _schema(names: Mapping[str, str], *, makes: bool) -> probatio.Schema:
    targets = [SelectOptionDict(value=each, label=name) for each, name in names.items()]
    topics = [topic.value for topic in Topic]
    plant = NumberSelector(
        NumberSelectorConfig(
            min=0.1,
            max=MOST_RATED_KW,
            step="any",
            mode=NumberSelectorMode.BOX,
            unit_of_measurement=UnitOfPower.KILO_WATT,
        )
    )
    return probatio.Schema(
        {
            probatio.Required(CONF_TARGETS, default=[]): SelectSelector(
                SelectSelectorConfig(options=targets, multiple=True, mode=SelectSelectorMode.DROPDOWN)
            ),
            probatio.Required(CONF_TOPICS, default=DEFAULT_TOPICS): SelectSelector(
                SelectSelectorConfig(
                    options=topics, multiple=True, mode=SelectSelectorMode.LIST, translation_key="warning_topic"
                )
            ),
            probatio.Required(CONF_LEAD_MINUTES, default=LEAD.seconds // 60): NumberSelector(
                NumberSelectorConfig(
                    min=15,
                    max=LONGEST_LEAD_MINUTES,
                    step=15,
                    mode=NumberSelectorMode.BOX,
                    unit_of_measurement="min",
                )
            ),
            probatio.Optional(CONF_QUIET_FROM): TimeSelector(),
            probatio.Optional(CONF_QUIET_TO): TimeSelector(),
            probatio.Required(CONF_SEVERE_BREAK_QUIET, default=False): BooleanSelector(),
            probatio.Required(CONF_ONE_DIGEST, default=True): BooleanSelector(),
            probatio.Required(CONF_DIGEST_AT, default=DIGEST.isoformat()): TimeSelector(),
            **({probatio.Optional(CONF_RATED_KW): plant} if makes else {}),
        }
    )
