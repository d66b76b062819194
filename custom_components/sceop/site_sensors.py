"""The site's sensors of slots and money: a table of figures, each with what it needs to be shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfMass, UnitOfPower, UnitOfRatio

from .core.channels import GRID_EXPORT, GRID_IMPORT, PRODUCTION
from .core.figures import Figures
from .core.ledger import Rules

type Value = Decimal | float | int | None

CARBON_UNIT = "g/kWh"
PER_KWH = "/kWh"


def _always(_rules: Rules) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class FigureSensorDescription(SensorEntityDescription):
    """One figure, at sites that have what it is made of.

    Money has the site's currency for its unit, or the currency with `per` behind it.
    """

    value_fn: Callable[[Figures], Value]
    exists: Callable[[Rules], bool] = _always
    last_reset_fn: Callable[[Figures], datetime] | None = None
    attributes_fn: Callable[[Figures], Mapping[str, Any]] | None = None
    is_money: bool = False
    per: str = ""

    def unit(self, currency: str) -> str | None:
        """Return the unit in a site that counts in this currency."""
        return f"{currency}{self.per}" if self.is_money else self.native_unit_of_measurement


def _exports(rules: Rules) -> bool:
    return GRID_EXPORT in rules.flows


def _produces(rules: Rules) -> bool:
    return PRODUCTION in rules.flows and GRID_IMPORT in rules.flows


def _imports(rules: Rules) -> bool:
    return GRID_IMPORT in rules.flows


def _has_tariff(rules: Rules) -> bool:
    return _imports(rules) and rules.import_price is not None


def _is_paid_for_export(rules: Rules) -> bool:
    return _exports(rules) and rules.export_price is not None


def _has_demand_charge(rules: Rules) -> bool:
    return _imports(rules) and rules.demand_per_kw is not None


def _has_carbon(rules: Rules) -> bool:
    return _imports(rules) and rules.carbon is not None


def _money(
    key: str,
    value_fn: Callable[[Figures], Value],
    exists: Callable[[Rules], bool],
    last_reset_fn: Callable[[Figures], datetime] | None = None,
    attributes_fn: Callable[[Figures], Mapping[str, Any]] | None = None,
) -> FigureSensorDescription:
    """Describe a total that runs for ever, or begins anew with a day or a month."""
    return FigureSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=2,
        is_money=True,
        value_fn=value_fn,
        exists=exists,
        last_reset_fn=last_reset_fn,
        attributes_fn=attributes_fn,
    )


def _price(key: str, value_fn: Callable[[Figures], Value], exists: Callable[[Rules], bool]) -> FigureSensorDescription:
    return FigureSensorDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=4,
        is_money=True,
        per=PER_KWH,
        value_fn=value_fn,
        exists=exists,
    )


def _share(key: str, value_fn: Callable[[Figures], Value]) -> FigureSensorDescription:
    return FigureSensorDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
        value_fn=value_fn,
        exists=_produces,
    )


def _slot_energy(
    key: str, value_fn: Callable[[Figures], Value], exists: Callable[[Rules], bool]
) -> FigureSensorDescription:
    """Describe energy that returns to zero every quarter hour: without statistics, which would say nothing new."""
    return FigureSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_display_precision=0,
        value_fn=value_fn,
        exists=exists,
    )


def _power(
    key: str,
    value_fn: Callable[[Figures], Value],
    attributes_fn: Callable[[Figures], Mapping[str, Any]] | None = None,
) -> FigureSensorDescription:
    return FigureSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        value_fn=value_fn,
        exists=_imports,
        attributes_fn=attributes_fn,
    )


def _highest_w(figures: Figures) -> int | None:
    return None if figures.highest is None else figures.highest.wh * 4


def _highest_at(figures: Figures) -> Mapping[str, Any]:
    return {"at": None if figures.highest is None else figures.highest.start.isoformat()}


def _unpriced(figures: Figures) -> Mapping[str, Any]:
    since = figures.unpriced_since
    return {
        "unpriced_import_wh": figures.unpriced_import_wh,
        "unpriced_export_wh": figures.unpriced_export_wh,
        "waiting_for_prices_since": None if since is None else since.isoformat(),
    }


FIGURE_SENSORS = (
    _money("grid_import_cost", lambda figures: figures.import_cost, _has_tariff, attributes_fn=_unpriced),
    _money("grid_export_compensation", lambda figures: figures.export_compensation, _is_paid_for_export),
    _money("savings_today", lambda figures: figures.today.savings, _has_tariff, lambda figures: figures.today.start),
    _money(
        "demand_charge", lambda figures: figures.demand_charge, _has_demand_charge, lambda figures: figures.month_start
    ),
    _price("import_price", lambda figures: figures.import_price, _has_tariff),
    _price("export_price", lambda figures: figures.export_price, _is_paid_for_export),
    _share("self_consumption", lambda figures: figures.today.self_consumption),
    _share("self_sufficiency", lambda figures: figures.today.self_sufficiency),
    _slot_energy("slot_import_energy", lambda figures: figures.slot_import_wh, _imports),
    _slot_energy("slot_export_energy", lambda figures: figures.slot_export_wh, _exports),
    _power("slot_average_power", lambda figures: figures.slot_average_w),
    _power("month_highest_slot", _highest_w, _highest_at),
    _power("standby_load", lambda figures: figures.standby_w),
    FigureSensorDescription(
        key="carbon_today",
        translation_key="carbon_today",
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=UnitOfMass.GRAMS,
        suggested_display_precision=0,
        value_fn=lambda figures: figures.today.carbon_g,
        exists=_has_carbon,
        last_reset_fn=lambda figures: figures.today.start,
    ),
    FigureSensorDescription(
        key="carbon_intensity",
        translation_key="carbon_intensity",
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=CARBON_UNIT,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda figures: figures.carbon,
        exists=_has_carbon,
    ),
)
