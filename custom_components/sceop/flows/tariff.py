"""Dialog steps of what electricity costs, and after that earns and emits; set-up and options share them."""

from homeassistant.config_entries import ConfigFlowResult

from ..terms import (
    CONF_CURRENCY,
    CONF_ENTITY,
    CONF_EXPORT,
    CONF_HOLIDAYS,
    CONF_KIND,
    CONF_PRICE,
    CONF_TARIFF,
    ENTITY,
    FLAT,
    NORDPOOL,
)
from .amounts import as_text
from .export import FLAT_PRICE
from .market import ADDED, PRICE_ENTITY, check_nordpool, check_price_entity, chosen_area, nordpool_area
from .terms import Typed, spot_terms
from .time_of_use import TimeOfUseSteps


class TariffSteps(TimeOfUseSteps):
    """The steps from `tariff` over `export` to `carbon`."""

    async def async_step_tariff(self, _typed: Typed = None) -> ConfigFlowResult:
        """Offer the kinds of tariffs."""
        return self.async_show_menu(
            step_id="tariff",
            menu_options=[
                "tariff_flat",
                "tariff_time_of_use",
                "tariff_entity",
                *self._nordpool("tariff"),
                "tariff_none",
            ],
        )

    async def async_step_tariff_none(self, _typed: Typed = None) -> ConfigFlowResult:
        """Count no money."""
        for key in (CONF_TARIFF, CONF_EXPORT, CONF_HOLIDAYS, CONF_CURRENCY):
            self._options.pop(key, None)
        return await self._after_export()

    async def async_step_tariff_flat(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask for one price."""
        if typed is not None:
            return await self._keep_tariff(typed, {CONF_KIND: FLAT, CONF_PRICE: as_text(typed[CONF_PRICE])})
        return self._ask_tariff("tariff_flat", FLAT_PRICE, typed)

    async def async_step_tariff_entity(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask for the entity that shows prices."""
        problem = None
        if typed is not None:
            problem = await check_price_entity(self.hass, typed[CONF_ENTITY], typed[CONF_CURRENCY])
            if problem is None:
                return await self._keep_tariff(typed, spot_terms(ENTITY, typed, {CONF_ENTITY: typed[CONF_ENTITY]}))
        return self._ask_tariff("tariff_entity", PRICE_ENTITY.extend(ADDED.schema), typed, problem)

    async def async_step_tariff_nordpool(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask for the area of Nord Pool."""
        problem = None
        if typed is not None:
            area = chosen_area(typed)
            problem = await check_nordpool(self.hass, area, typed[CONF_CURRENCY])
            if problem is None:
                return await self._keep_tariff(typed, spot_terms(NORDPOOL, typed, area))
        return self._ask_tariff("tariff_nordpool", nordpool_area(self.hass).extend(ADDED.schema), typed, problem)
