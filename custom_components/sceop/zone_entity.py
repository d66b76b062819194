"""What all entities of a light zone have in common."""

from typing import Any, override

from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity

from .const import DOMAIN
from .coordinator import SceopConfigEntry
from .core.lighting import Cause
from .zones import Zone


class ZoneEntity(Entity):
    """One entity of a zone; it cannot be seen only when none of the lamps can."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: SceopConfigEntry, zone: Zone, key: str) -> None:
        self.zone = zone
        self._attr_translation_key = key
        self._attr_unique_id = f"{entry.runtime_data.site_id}_{zone.id}_{key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, zone.id)})

    @property
    @override
    def available(self) -> bool:
        """Return whether any lamp can be seen."""
        return self.zone.lit is not None

    @override
    async def async_added_to_hass(self) -> None:
        """Show every change of the zone."""
        self.async_on_remove(self.zone.listen(self.async_write_ha_state))


def told(cause: Cause) -> dict[str, Any]:
    """Return who lit a zone, as attributes that an automation and a person can read."""
    return {"cause": cause.who.value, "cause_id": cause.id, "cause_name": cause.name}
