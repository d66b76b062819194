"""Dialog steps of what export earns."""

from typing import Any

import probatio
from homeassistant.config_entries import ConfigFlowResult

from ..terms import CONF_ENTITY, CONF_EXPORT, CONF_KIND, CONF_PRICE, ENTITY, FLAT, NONE, NORDPOOL, SAME
from .amounts import as_text
from .carbon import CarbonSteps
from .market import ADDED, PRICE, PRICE_ENTITY, check_nordpool, check_price_entity, chosen_area, nordpool_area
from .terms import Typed, spot_terms

FLAT_PRICE = probatio.Schema({probatio.Required(CONF_PRICE): PRICE})


class ExportSteps(CarbonSteps):
    """One price, a market's, that of import, or none."""

    async def async_step_export(self, _typed: Typed = None) -> ConfigFlowResult:
        """Offer the ways in which export is paid for."""
        kinds = ["export_none", "export_flat", "export_same", "export_entity", *self._nordpool("export")]
        return self.async_show_menu(step_id="export", menu_options=kinds)

    async def async_step_export_none(self, _typed: Typed = None) -> ConfigFlowResult:
        """Earn nothing."""
        return await self._keep_export({CONF_KIND: NONE})

    async def async_step_export_same(self, _typed: Typed = None) -> ConfigFlowResult:
        """Earn what import costs."""
        return await self._keep_export({CONF_KIND: SAME})

    async def async_step_export_flat(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask for one price."""
        if typed is not None:
            return await self._keep_export({CONF_KIND: FLAT, CONF_PRICE: as_text(typed[CONF_PRICE])})
        return self._ask_terms("export_flat", FLAT_PRICE, self._before(CONF_EXPORT))

    async def async_step_export_entity(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask for the entity that shows what export earns."""
        problem = None
        if typed is not None:
            problem = await check_price_entity(self.hass, typed[CONF_ENTITY], self._currency)
            if problem is None:
                return await self._keep_export(spot_terms(ENTITY, typed, {CONF_ENTITY: typed[CONF_ENTITY]}))
        schema = PRICE_ENTITY.extend(ADDED.schema)
        return self._ask_terms("export_entity", schema, typed or self._before(CONF_EXPORT), problem)

    async def async_step_export_nordpool(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask for the area of Nord Pool that export is sold in."""
        problem = None
        if typed is not None:
            area = chosen_area(typed)
            problem = await check_nordpool(self.hass, area, self._currency)
            if problem is None:
                return await self._keep_export(spot_terms(NORDPOOL, typed, area))
        schema = nordpool_area(self.hass).extend(ADDED.schema)
        return self._ask_terms("export_nordpool", schema, typed or self._before(CONF_EXPORT), problem)

    async def _keep_export(self, export: dict[str, Any]) -> ConfigFlowResult:
        self._options[CONF_EXPORT] = export
        return await self._after_export()

    async def _after_export(self) -> ConfigFlowResult:
        return await (self.async_step_carbon() if self.tariff_chain else self.async_tariff_done(self._options))
