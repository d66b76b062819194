"""Sensors of a flexible load: where it stands, when it runs next and why, what it takes, what that saves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.const import UnitOfEnergy
from homeassistant.util import dt as dt_util

from .coordinator import SceopConfigEntry
from .core.slots import SLOT
from .flexible import Load
from .flexible.memory import Phase
from .flexible_entity import LoadEntity
from .plan_words import PlanWords

type Shown = datetime | float | str | None


@dataclass(frozen=True, kw_only=True)
class LoadSensorDescription(SensorEntityDescription):
    """One figure of a load."""

    value_fn: Callable[[Load], Shown]
    explains: bool = False
    """Whether its attributes say why."""
    money: bool = False


def _next_start(load: Load) -> datetime | None:
    """Return when it begins to take power; that of a slot that runs is its own start."""
    place, now = load.memory.place, dt_util.utcnow()
    if place is None or not load.memory.open:
        return None
    slots = (place.start + number * SLOT for number, wh in enumerate(place.wh) if wh > 0)
    return next((slot for slot in slots if slot + SLOT > now), None)


def _planned_wh(load: Load) -> int | None:
    """Return what the plan gives it from now on."""
    place, now = load.memory.place, dt_util.utcnow()
    if place is None or not load.memory.open:
        return 0 if load.memory.phase in {Phase.WAITING, Phase.DONE} else None
    return sum(wh for number, wh in enumerate(place.wh) if wh > 0 and place.start + (number + 1) * SLOT > now)


def _saving(load: Load) -> float:
    """Return what the day's runs saved and the next one will, beside starting at once."""
    memory, today = load.memory, dt_util.now().date()
    saved = memory.saved if memory.saved_on == today else 0.0
    place = memory.place
    if place is not None and memory.open and not memory.by_hand:
        saved += place.cost_at_once - place.cost
    return round(saved, 2) + 0.0


LOAD_SENSORS = (
    LoadSensorDescription(
        key="plan_state",
        device_class=SensorDeviceClass.ENUM,
        options=[phase.value for phase in Phase],
        value_fn=lambda load: load.memory.told.value,
    ),
    LoadSensorDescription(
        key="next_start",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=_next_start,
        explains=True,
    ),
    LoadSensorDescription(
        key="planned_energy",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        value_fn=_planned_wh,
    ),
    LoadSensorDescription(
        key="expected_saving",
        device_class=SensorDeviceClass.MONETARY,
        suggested_display_precision=2,
        value_fn=_saving,
        money=True,
    ),
)


def load_sensors(entry: SceopConfigEntry, load: Load) -> list[LoadSensor]:
    """Return the sensors of one load; money only where it is known what electricity costs."""
    priced = entry.runtime_data.planning.priced
    return [LoadSensor(entry, load, sensor) for sensor in LOAD_SENSORS if priced or not sensor.money]


class LoadSensor(LoadEntity, SensorEntity):
    """One figure of a load."""

    entity_description: LoadSensorDescription

    def __init__(self, entry: SceopConfigEntry, load: Load, description: LoadSensorDescription) -> None:
        super().__init__(entry, load, description.key)
        self.entity_description = description
        self._entry = entry
        self._words: PlanWords | None = None
        if description.money:
            self._attr_native_unit_of_measurement = entry.runtime_data.planning.currency

    @override
    async def async_added_to_hass(self) -> None:
        """Learn the words of this Home Assistant first."""
        await super().async_added_to_hass()
        if self.entity_description.explains:
            self._words = await PlanWords.of(self.hass, self._entry)

    @property
    @override
    def native_value(self) -> Shown:
        """Return the figure."""
        return self.entity_description.value_fn(self.load)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Say why, and whether anybody but people acts on it."""
        if not self.entity_description.explains:
            return None
        memory, place = self.load.memory, self.load.memory.place
        shown: dict[str, Any] = {
            "ready_by": None if memory.ready_by is None or not memory.open else memory.ready_by.isoformat(),
            "advised": self.load.advised,
            "usual_start": self.load.usual_start,
        }
        if place is None or not memory.open:
            return shown | {"end": None, "reserved": False, "reasons": [], "why": None}
        last = max((number for number, wh in enumerate(place.wh) if wh), default=0)
        return shown | {
            "end": (place.start + (last + 1) * SLOT).isoformat(),
            "reserved": memory.reserved,
            "reasons": [reason.value for reason in place.reasons],
            "why": None if self._words is None else self._words.why(place),
        }
