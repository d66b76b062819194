"""Forms of a market's prices: which entity or which area, what is added to them, and whether they can be read."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import probatio
from homeassistant.components.input_number import DOMAIN as INPUT_NUMBER
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.util import dt as dt_util

from ..prices.entity import Scale, Unreadable, read
from ..prices.nordpool import CURRENCIES, DOMAIN as NORDPOOL_DOMAIN, prices_of
from ..prices.units import UnitProblem, carbon_scale, price_scale
from ..terms import CONF_AREA, CONF_ENTITY, CONF_ENTRY, CONF_SURCHARGE, CONF_VAT, NordPoolMarket
from . import Problem

PRICE = NumberSelector(NumberSelectorConfig(mode=NumberSelectorMode.BOX, step="any"))
"""Export may cost, and a market's price be refunded: no price has a least one."""
NOT_NEGATIVE = NumberSelector(NumberSelectorConfig(mode=NumberSelectorMode.BOX, step="any", min=0))

ADDED = probatio.Schema(
    {
        probatio.Required(CONF_SURCHARGE, default=0): PRICE,
        probatio.Required(CONF_VAT, default=0): NumberSelector(
            NumberSelectorConfig(mode=NumberSelectorMode.BOX, step="any", min=0, max=100, unit_of_measurement="%")
        ),
    }
)
PRICE_ENTITY = probatio.Schema(
    {
        probatio.Required(CONF_ENTITY): EntitySelector(
            EntitySelectorConfig(domain=[Platform.SENSOR, INPUT_NUMBER, Platform.NUMBER, Platform.EVENT])
        )
    }
)
CARBON_ENTITY = probatio.Schema(
    {
        probatio.Required(CONF_ENTITY): EntitySelector(
            EntitySelectorConfig(domain=[Platform.SENSOR, INPUT_NUMBER, Platform.NUMBER])
        )
    }
)


def nordpool_areas(hass: HomeAssistant) -> list[SelectOptionDict]:
    """Return every area of every Nord Pool entry that runs."""
    return [
        SelectOptionDict(value=f"{entry.entry_id}/{area}", label=f"{entry.title}: {area}")
        for entry in hass.config_entries.async_entries(NORDPOOL_DOMAIN)
        if entry.state is ConfigEntryState.LOADED
        for area in entry.data["areas"]
    ]


def nordpool_area(hass: HomeAssistant) -> probatio.Schema:
    """Return the field for an area."""
    return probatio.Schema(
        {
            probatio.Required(CONF_AREA): SelectSelector(
                SelectSelectorConfig(options=nordpool_areas(hass), mode=SelectSelectorMode.DROPDOWN)
            )
        }
    )


def chosen_area(typed: Mapping[str, Any]) -> dict[str, str]:
    """Return what to keep of the chosen area."""
    entry, _, area = typed[CONF_AREA].partition("/")
    return {CONF_ENTRY: entry, CONF_AREA: area}


async def check_price_entity(hass: HomeAssistant, entity_id: str, currency: str) -> Problem | None:
    """Tell why an entity shows no price of this moment, if it shows none."""
    return await _check_entity(hass, entity_id, partial(price_scale, currency=currency), currency)


async def check_carbon_entity(hass: HomeAssistant, entity_id: str) -> Problem | None:
    """Tell why an entity shows no carbon intensity, if it shows none."""
    return await _check_entity(hass, entity_id, carbon_scale, "")


async def check_nordpool(hass: HomeAssistant, kept: Mapping[str, str], currency: str) -> Problem | None:
    """Tell why Nord Pool has no prices of today, if it has none."""
    if currency not in CURRENCIES:
        return Problem(CONF_AREA, "nordpool_currency", {"currency": currency})
    market = NordPoolMarket(kept[CONF_ENTRY], kept[CONF_AREA])
    try:
        if await prices_of(hass, market, dt_util.now().date(), currency):
            return None
    except HomeAssistantError as error:
        return Problem(CONF_AREA, "nordpool_silent", {"sentence": str(error)})
    return Problem(CONF_AREA, "nordpool_empty")


async def _check_entity(hass: HomeAssistant, entity_id: str, scale: Scale, currency: str) -> Problem | None:
    state = hass.states.get(entity_id)
    zone = await dt_util.async_get_time_zone(hass.config.time_zone)
    assert zone is not None  # Home Assistant set its clocks by it
    unit = "" if state is None else str(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT, ""))
    shown = {"state": "" if state is None else state.state, "unit": unit, "currency": currency}
    try:
        read(state, scale, zone, dt_util.utcnow())
    except (Unreadable, UnitProblem) as error:
        return Problem(CONF_ENTITY, error.key, shown)
    return None
