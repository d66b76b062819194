"""What can be changed about a site at any time: one menu, one subject after the other."""

from collections.abc import Mapping
from typing import Any, ClassVar, override

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult, OptionsFlow

from ..const import CONF_HUB
from ..terms import CONF_TARIFF
from .forecast import ForecastSteps
from .sharing import SharingSteps
from .tariff import TariffSteps
from .together import TogetherSteps, together
from .warnings import WarningSteps


class SiteOptionsFlow(TariffSteps, ForecastSteps, WarningSteps, TogetherSteps, SharingSteps, OptionsFlow):
    """Offer the subjects; each one ends with what was chosen written, and the site sets itself up anew."""

    tariff_chain: ClassVar[bool] = False

    async def async_step_init(self, _typed: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the subjects; what a site has no price, no community or no events for is no question."""
        export = ["export"] if CONF_TARIFF in self.config_entry.options else []
        sharing = ["sharing"] if CONF_HUB in self.config_entry.data else []
        acting = [] if together(self.config_entry) is None else ["together"]
        menu = ["tariff", *export, "carbon", "forecast", "warnings", *acting, *sharing]
        return self.async_show_menu(step_id="init", menu_options=menu)

    @override
    def member_entry(self) -> ConfigEntry:
        """Return the site, which is a member where sharing is offered."""
        return self.config_entry

    @override
    def site_entry(self) -> ConfigEntry:
        """Return the site, whose warnings they are."""
        return self.config_entry

    @override
    def tariff_before(self) -> Mapping[str, Any]:
        """Return the options of the site."""
        return self.config_entry.options

    @override
    async def async_tariff_done(self, options: dict[str, Any]) -> ConfigFlowResult:
        """Write them."""
        return self.async_create_entry(data=options)
