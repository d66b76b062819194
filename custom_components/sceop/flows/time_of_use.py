"""Dialog steps of a tariff with periods, and of the holidays that they may know."""

from collections.abc import Mapping
from typing import Any

import probatio
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.generated.currencies import ACTIVE_CURRENCIES
from homeassistant.helpers.selector import (
    CountrySelector,
    CountrySelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ..core.tariff import OnHolidays
from ..core.timetable import overlaps
from ..prices.holidays import countries, subdivisions
from ..terms import (
    CONF_BASE,
    CONF_COUNTRY,
    CONF_CURRENCY,
    CONF_DEMAND_CHARGE,
    CONF_EXPORT,
    CONF_HOLIDAYS,
    CONF_KIND,
    CONF_ON_HOLIDAYS,
    CONF_PERIODS,
    CONF_SUBDIVISION,
    CONF_TARIFF,
    TIME_OF_USE,
)
from . import Problem
from .amounts import as_text
from .export import ExportSteps
from .market import NOT_NEGATIVE, PRICE
from .periods import check_periods, kept_periods, periods_selector
from .terms import Typed


class TimeOfUseSteps(ExportSteps):
    """Periods, what they share, and whose holidays count; at the end the tariff is kept."""

    _typed: Mapping[str, Any]
    _tariff: dict[str, Any]
    _country: str

    async def async_step_tariff_time_of_use(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask for periods and the price of all other times."""
        problem = None
        if typed is not None:
            kept = kept_periods(typed.get(CONF_PERIODS, []))
            periods = check_periods(kept)
            if not isinstance(periods, Problem):
                self._tariff = {CONF_KIND: TIME_OF_USE, CONF_BASE: as_text(typed[CONF_BASE]), CONF_PERIODS: kept}
                self._typed = typed
                if shared := list(overlaps(periods)):
                    pairs = "\n".join(f"- {pair.first} / {pair.second}" for pair in shared)
                    return self.async_show_form(step_id="tariff_overlap", description_placeholders={"periods": pairs})
                return await self.async_step_tariff_overlap({})
            problem = periods
        schema = probatio.Schema(
            {
                probatio.Required(CONF_BASE): PRICE,
                probatio.Required(CONF_PERIODS): await periods_selector(self.hass),
            }
        )
        return self._ask_tariff("tariff_time_of_use", schema, typed, problem)

    async def async_step_tariff_overlap(self, _typed: Typed = None) -> ConfigFlowResult:
        """Go on once it is known that of periods at the same time the upper one counts."""
        if all(
            one.get(CONF_ON_HOLIDAYS, OnHolidays.AS_USUAL) == OnHolidays.AS_USUAL for one in self._tariff[CONF_PERIODS]
        ):
            return await self._keep_tariff(self._typed, self._tariff)
        return await self.async_step_tariff_holidays()

    async def async_step_tariff_holidays(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask for the country whose holidays count."""
        if typed is not None:
            self._country = typed[CONF_COUNTRY]
            if await subdivisions(self.hass, self._country):
                return await self.async_step_tariff_region()
            return await self._keep_tariff(self._typed, self._tariff, {CONF_COUNTRY: self._country})
        before = self._options.get(CONF_HOLIDAYS, {}).get(CONF_COUNTRY, self.hass.config.country)
        supported = CountrySelector(CountrySelectorConfig(countries=await countries(self.hass)))
        return self._ask_terms(
            "tariff_holidays", probatio.Schema({probatio.Required(CONF_COUNTRY): supported}), {CONF_COUNTRY: before}
        )

    async def async_step_tariff_region(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask for the part of the country; its holidays may be more."""
        if typed is not None:
            part = typed.get(CONF_SUBDIVISION)
            kept = {CONF_COUNTRY: self._country} | ({} if part is None else {CONF_SUBDIVISION: part})
            return await self._keep_tariff(self._typed, self._tariff, kept)
        parts = await subdivisions(self.hass, self._country)
        field = SelectSelector(
            SelectSelectorConfig(
                options=[SelectOptionDict(value=code, label=name) for code, name in parts.items()],
                mode=SelectSelectorMode.DROPDOWN,
                sort=True,
            )
        )
        before = self._options.get(CONF_HOLIDAYS, {})
        suggested = before if before.get(CONF_COUNTRY) == self._country else {}
        return self._ask_terms(
            "tariff_region", probatio.Schema({probatio.Optional(CONF_SUBDIVISION): field}), suggested
        )

    async def _keep_tariff(
        self, typed: Mapping[str, Any], tariff: dict[str, Any], holidays: dict[str, str] | None = None
    ) -> ConfigFlowResult:
        """Keep a tariff that was checked, and ask for what depends on it."""
        other_currency = typed[CONF_CURRENCY] != self._options.get(CONF_CURRENCY)
        demand = typed.get(CONF_DEMAND_CHARGE)
        charge = {} if demand is None else {CONF_DEMAND_CHARGE: as_text(demand)}
        self._options[CONF_TARIFF] = tariff | charge
        self._options[CONF_CURRENCY] = typed[CONF_CURRENCY]
        self._options.pop(CONF_HOLIDAYS, None)
        if holidays is not None:
            self._options[CONF_HOLIDAYS] = holidays
        if self.tariff_chain or other_currency or CONF_EXPORT not in self._options:
            return await self.async_step_export()
        return await self.async_tariff_done(self._options)

    def _ask_tariff(
        self, step_id: str, schema: probatio.Schema, typed: Typed, problem: Problem | None = None
    ) -> ConfigFlowResult:
        """Ask for a tariff; currency and demand charge belong to every one."""
        currencies = SelectSelectorConfig(options=sorted(ACTIVE_CURRENCIES), mode=SelectSelectorMode.DROPDOWN)
        first = probatio.Schema({probatio.Required(CONF_CURRENCY): SelectSelector(currencies)})
        whole = first.extend(schema.schema).extend({probatio.Optional(CONF_DEMAND_CHARGE): NOT_NEGATIVE})
        return self._ask_terms(
            step_id, whole, typed or {CONF_CURRENCY: self._currency} | self._before(CONF_TARIFF), problem
        )
