"""Dialog steps of what a kWh from the grid emits."""

from typing import Any

import probatio
from homeassistant.config_entries import ConfigFlowResult

from ..terms import CONF_CARBON, CONF_ENTITY, CONF_GRAMS, CONF_KIND, ENTITY, FIXED, NONE
from .amounts import as_text
from .market import CARBON_ENTITY, NOT_NEGATIVE, check_carbon_entity
from .terms import TermsSteps, Typed

GRAMS = probatio.Schema({probatio.Required(CONF_GRAMS): NOT_NEGATIVE})


class CarbonSteps(TermsSteps):
    """One figure, an entity that knows, or neither."""

    async def async_step_carbon(self, _typed: Typed = None) -> ConfigFlowResult:
        """Offer the ways to know what import emits."""
        return self.async_show_menu(step_id="carbon", menu_options=["carbon_none", "carbon_fixed", "carbon_entity"])

    async def async_step_carbon_none(self, _typed: Typed = None) -> ConfigFlowResult:
        """Leave it."""
        return await self._keep_carbon({CONF_KIND: NONE})

    async def async_step_carbon_fixed(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask for one figure."""
        if typed is not None:
            return await self._keep_carbon({CONF_KIND: FIXED, CONF_GRAMS: as_text(typed[CONF_GRAMS])})
        return self._ask_terms("carbon_fixed", GRAMS, self._before(CONF_CARBON))

    async def async_step_carbon_entity(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask for the entity that knows."""
        problem = None
        if typed is not None:
            problem = await check_carbon_entity(self.hass, typed[CONF_ENTITY])
            if problem is None:
                return await self._keep_carbon({CONF_KIND: ENTITY, CONF_ENTITY: typed[CONF_ENTITY]})
        return self._ask_terms("carbon_entity", CARBON_ENTITY, typed or self._before(CONF_CARBON), problem)

    async def _keep_carbon(self, carbon: dict[str, Any]) -> ConfigFlowResult:
        self._options[CONF_CARBON] = carbon
        return await self.async_tariff_done(self._options)
