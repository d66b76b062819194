"""The dialog of what is done together: whether to be asked about events, and whether to stand on the board."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import probatio
from homeassistant.config_entries import ConfigEntry, ConfigEntryBaseFlow, ConfigEntryState, ConfigFlowResult
from homeassistant.const import PERCENTAGE
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TimeSelector,
)
from homeassistant.util import dt as dt_util

from ..core.warnings import numbers
from ..hub.consent import (
    CONF_CHEER_AT_ONCE,
    CONF_JOINING,
    CONF_MOST_PERCENT,
    CONF_NOT_FROM,
    CONF_NOT_UNTIL,
    CONF_ON_BOARD,
    CONF_TOGETHER,
    Joining,
)
from ..hub.errors import HubError
from ..hub.events import SilenceError
from ..hub.invited import MOST_PERCENT, PeakEvent
from ..hub.together import Together
from ..warnings.words import Words
from .terms import Typed


def together(entry: ConfigEntry) -> Together | None:
    """Return what a site does with its community, once the hub was heard to have anything of it."""
    if entry.state is not ConfigEntryState.LOADED or (hub := entry.runtime_data.hub) is None:
        return None
    found: Together = hub.together
    return found if found.events.known or found.game.known else None


class TogetherSteps(ConfigEntryBaseFlow):
    """One form."""

    @abstractmethod
    def site_entry(self) -> ConfigEntry:
        """Return the site."""

    async def async_step_together(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask for everything at once; all of it has a sensible answer already."""
        entry = self.site_entry()
        kept, errors, sentence = entry.options.get(CONF_TOGETHER, {}), dict[str, str](), ""
        if typed is not None:
            if (CONF_NOT_FROM in typed) != (CONF_NOT_UNTIL in typed):
                errors[CONF_NOT_UNTIL if CONF_NOT_FROM in typed else CONF_NOT_FROM] = "quiet_half"
            elif (said := await self._say(entry, kept, typed)) is None:
                return self.async_create_entry(data={**entry.options, CONF_TOGETHER: _kept(typed)})
            else:
                errors["base"], sentence = "hub_silent", said
        return self.async_show_form(
            step_id="together",
            data_schema=self.add_suggested_values_to_schema(_schema(together(entry)), kept if typed is None else typed),
            errors=errors,
            description_placeholders={"next": await self._next(entry), "sentence": sentence},
        )

    async def _say(self, entry: ConfigEntry, kept: Mapping[str, Any], typed: Mapping[str, Any]) -> str | None:
        """Tell the hub whether this home may stand on the board, if that is news; return why it could not be told."""
        on, hub = typed.get(CONF_ON_BOARD), together(entry)
        if on is None or hub is None or on is kept.get(CONF_ON_BOARD, False):
            return None
        try:
            await hub.ask_hub(lambda client: client.show_on_board(on=on))
        except HubError as error:
            return error.sentence
        except SilenceError:
            return (await Words.of(self.hass, ZoneInfo(entry.data["time_zone"]))).say("home_paused")
        return None

    async def _next(self, entry: ConfigEntry) -> str:
        """Say which event comes next, and what it aims at."""
        words, hub = await Words.of(self.hass, ZoneInfo(entry.data["time_zone"])), together(entry)
        event: PeakEvent | None = None if hub is None else hub.events.next
        if event is None:
            return words.say("event_none")
        when = words.span(event.start, event.end, dt_util.utcnow())
        if event.target_percent is None:
            return when
        return words.say("event_next", when=when, target=numbers.share(event.target_percent / 100, words.language))


def _kept(typed: Mapping[str, Any]) -> dict[str, Any]:
    return {**typed, CONF_MOST_PERCENT: int(typed[CONF_MOST_PERCENT])}


def _schema(hub: Together | None) -> probatio.Schema:
    plays = hub is not None and hub.game.known
    return probatio.Schema(
        {
            probatio.Required(CONF_JOINING, default=Joining.ASK.value): SelectSelector(
                SelectSelectorConfig(
                    options=[each.value for each in Joining], mode=SelectSelectorMode.LIST, translation_key="joining"
                )
            ),
            probatio.Required(CONF_MOST_PERCENT, default=MOST_PERCENT): NumberSelector(
                NumberSelectorConfig(
                    min=5, max=MOST_PERCENT, step=5, mode=NumberSelectorMode.BOX, unit_of_measurement=PERCENTAGE
                )
            ),
            probatio.Optional(CONF_NOT_FROM): TimeSelector(),
            probatio.Optional(CONF_NOT_UNTIL): TimeSelector(),
            probatio.Required(CONF_CHEER_AT_ONCE, default=False): BooleanSelector(),
            **({probatio.Required(CONF_ON_BOARD, default=False): BooleanSelector()} if plays else {}),
        }
    )
