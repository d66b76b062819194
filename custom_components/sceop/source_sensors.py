"""Sensors of a source: facts that only some devices tell, and when a thing was read last."""

from collections.abc import Callable
from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfPower, UnitOfRatio
from homeassistant.core import callback

from .coordinator import SceopConfigEntry
from .entity import SourceEntity, ThingEntity
from .sources import MONTH_PEAK_W, RUNNING_QUARTER_W, STATE_OF_CHARGE
from .thing import ThingCoordinator


def _power(fact: str) -> SensorEntityDescription:
    return SensorEntityDescription(
        key=fact,
        translation_key=fact,
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
    )


FACT_SENSORS = (
    SensorEntityDescription(
        key=STATE_OF_CHARGE,
        translation_key=STATE_OF_CHARGE,
        device_class=SensorDeviceClass.BATTERY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
    ),
    _power(RUNNING_QUARTER_W),
    _power(MONTH_PEAK_W),
)

LAST_READING = SensorEntityDescription(
    key="last_reading",
    translation_key="last_reading",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
)


def add_facts(entry: SceopConfigEntry, thing: ThingCoordinator, add: Callable[[list[SensorEntity]], None]) -> None:
    """Add the facts that a thing's source tells; one that is told later, by a device that was asleep, is added then."""
    waiting = list(FACT_SENSORS)

    @callback
    def look() -> None:
        facts = {} if thing.last_reading is None else thing.data.facts
        if told := [fact for fact in waiting if fact.key in facts]:
            waiting[:] = [fact for fact in waiting if fact not in told]
            add([FactSensor(entry, thing, fact) for fact in told])

    look()
    entry.async_on_unload(thing.async_add_listener(look))


class FactSensor(ThingEntity, SensorEntity):
    """A fact as the source told it last; one that is missing is unknown."""

    @property
    @override
    def native_value(self) -> float | None:
        """Return the fact."""
        return self.coordinator.data.facts.get(self.entity_description.key)

    @override
    def _shown(self) -> tuple[object, ...]:
        return (self.native_value,)


class LastReading(SourceEntity, SensorEntity):
    """When the thing's counters stood as they do; it changes every ten seconds, so it has to be asked for."""

    @property
    @override
    def native_value(self) -> datetime | None:
        """Return the time of the last reading."""
        return self.coordinator.last_reading

    @override
    def _shown(self) -> tuple[object, ...]:
        return (self.native_value,)
