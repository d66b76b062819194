"""Dialog steps of a hub that was found: by the Supervisor, whose app it is, or in the local network."""

from typing import Any, override

import probatio
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.helpers.selector import SelectOptionDict, SelectSelector, SelectSelectorConfig, SelectSelectorMode
from homeassistant.helpers.service_info.hassio import HassioServiceInfo
from homeassistant.helpers.service_info.zeroconf import ATTR_PROPERTIES_ID, ZeroconfServiceInfo
from yarl import URL

from ..const import CONF_HUB, DOMAIN
from ..core.wire import PORT
from ..joining import CONF_ADDRESS, CONF_CODE, Found, follow, look
from . import Problem
from .joining import JoiningSteps
from .sharing import Typed, membership

CONF_SITE = "site"
NEW_SITE = "new"


class DiscoverySteps(JoiningSteps):
    """Attach a hub that was found to a site that a person picks.

    A site is never the hub's: with the app, Home Assistant removes every entry whose unique id is that of the app's
    announcement. That id tells announcements apart here, and a site has one of its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self.picked: ConfigEntry | None = None
        self._found: Found | None = None

    @override
    async def async_step_hassio(self, discovery_info: HassioServiceInfo) -> ConfigFlowResult:
        """Take the announcement of the app on this machine, which brings an invite for this home."""
        told = discovery_info.config
        address = _url(str(told["host"]), told["port"], tls=False, path="")
        return await self._discovered(discovery_info.uuid, address, str(told.get("code", "")), trusted=True)

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Take the announcement of a hub in the local network; its code comes from a coordinator."""
        told = discovery_info.properties
        tls, path = told.get("tls") in {"1", "true", "yes"}, str(told.get("path") or "")
        address = _url(discovery_info.host, discovery_info.port or PORT, tls=tls, path=path)
        return await self._discovered(str(told.get(ATTR_PROPERTIES_ID) or address), address, "", trusted=False)

    async def async_step_discovered(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask which site should join; a new one is set up first."""
        alone = self._alone()
        if typed is not None:
            self.picked = alone.get(typed[CONF_SITE])
            return await (self.async_step_user() if self.picked is None else self.async_step_hub())
        assert self._found is not None  # the announcements lead here with it
        options = [SelectOptionDict(value=entry_id, label=entry.title) for entry_id, entry in alone.items()]
        sites = SelectSelectorConfig(
            options=[*options, SelectOptionDict(value=NEW_SITE, label=NEW_SITE)],
            mode=SelectSelectorMode.LIST,
            translation_key=CONF_SITE,
        )
        first = next(iter(alone), NEW_SITE)
        return self.async_show_form(
            step_id="discovered",
            data_schema=probatio.Schema({probatio.Required(CONF_SITE, default=first): SelectSelector(sites)}),
            description_placeholders={"community": self._found.community, "address": str(self._found.address)},
        )

    async def _discovered(self, identity: str, address: str, code: str, *, trusted: bool) -> ConfigFlowResult:
        """Show a hub once, unless a site is its member already; what an announcement says is asked there.

        Only what the Supervisor announces is trusted: anybody in a network can announce a hub, and would be shown the
        token of a home that follows him.
        """
        await self.async_set_unique_id(identity)
        self._abort_if_unique_id_configured()  # somebody chose to ignore it
        found = await look(self.hass, address)
        if isinstance(found, Problem):
            return self.async_abort(reason="hub_silent", description_placeholders={"address": address})
        if await self._has_member(found, trusted=trusted):
            return self.async_abort(reason="already_a_member", description_placeholders={"community": found.community})
        self._found = found
        self._at_the_door = {CONF_ADDRESS: str(found.address)} | ({CONF_CODE: code} if code else {})
        self.context["title_placeholders"] = {"name": found.community}
        return await self.async_step_discovered()

    async def _has_member(self, found: Found, *, trusted: bool) -> bool:
        """Tell whether a site is a member of this hub; each that is follows a trusted one where it has moved."""
        members = 0
        for entry in self.hass.config_entries.async_entries(DOMAIN, include_ignore=False):
            if (member := membership(entry)) is None or not found.is_that_of(member):
                continue
            members += 1
            if trusted and (moved := await follow(self.hass, found, member)) is not None:
                self.hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_HUB: moved.to_json()})
        return members > 0

    def _alone(self) -> dict[str, ConfigEntry[Any]]:
        """Return the sites without a community."""
        entries = self.hass.config_entries.async_entries(DOMAIN, include_ignore=False)
        return {entry.entry_id: entry for entry in entries if CONF_HUB not in entry.data}


def _url(host: str, port: int | str, *, tls: bool, path: str) -> str:
    """Write an announced address; what is wrong with it is found where every address is read."""
    literal = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{literal}:{port}{URL(path).path if path.startswith('/') else ''}"
