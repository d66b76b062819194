"""Dialog steps about money share what has been chosen so far, and how a form is shown."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, ClassVar

import probatio
from homeassistant.config_entries import ConfigEntryBaseFlow, ConfigFlowResult

from ..terms import (
    CONF_AREA,
    CONF_BASE,
    CONF_CURRENCY,
    CONF_DEMAND_CHARGE,
    CONF_ENTRY,
    CONF_GRAMS,
    CONF_KIND,
    CONF_PERIODS,
    CONF_PRICE,
    CONF_SURCHARGE,
    CONF_VAT,
)
from . import Problem
from .amounts import as_number, as_text
from .market import nordpool_areas
from .periods import shown_periods

type Typed = dict[str, Any] | None

AMOUNTS = (CONF_PRICE, CONF_BASE, CONF_SURCHARGE, CONF_VAT, CONF_DEMAND_CHARGE, CONF_GRAMS)


class TermsSteps(ConfigEntryBaseFlow):
    """The options as they become, step by step; whoever mixes them in says what happens at the end.

    One subject may lead to the next: from the tariff to export, from there to carbon. So the class of each subject
    builds upon that of the following one.
    """

    tariff_chain: ClassVar[bool] = True
    """Whether one subject leads to the next, or each to the end."""
    _chosen: dict[str, Any] | None = None

    @abstractmethod
    async def async_tariff_done(self, options: dict[str, Any]) -> ConfigFlowResult:
        """Take the options as they are now."""

    def tariff_before(self) -> Mapping[str, Any]:
        """Return the options that are there already."""
        return {}

    @property
    def _options(self) -> dict[str, Any]:
        """The options as they will be."""
        if self._chosen is None:
            self._chosen = deepcopy(dict(self.tariff_before()))
        return self._chosen

    @property
    def _currency(self) -> str:
        currency: str = self._options.get(CONF_CURRENCY, self.hass.config.currency)
        return currency

    def _nordpool(self, subject: str) -> Sequence[str]:
        """Offer Nord Pool to those who have it."""
        return [f"{subject}_nordpool"] if nordpool_areas(self.hass) else []

    def _before(self, subject: str) -> dict[str, Any]:
        """Return what a form shows of what is kept."""
        shown = dict(self._options.get(subject, {}))
        shown |= {key: as_number(shown[key]) for key in AMOUNTS if key in shown}
        if CONF_PERIODS in shown:
            shown[CONF_PERIODS] = shown_periods(shown[CONF_PERIODS])
        if CONF_ENTRY in shown:
            shown[CONF_AREA] = f"{shown[CONF_ENTRY]}/{shown[CONF_AREA]}"
        return shown

    def _ask_terms(
        self, step_id: str, schema: probatio.Schema, suggested: Mapping[str, Any], problem: Problem | None = None
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
            errors={} if problem is None else {problem.where: problem.key},
            description_placeholders={"currency": self._currency}
            | ({} if problem is None else dict(problem.placeholders)),
        )


def spot_terms(kind: str, typed: Mapping[str, Any], market: Mapping[str, str]) -> dict[str, Any]:
    """Return what to keep of a market's prices."""
    added = {key: as_text(typed[key]) for key in (CONF_SURCHARGE, CONF_VAT)}
    return {CONF_KIND: kind, **market, **added}
