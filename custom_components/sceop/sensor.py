"""Sensors: the power and energy of every flow that a site has, and how far its readings have come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NotRequired, TypedDict, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SceopConfigEntry
from .core.balance import Balance
from .core.channels import CONSUMPTION, FLOWS, GRID_IMPORT, LIGHT, LOAD
from .entity import HubEntity, SiteEntity, ThingEntity, forget_entities
from .flexible_sensors import load_sensors
from .forecast_sensors import FORECAST_SENSORS, ForecastSensor
from .hub.connection import HubConnection
from .site_sensors import FIGURE_SENSORS, FigureSensorDescription, Value
from .source_sensors import LAST_READING, LastReading, add_facts
from .thing import ThingState
from .things import FLOWS_OF, ThingKind
from .together_sensors import add_together_sensors
from .zone_sensors import zone_sensors

PARALLEL_UPDATES = 0


class _Look(TypedDict):
    """What all sensors of power, or of energy, have in common."""

    device_class: SensorDeviceClass
    state_class: SensorStateClass
    native_unit_of_measurement: str
    suggested_display_precision: int
    suggested_unit_of_measurement: NotRequired[str]


@dataclass(frozen=True, kw_only=True)
class SiteSensorDescription(SensorEntityDescription):
    """One figure of the site's balance, at sites that have its flow, and the flows that it is made of."""

    value_fn: Callable[[Balance], int | None]
    flow: str
    parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ThingSensorDescription(SensorEntityDescription):
    """One figure of a thing, at things that measure its flow."""

    value_fn: Callable[[ThingState], int | None]
    flow: str


@dataclass(frozen=True, kw_only=True)
class HubSensorDescription(SensorEntityDescription):
    """One fact about the connection to the hub."""

    value_fn: Callable[[HubConnection], datetime | int | None]


_POWER: _Look = {
    "device_class": SensorDeviceClass.POWER,
    "state_class": SensorStateClass.MEASUREMENT,
    "native_unit_of_measurement": UnitOfPower.WATT,
    "suggested_display_precision": 0,
}
_ENERGY: _Look = {
    "device_class": SensorDeviceClass.ENERGY,
    "state_class": SensorStateClass.TOTAL_INCREASING,
    "native_unit_of_measurement": UnitOfEnergy.WATT_HOUR,
    "suggested_unit_of_measurement": UnitOfEnergy.KILO_WATT_HOUR,
    "suggested_display_precision": 2,
}


def _of_site(name: str, flow: str, look: _Look, value_fn: Callable[[Balance], int | None]) -> SiteSensorDescription:
    return SiteSensorDescription(key=name, translation_key=name, flow=flow, parts=(flow,), value_fn=value_fn, **look)


def _of_all(name: str, look: _Look, value_fn: Callable[[Balance], int | None]) -> SiteSensorDescription:
    """Describe what follows from all flows of a site that has a grid meter."""
    return SiteSensorDescription(
        key=name, translation_key=name, flow=GRID_IMPORT, parts=FLOWS, value_fn=value_fn, **look
    )


def _of_thing(
    name: str, flow: str, look: _Look, value_fn: Callable[[ThingState], int | None]
) -> ThingSensorDescription:
    return ThingSensorDescription(key=name, translation_key=name, flow=flow, value_fn=value_fn, **look)


def _watts(shown: Balance | ThingState, *, flow: str) -> int | None:
    return shown.watts.get(flow)


def _energy_wh(shown: Balance | ThingState, *, flow: str) -> int | None:
    return shown.energy_wh.get(flow)


SITE_SENSORS = (
    *(_of_site(f"{flow}_power", flow, _POWER, partial(_watts, flow=flow)) for flow in FLOWS),
    *(_of_site(f"{flow}_energy", flow, _ENERGY, partial(_energy_wh, flow=flow)) for flow in FLOWS),
    _of_all(f"{CONSUMPTION}_power", _POWER, lambda balance: balance.consumption_w),
    _of_all(f"{CONSUMPTION}_energy", _ENERGY, lambda balance: balance.consumption_wh),
)

THING_SENSORS = (
    *(_of_thing(f"{flow}_power", flow, _POWER, partial(_watts, flow=flow)) for flow in (*FLOWS, LOAD, LIGHT)),
    *(_of_thing(f"{flow}_energy", flow, _ENERGY, partial(_energy_wh, flow=flow)) for flow in (*FLOWS, LOAD, LIGHT)),
)

