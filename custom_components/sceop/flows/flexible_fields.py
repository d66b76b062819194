"""The fields of each kind of flexible load: what is asked at once, and what waits in a section with a good default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import probatio
from homeassistant.components.climate.const import DOMAIN as CLIMATE
from homeassistant.const import UnitOfEnergy, UnitOfPower, UnitOfRatio, UnitOfTemperature, UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    EntityWithDeviceFilterSelectorConfig as Filter,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    Selector,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TimeSelector,
)

from ..core.quantities import POWER_UNITS
from ..flexible.hand import LISTS, NUMBERS, STARTERS, SWITCHES
from ..flexible.kinds import LoadKind
from ..flexible.terms import (
    CONF_AMOUNT,
    CONF_CAPACITY,
    CONF_CHARGE,
    CONF_CHARGE_OPTION,
    CONF_DISCHARGE,
    CONF_DISCHARGE_OPTION,
    CONF_EFFICIENCY,
    CONF_ENERGY,
    CONF_ENTITY,
    CONF_HIGH,
    CONF_HOURS,
    CONF_IDLE_OPTION,
    CONF_INTERRUPTIBLE,
    CONF_INVERTED,
    CONF_LOW,
    CONF_MAX,
    CONF_METER,
    CONF_MIN,
    CONF_NEEDED,
    CONF_PLUGGED,
    CONF_PURPOSE,
    CONF_READY_BY,
    CONF_READY_ENTITY,
    CONF_RESERVE,
    CONF_SOC,
    CONF_SWITCH_OFF,
    CONF_TARGET,
    CONF_WHEN,
    CONF_WITHIN,
    Amount,
    Purpose,
    When,
)

CONTROL, READINESS, METERING, AMOUNT, DETAILS = "control", "readiness", "metering", "amount", "details"
_MISSING = object()
_SAYS_YES = ("binary_sensor", "input_boolean", "sensor", "switch", "device_tracker")
_NUMBERS_SHOWN = ("sensor", "input_number", "number")
_MOST_KW, _MOST_KWH = 50, 200


@dataclass(frozen=True, slots=True)
class Field:
    """One field; without a default it may be left out, unless it is required."""

    name: str
    selector: Selector[Any]
    default: Any = _MISSING
    required: bool = False
    section: str | None = None

    @property
    def key(self) -> probatio.Marker:
        """Return it as a schema knows it."""
        if self.default is _MISSING:
            return probatio.Required(self.name) if self.required else probatio.Optional(self.name)
        return probatio.Required(self.name, default=self.default)


def _number(least: float, most: float, step: float, unit: str) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(min=least, max=most, step=step, mode=NumberSelectorMode.BOX, unit_of_measurement=unit)
    )


def _entity(*domains: str) -> EntitySelector:
    return EntitySelector(EntitySelectorConfig(filter=Filter(domain=sorted(domains))))


def _one_of(name: str, *options: str) -> SelectSelector:
    return SelectSelector(SelectSelectorConfig(options=list(options), translation_key=name))


_KW = _number(0.05, _MOST_KW, 0.01, UnitOfPower.KILO_WATT)
_KWH = _number(0.05, _MOST_KWH, 0.01, UnitOfEnergy.KILO_WATT_HOUR)
_PERCENT = _number(0, 100, 1, UnitOfRatio.PERCENTAGE)
_CELSIUS = _number(-30, 90, 0.1, UnitOfTemperature.CELSIUS)
_POWER = EntitySelector(
    EntitySelectorConfig(
        filter=[
            Filter(domain=["sensor"], device_class=["power"]),
            Filter(domain=["sensor"], unit_of_measurement=list(POWER_UNITS)),
        ]
    )
)

FIELDS: Mapping[LoadKind, tuple[Field, ...]] = {
    LoadKind.RUN_ONCE: (
        Field(CONF_ENERGY, _KWH, 1.0),
        Field(CONF_HOURS, _number(0.25, 24, 0.25, UnitOfTime.HOURS), 1.5),
        Field(CONF_READY_BY, TimeSelector(), "07:00:00"),
        Field(CONF_ENTITY, _entity(*SWITCHES, *STARTERS), section=CONTROL),
        Field(CONF_SWITCH_OFF, BooleanSelector(), default=False, section=CONTROL),
        Field(CONF_WHEN, _one_of("when_ready", *When), When.BY_HAND.value, section=READINESS),
        Field(CONF_READY_ENTITY, _entity(*_SAYS_YES), section=READINESS),
        Field(CONF_WITHIN, _number(1, 48, 0.5, UnitOfTime.HOURS), section=READINESS),
        Field(CONF_METER, _POWER, section=METERING),
    ),
    LoadKind.ENERGY_NEED: (
        Field(CONF_MAX, _KW, 3.7),
        Field(CONF_READY_BY, TimeSelector(), "07:00:00"),
        Field(CONF_AMOUNT, _one_of("amount_known", *Amount), Amount.FIXED.value, section=AMOUNT),
        Field(CONF_ENERGY, _KWH, 5.0, section=AMOUNT),
        Field(CONF_NEEDED, _entity(*_NUMBERS_SHOWN), section=AMOUNT),
        Field(CONF_SOC, _entity(*_NUMBERS_SHOWN), section=AMOUNT),
        Field(CONF_CAPACITY, _KWH, section=AMOUNT),
        Field(CONF_TARGET, _PERCENT, 80, section=AMOUNT),
        Field(CONF_ENTITY, _entity(*SWITCHES, *NUMBERS), section=CONTROL),
        Field(CONF_INTERRUPTIBLE, BooleanSelector(), default=True, section=CONTROL),
        Field(CONF_MIN, _KW, section=CONTROL),
        Field(CONF_PLUGGED, _entity(*_SAYS_YES), section=READINESS),
        Field(CONF_METER, _POWER, section=METERING),
    ),
    LoadKind.THERMOSTAT_BAND: (
        Field(CONF_ENTITY, _entity(CLIMATE), required=True),
        Field(CONF_LOW, _CELSIUS, 19.5),
        Field(CONF_HIGH, _CELSIUS, 21.5),
        Field(CONF_PURPOSE, _one_of("thermostat_purpose", *Purpose), Purpose.HEAT.value),
        Field(CONF_MAX, _KW, 1.5),
    ),
    LoadKind.FLEXIBLE_BATTERY: (
        Field(CONF_SOC, _entity(*_NUMBERS_SHOWN), required=True),
        Field(CONF_CAPACITY, _KWH, 10.0),
        Field(CONF_CHARGE, _KW, 3.0),
        Field(CONF_DISCHARGE, _KW, 3.0),
        Field(CONF_EFFICIENCY, _PERCENT, 90, section=DETAILS),
        Field(CONF_RESERVE, _PERCENT, 10, section=DETAILS),
        Field(CONF_ENTITY, _entity(*SWITCHES, *NUMBERS, *LISTS), section=CONTROL),
        Field(CONF_CHARGE_OPTION, TextSelector(), section=CONTROL),
        Field(CONF_DISCHARGE_OPTION, TextSelector(), section=CONTROL),
        Field(CONF_IDLE_OPTION, TextSelector(), section=CONTROL),
        Field(CONF_INVERTED, BooleanSelector(), default=False, section=CONTROL),
    ),
}

ENTITIES = (CONF_ENTITY, CONF_METER, CONF_READY_ENTITY, CONF_PLUGGED, CONF_NEEDED, CONF_SOC)
"""The fields in which an entity is chosen."""


def schema(kind: LoadKind) -> dict[probatio.Marker, Any]:
    """Return the fields of a kind; sections stay closed, because a household can do without all of them."""
    fields: dict[probatio.Marker, Any] = {}
    sections: dict[str, dict[probatio.Marker, Any]] = {}
    for field in FIELDS[kind]:
        (fields if field.section is None else sections.setdefault(field.section, {}))[field.key] = field.selector
    closed = {
        probatio.Required(name): section(probatio.Schema(inside), {"collapsed": True})
        for name, inside in sections.items()
    }
    return fields | closed


def section_of(kind: LoadKind, name: str) -> str:
    """Return where a problem of a field is shown: a form shows those of a section at the section."""
    return next((field.section for field in FIELDS[kind] if field.name == name and field.section), name)


def sections(kind: LoadKind, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return kept fields as the form has them."""
    shown: dict[str, Any] = {}
    for field in FIELDS[kind]:
        inside = shown if field.section is None else shown.setdefault(field.section, {})
        if kept.get(field.name) is not None:
            inside[field.name] = kept[field.name]
    return shown


def flat(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed without its sections."""
    fields: dict[str, Any] = {}
    for name, value in typed.items():
        fields |= value if isinstance(value, Mapping) else {name: value}
    return fields
