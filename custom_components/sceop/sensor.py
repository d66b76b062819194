"""Sensors: the power and energy of every flow that a site has, and how far its readings have come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import Balance, SceopConfigEntry
from .core.channels import CONSUMPTION, FLOWS, GRID_IMPORT
from .entity import HubEntity, SiteEntity, forget_entities
from .hub.connection import HubConnection

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SiteSensorDescription(SensorEntityDescription):
    """One figure of the site's balance, at sites that have its channel."""

    value_fn: Callable[[Balance], int | None]
    channel: str


@dataclass(frozen=True, kw_only=True)
class HubSensorDescription(SensorEntityDescription):
    """One fact about the connection to the hub."""

    value_fn: Callable[[HubConnection], datetime | int | None]


def _power(name: str, channel: str, value_fn: Callable[[Balance], int | None]) -> SiteSensorDescription:
    return SiteSensorDescription(
        key=f"{name}_power",
        translation_key=f"{name}_power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        channel=channel,
        value_fn=value_fn,
    )


def _energy(name: str, channel: str, value_fn: Callable[[Balance], int | None]) -> SiteSensorDescription:
    return SiteSensorDescription(
        key=f"{name}_energy",
        translation_key=f"{name}_energy",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        channel=channel,
        value_fn=value_fn,
    )


def _watts(balance: Balance, *, channel: str) -> int | None:
    return balance.watts.get(channel)


def _energy_wh(balance: Balance, *, channel: str) -> int | None:
    return balance.energy_wh.get(channel)


SITE_SENSORS = (
    *(_power(channel, channel, partial(_watts, channel=channel)) for channel in FLOWS),
    *(_energy(channel, channel, partial(_energy_wh, channel=channel)) for channel in FLOWS),
    _power(CONSUMPTION, GRID_IMPORT, lambda balance: balance.consumption_w),
    _energy(CONSUMPTION, GRID_IMPORT, lambda balance: balance.consumption_wh),
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
    channels = runtime.coordinator.source.channels
    async_add_entities(SiteSensor(entry, sensor) for sensor in SITE_SENSORS if sensor.channel in channels)
    if (hub := runtime.hub) is None:
        forget_entities(hass, entry, HUB_SENSORS)
    else:
        async_add_entities(HubSensor(entry, hub, sensor) for sensor in HUB_SENSORS)


class SiteSensor(SiteEntity, SensorEntity):
    """A figure of the site's balance; a missing one is unknown, never zero."""

    entity_description: SiteSensorDescription

    @property
    @override
    def native_value(self) -> int | None:
        """Return the figure as it was read last."""
        return self.entity_description.value_fn(self.coordinator.data)


class HubSensor(HubEntity, SensorEntity):
    """A fact about the connection to the hub."""

    entity_description: HubSensorDescription

    @property
    @override
    def native_value(self) -> datetime | int | None:
        """Return the fact as it stands."""
        return self.entity_description.value_fn(self.hub)