HUB_SENSORS = (
    HubSensorDescription(
        key="last_sent",
        translation_key="last_sent",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda hub: hub.outbox.last_sent,
    ),
    HubSensorDescription(
        key="slots_waiting",
        translation_key="slots_waiting",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda hub: hub.outbox.waiting,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SceopConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add what this site has."""
    runtime = entry.runtime_data
    flows = runtime.coordinator.flows
    async_add_entities(SiteSensor(entry, sensor) for sensor in SITE_SENSORS if sensor.flow in flows)
    rules = runtime.coordinator.prices.rules
    async_add_entities(FigureSensor(entry, sensor) for sensor in FIGURE_SENSORS if sensor.exists(rules))
    forget_entities(hass, entry, [sensor for sensor in FIGURE_SENSORS if not sensor.exists(rules)])
    forget_entities(hass, entry, [sensor for sensor in SITE_SENSORS if sensor.flow not in flows])
    channels = runtime.archive.channels
    async_add_entities(ForecastSensor(entry, sensor) for sensor in FORECAST_SENSORS if sensor.channel in channels)
    forget_entities(hass, entry, [sensor for sensor in FORECAST_SENSORS if sensor.channel not in channels])
    for thing in runtime.things.values():
        add = partial(async_add_entities, config_subentry_id=thing.thing.id)
        sensors = [ThingSensor(entry, thing, sensor) for sensor in THING_SENSORS if sensor.flow in thing.thing.flows]
        if left_out := set(FLOWS_OF[thing.thing.kind]) - set(thing.thing.flows):
            forget_entities(hass, entry, [sensor for sensor in THING_SENSORS if sensor.flow in left_out], thing.thing)
        if thing.thing.kind is ThingKind.LIGHT_ZONE:
            add(sensors)
        else:
            add([*sensors, LastReading(entry, thing, LAST_READING)])
            add_facts(entry, thing, add)
    for zone in runtime.zones.values():
        async_add_entities(zone_sensors(entry, zone), config_subentry_id=zone.id)
    for load in runtime.planning.loads.values():
        async_add_entities(load_sensors(entry, load), config_subentry_id=load.id)
    await add_together_sensors(hass, entry, async_add_entities)
    if (hub := runtime.hub) is None:
        forget_entities(hass, entry, HUB_SENSORS)
    else:
        async_add_entities(HubSensor(entry, hub, sensor) for sensor in HUB_SENSORS)


class ThingSensor(ThingEntity, SensorEntity):
    """A figure of one thing; a missing one is unknown, never zero."""

    entity_description: ThingSensorDescription

    @property
    @override
    def native_value(self) -> int | None:
        """Return the figure as it was read last."""
        return self.entity_description.value_fn(self.coordinator.data)

    @override
    def _shown(self) -> tuple[object, ...]:
        return (self.native_value,)


class SiteSensor(SiteEntity, SensorEntity):
    """A figure of the site's balance; a missing one is unknown, never zero."""

    entity_description: SiteSensorDescription

    @property
    @override
    def native_value(self) -> int | None:
        """Return the figure as it was read last."""
        return self.entity_description.value_fn(self.coordinator.data)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, list[str]] | None:
        """Name the things whose part is missing, whether their sum goes on without them or not."""
        silent = self.coordinator.data.silent
        missing = {thing: None for flow in self.entity_description.parts for thing in silent.get(flow, ())}
        return {"missing": [self.coordinator.things[thing].thing.title for thing in missing]} if missing else None

    @override
    def _shown(self) -> tuple[object, ...]:
        return (self.native_value, self.extra_state_attributes)


class FigureSensor(SiteEntity, SensorEntity):
    """A figure of slots and money."""

    entity_description: FigureSensorDescription

    def __init__(self, entry: SceopConfigEntry, description: FigureSensorDescription) -> None:
        super().__init__(entry, description)
        currency = entry.runtime_data.coordinator.terms.currency or self.coordinator.hass.config.currency
        self._attr_native_unit_of_measurement = description.unit(currency)

    @property
    @override
    def native_value(self) -> Value:
        """Return the figure, with the running slot in it."""
        return self.entity_description.value_fn(self.coordinator.figures)

    @property
    @override
    def last_reset(self) -> datetime | None:
        """Return when a figure of the day or the month began anew."""
        began = self.entity_description.last_reset_fn
        return None if began is None else began(self.coordinator.figures)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return what explains the figure."""
        explain = self.entity_description.attributes_fn
        return None if explain is None else explain(self.coordinator.figures)

    @override
    def _shown(self) -> tuple[object, ...]:
        return (self.native_value, self.last_reset, self.extra_state_attributes)


class HubSensor(HubEntity, SensorEntity):
    """A fact about the connection to the hub."""

    entity_description: HubSensorDescription

    @property
    @override
    def native_value(self) -> datetime | int | None:
        """Return the fact as it stands."""
        return self.entity_description.value_fn(self.hub)
