"""The dialog step of forecasts: whose weather is looked at, and from what power on the home runs hot."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import probatio
from homeassistant.components.weather.const import DOMAIN as WEATHER, WeatherEntityFeature
from homeassistant.config_entries import ConfigEntryBaseFlow, ConfigFlowResult
from homeassistant.const import ATTR_SUPPORTED_FEATURES, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)

from ..forecast_options import CONF_FORECAST, CONF_LIMIT_W, CONF_WEATHER

CONF_LIMIT_KW = "limit_kw"
MOST_KW = 2000

FORM = probatio.Schema(
    {
        probatio.Optional(CONF_WEATHER): EntitySelector(EntitySelectorConfig(domain=WEATHER)),
        probatio.Optional(CONF_LIMIT_KW): NumberSelector(
            NumberSelectorConfig(
                min=0.1, max=MOST_KW, step=0.1, mode=NumberSelectorMode.BOX, unit_of_measurement=UnitOfPower.KILO_WATT
            )
        ),
    }
)


class ForecastSteps(ConfigEntryBaseFlow):
    """One form; all of it may be left empty."""

    @abstractmethod
    def tariff_before(self) -> Mapping[str, Any]:
        """Return the options that are there already."""

    async def async_step_forecast(self, typed: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the weather and the limit."""
        errors: dict[str, str] = {}
        before = self.tariff_before()
        if typed is not None:
            problem = _problem(self.hass, typed.get(CONF_WEATHER))
            if problem is None:
                return self.async_create_entry(data={**before, CONF_FORECAST: _kept(typed)})
            errors[CONF_WEATHER] = problem
        shown = _shown(before.get(CONF_FORECAST, {})) if typed is None else typed
        return self.async_show_form(
            step_id="forecast", data_schema=self.add_suggested_values_to_schema(FORM, shown), errors=errors
        )


def _problem(hass: HomeAssistant, entity: str | None) -> str | None:
    """Say what is wrong with a weather entity, if anything is."""
    if entity is None:
        return None
    if (state := hass.states.get(entity)) is None:
        return "weather_missing"
    features = state.attributes.get(ATTR_SUPPORTED_FEATURES, 0)
    return None if features & WeatherEntityFeature.FORECAST_HOURLY else "weather_not_hourly"


def _kept(typed: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    if CONF_WEATHER in typed:
        kept[CONF_WEATHER] = typed[CONF_WEATHER]
    if CONF_LIMIT_KW in typed:
        kept[CONF_LIMIT_W] = round(typed[CONF_LIMIT_KW] * 1000)
    return kept


def _shown(kept: Mapping[str, Any]) -> dict[str, Any]:
    shown = {CONF_WEATHER: kept[CONF_WEATHER]} if CONF_WEATHER in kept else {}
    return shown | ({CONF_LIMIT_KW: kept[CONF_LIMIT_W] / 1000} if CONF_LIMIT_W in kept else {})
