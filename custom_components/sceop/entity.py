"""What all entities of a site have in common."""

from typing import override

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import SceopConfigEntry, SiteCoordinator
from .hub.connection import HubConnection


class SiteEntity(CoordinatorEntity[SiteCoordinator]):
    """One figure of a site."""

    _attr_has_entity_name = True

    def __init__(self, entry: SceopConfigEntry, description: EntityDescription) -> None:
        super().__init__(entry.runtime_data.coordinator)
        self.entity_description = description
        self._attr_unique_id = _unique_id(entry, description)
        self._attr_device_info = _site(entry)


class HubEntity(Entity):
    """One fact about the connection to the hub; it is there even while the hub is not."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: SceopConfigEntry, hub: HubConnection, description: EntityDescription) -> None:
        self.hub = hub
        self.entity_description = description
        self._attr_unique_id = _unique_id(entry, description)
        self._attr_device_info = _site(entry)

    @override
    async def async_added_to_hass(self) -> None:
        """Show every change of the connection."""
        self.async_on_remove(self.hub.listen(self.async_write_ha_state))


def forget_entities(hass: HomeAssistant, entry: SceopConfigEntry, descriptions: tuple[EntityDescription, ...]) -> None:
    """Remove from the registry what a site does not have any more."""
    gone = {_unique_id(entry, description) for description in descriptions}
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if entity.unique_id in gone:
            registry.async_remove(entity.entity_id)


def _unique_id(entry: SceopConfigEntry, description: EntityDescription) -> str:
    return f"{entry.runtime_data.site_id}_{description.key}"


def _site(entry: SceopConfigEntry) -> DeviceInfo:
    """Return the site's device. A site is no thing that hangs on a wall: its meters will be devices below it."""
    return DeviceInfo(
        identifiers={(DOMAIN, entry.runtime_data.site_id)},
        name=entry.title,
        manufacturer="SCEOP",
        entry_type=DeviceEntryType.SERVICE,
    )
