"""What all entities of a flexible load have in common."""

from typing import override

from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity

from .const import DOMAIN
from .coordinator import SceopConfigEntry
from .flexible import Load


class LoadEntity(Entity):
    """One entity of a load; it cannot be told only when none of the load's own entities can be seen."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: SceopConfigEntry, load: Load, key: str) -> None:
        self.load = load
        self._attr_translation_key = key
        self._attr_unique_id = f"{entry.runtime_data.site_id}_{load.id}_{key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, load.id)})

    @property
    @override
    def available(self) -> bool:
        """Return whether anything of the load can be seen; a load that is only advised has nothing to see."""
        return self.load.available

    @override
    async def async_added_to_hass(self) -> None:
        """Show every change of the load."""
        self.async_on_remove(self.load.listen(self.async_write_ha_state))
