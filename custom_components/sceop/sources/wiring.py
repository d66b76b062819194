"""Which entities tell what about a thing; they are named by their place in the registry, which a new name leaves be."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..core.channels import BATTERY_CHARGE, BATTERY_DISCHARGE, GRID_EXPORT, GRID_IMPORT

CONF_ENERGY, CONF_POWER = "energy", "power"
CONF_SIGNED_POWER, CONF_INVERTED = "signed_power", "inverted"
CONF_STATE_OF_CHARGE = "state_of_charge"

SIGNED: Mapping[str, int] = {GRID_IMPORT: 1, GRID_EXPORT: -1, BATTERY_CHARGE: 1, BATTERY_DISCHARGE: -1}
"""What a power with two directions means: from the grid, or into the battery, is positive unless it is inverted."""


@dataclass(frozen=True, slots=True)
class Power:
    """A sensor of power, and which of its directions belongs to a flow."""

    entity: str
    sign: int = 1


@dataclass(frozen=True)
class Wiring:
    """The entities of one thing, by flow; several sensors of energy, one for each tariff, add up to one flow."""

    energy: Mapping[str, tuple[str, ...]]
    power: Mapping[str, Power]
    state_of_charge: str | None = None

    @classmethod
    def of(cls, source: Mapping[str, Any], flows: tuple[str, ...]) -> Self:
        """Read what the thing's subentry keeps. A flow's own sensor of power goes before the common one."""
        power = {flow: Power(entity) for flow, entity in source[CONF_POWER].items()}
        if common := source.get(CONF_SIGNED_POWER):
            turned = -1 if source[CONF_INVERTED] else 1
            power = {flow: Power(common, turned * SIGNED[flow]) for flow in flows if flow in SIGNED} | power
        energy = {flow: tuple(entities) for flow, entities in source[CONF_ENERGY].items()}
        return cls(energy, power, source.get(CONF_STATE_OF_CHARGE))

    @cached_property
    def counted(self) -> frozenset[str]:
        """The sensors of energy."""
        return frozenset(entity for entities in self.energy.values() for entity in entities)

    @cached_property
    def entities(self) -> frozenset[str]:
        """All that there is to listen to."""
        powers = {power.entity for power in self.power.values()}
        return self.counted | powers | ({self.state_of_charge} if self.state_of_charge else frozenset())

    @property
    def integrated(self) -> tuple[str, ...]:
        """The flows that have no counter, only a power."""
        return tuple(flow for flow in self.power if flow not in self.energy)


@callback
def registered(hass: HomeAssistant, entity_id: str) -> str:
    """Return what an entity is kept as: its place in the registry, or its name where it has none."""
    entry = er.async_get(hass).async_get(entity_id)
    return entity_id if entry is None else entry.id


@callback
def named(hass: HomeAssistant, entity: str) -> str | None:
    """Return the name that an entity goes by today, or None when it was removed."""
    return er.async_resolve_entity_id(er.async_get(hass), entity)
