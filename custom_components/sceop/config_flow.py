"""The config flow: a site of one's own first, a community for it whenever one likes."""

from typing import Any, override
from uuid import uuid4

import probatio
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryData,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import callback
from homeassistant.helpers.selector import SelectSelector, SelectSelectorConfig, TextSelector
from homeassistant.util import dt as dt_util

from .const import CONF_HOME, CONF_HUB, DOMAIN
from .flexible.kinds import LoadKind
from .flows.discovery import DiscoverySteps
from .flows.flexible import FlexibleFlow
from .flows.forms import FORMS
from .flows.joining import Newcomer
from .flows.options import SiteOptionsFlow
from .flows.tariff import TariffSteps
from .flows.thing import ThingFlow
from .flows.zone import LightZoneFlow
from .hub.wire import Membership
from .names import names_of_loads, names_of_things
from .simulated_site import SIMULATED_TERMS, loads, things
from .sources.simulated import CONF_SIMULATED, PAST, SiteKind
from .terms import CONF_CURRENCY
from .things import ThingKind

DEFAULT_NAME = "My home"

NAME_SCHEMA = probatio.Schema({probatio.Required(CONF_NAME, default=DEFAULT_NAME): TextSelector()})
SIMULATED_SCHEMA = NAME_SCHEMA.extend(
    {
        probatio.Required(CONF_HOME, default=SiteKind.SOLAR_BATTERY.value): SelectSelector(
            SelectSelectorConfig(options=[kind.value for kind in SiteKind], translation_key=CONF_HOME)
        )
    }
)


class SceopConfigFlow(TariffSteps, DiscoverySteps, domain=DOMAIN):
    """Set up a site, let it join a community, move with it or leave it."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._site: dict[str, Any] = {}
        self._things: list[ConfigSubentryData] = []
        self._terms: dict[str, Any] = {}

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the kinds of things that can be added; a simulated home has all its meters, and any flexible load."""
        lit: dict[str, type[ConfigSubentryFlow]] = {ThingKind.LIGHT_ZONE: LightZoneFlow}
        flexible: dict[str, type[ConfigSubentryFlow]] = dict.fromkeys(LoadKind, FlexibleFlow)
        if CONF_SIMULATED in config_entry.data:  # a simulated office changes the hours of its zones
            lights = any(thing.subentry_type == ThingKind.LIGHT_ZONE for thing in config_entry.subentries.values())
            return {**(lit if lights else {}), **flexible}
        kinds = sorted({kind for form in FORMS.values() for kind in form.kinds}, key=list(ThingKind).index)
        return {**dict.fromkeys(kinds, ThingFlow), **lit, **flexible}

    @override
    async def async_step_user(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer one's own meters, or a simulated home to try everything with."""
        return self.async_show_menu(step_id="user", menu_options=["own", "simulated"])

    async def async_step_own(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the site; its meters are added to it afterwards, one by one."""
        return await self._site_form("own", NAME_SCHEMA, user_input)

    async def async_step_simulated(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a simulated home, which has its meters already."""
        return await self._site_form("simulated", SIMULATED_SCHEMA, user_input)

    async def _site_form(
        self, step_id: str, schema: probatio.Schema, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            self._name = " ".join(user_input[CONF_NAME].split())
            if not self._name:
                errors[CONF_NAME] = "name_missing"
            elif self._name.casefold() in self._titles():
                errors[CONF_NAME] = "name_taken"
            else:
                return await self._begin_site(SiteKind(user_input[CONF_HOME]) if CONF_HOME in user_input else None)
        return self.async_show_form(
            step_id=step_id, data_schema=self.add_suggested_values_to_schema(schema, user_input), errors=errors
        )

    def _titles(self) -> set[str]:
        """Return the names of the sites that there are."""
        entries = self.hass.config_entries.async_entries(DOMAIN, include_ignore=False)
        return {entry.title.casefold() for entry in entries}

    async def _begin_site(self, simulated: SiteKind | None) -> ConfigFlowResult:
        """Give the site an identity of its own, which no hub, app or address has a part in.

        Place and time zone are those of this Home Assistant.
        """
        await self.async_set_unique_id(str(uuid4()))
        config = self.hass.config
        self._site = {"latitude": config.latitude, "longitude": config.longitude, "time_zone": config.time_zone}
        if simulated is not None:
            since = dt_util.utcnow() - PAST
            self._site[CONF_SIMULATED] = {"kind": simulated.value, "since": since.isoformat()}
            names = await names_of_things(self.hass)
            self._things = things(simulated, names) + loads(simulated, await names_of_loads(self.hass))
            self._terms = {**SIMULATED_TERMS, CONF_CURRENCY: config.currency}
            return await self.async_step_community()
        return await self.async_step_tariff()

    @override
    async def async_tariff_done(self, options: dict[str, Any]) -> ConfigFlowResult:
        """Go on to the community once it is known what electricity costs here."""
        self._terms = options
        return await self.async_step_community()

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return the dialog in which tariff, export and carbon are changed."""
        return SiteOptionsFlow()

    async def async_step_community(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer a community; a home is complete without one."""
        return self.async_show_menu(step_id="community", menu_options=["hub", "not_now"])

    async def async_step_not_now(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Set the site up alone."""
        return self.async_create_entry(title=self._name, data=self._site, options=self._terms, subentries=self._things)

    @override
    def newcomer(self) -> Newcomer:
        """Return the site that this dialog is about."""
        entry = self._entry()
        site = self._site if entry is None else entry.data
        site_id = self.unique_id if entry is None else entry.unique_id
        assert site_id is not None  # every site was given one
        return Newcomer(site_id, self._name if entry is None else entry.title, site["time_zone"], entry)

    @override
    def joined(self, member: Membership) -> ConfigFlowResult:
        """Write the membership into the site's entry, a new one or the one that this flow is about."""
        hub = {CONF_HUB: member.to_json()}
        if (entry := self._entry()) is None:
            return self.async_create_entry(
                title=self._name, data=self._site | hub, options=self._terms, subentries=self._things
            )
        if self.picked is None:
            return self.async_update_and_abort(entry, data_updates=hub)
        return self.async_update_and_abort(entry, data_updates=hub, reason="joined")

    def _entry(self) -> ConfigEntry | None:
        """Return the site's entry, if it has one yet."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry()
        return self.picked
