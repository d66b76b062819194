"""Sensors of a zone: how long it was lit and what it used, and how much of both after hours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfEnergy, UnitOfTime

from .coordinator import SceopConfigEntry
from .core.hours import Share
from .core.lighting import MWS_PER_MWH, Totals
from .zone_entity import ZoneEntity
from .zones import Figures, Zone

_MWS_PER_WH = MWS_PER_MWH * 1000


@dataclass(frozen=True, kw_only=True)
class ZoneSensorDescription(SensorEntityDescription):
    """One figure of a zone, of today or of this month."""

    totals_fn: Callable[[Figures], Totals]
    since_fn: Callable[[Figures], datetime]
    share: Share | None = None
    """Whose time is counted; None is all of it."""


def _runtime(key: str, share: Share | None = None) -> ZoneSensorDescription:
    return ZoneSensorDescription(
        key=key,
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        suggested_unit_of_measurement=UnitOfTime.HOURS,
        suggested_display_precision=1,
        totals_fn=lambda figures: figures.today,
        since_fn=lambda figures: figures.midnight,
        share=share,
    )


def _energy(key: str, share: Share | None = None, *, month: bool = False) -> ZoneSensorDescription:
    return ZoneSensorDescription(
        key=key,
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        totals_fn=(lambda figures: figures.month) if month else (lambda figures: figures.today),
        since_fn=(lambda figures: figures.month_start) if month else (lambda figures: figures.midnight),
        share=share,
    )


ZONE_SENSORS = (
    _runtime("runtime_today"),
    _energy("energy_today"),
    _runtime("after_hours_runtime_today", Share.AFTER_HOURS),
    _energy("after_hours_energy_today", Share.AFTER_HOURS),
    _energy("after_hours_energy_month", Share.AFTER_HOURS, month=True),
)


def zone_sensors(entry: SceopConfigEntry, zone: Zone) -> list[ZoneSensor]:
    """Return the sensors of one zone."""
    return [ZoneSensor(entry, zone, description) for description in ZONE_SENSORS]


class ZoneSensor(ZoneEntity, SensorEntity):
    """One figure; while the zone is lit it moves once a minute."""

    entity_description: ZoneSensorDescription

    def __init__(self, entry: SceopConfigEntry, zone: Zone, description: ZoneSensorDescription) -> None:
        super().__init__(entry, zone, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> int:
        """Return whole minutes, or whole Wh."""
        description = self.entity_description
        totals = description.totals_fn(self.zone.figures)
        is_time = description.device_class is SensorDeviceClass.DURATION
        amounts, unit = (totals.seconds, 60) if is_time else (totals.mws, _MWS_PER_WH)
        return sum(amount for share, amount in amounts.items() if description.share in {None, share}) // unit

    @property
    @override
    def last_reset(self) -> datetime:
        """Return since when it counts."""
        return self.entity_description.since_fn(self.zone.figures)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Say whether an energy was metered."""
        if self.entity_description.device_class is not SensorDeviceClass.ENERGY:
            return None
        estimated = self.entity_description.totals_fn(self.zone.figures).estimated
        return {"energy": "estimated" if estimated else "measured"}
