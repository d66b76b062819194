"""What all entities of a site have in common."""

from collections.abc import Iterable
from typing import Any, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity, DataUpdateCoordinator

from .const import DOMAIN
from .coordinator import SceopConfigEntry, SiteCoordinator
from .hub.connection import HubConnection
from .thing import ThingCoordinator


class ShowsChanges[T: DataUpdateCoordinator[Any]](CoordinatorEntity[T]):
    """An entity that writes a state when it has another one.

    Home Assistant drops a state that stayed the same, but only after it was worked out whole; every ten seconds, that
    is most of what a site would do.
    """

    _attr_has_entity_name = True
    _written: object = None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        shown = self._shown() if self.available else ()
        if shown is None or shown != self._written:
            self._written = shown
            self.async_write_ha_state()

    def _shown(self) -> tuple[object, ...] | None:
        """Return everything that the entity shows while it is available, or None to write it each time."""
        return None


class SiteEntity(ShowsChanges[SiteCoordinator]):
    """One figure of a site."""

    def __init__(self, entry: SceopConfigEntry, description: EntityDescription) -> None:
        super().__init__(entry.runtime_data.coordinator)
        self.entity_description = description
        self._attr_unique_id = _unique_id(entry, description)
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, entry.runtime_data.site_id)})

    @property
    @override
    def available(self) -> bool:
        """Return whether anything of the site answers."""
        return super().available and self.coordinator.answers


class ThingEntity(ShowsChanges[ThingCoordinator]):
    """One figure of one thing."""

    def __init__(self, entry: SceopConfigEntry, thing: ThingCoordinator, description: EntityDescription) -> None:
        super().__init__(thing)
        self.entity_description = description
        self._attr_unique_id = f"{entry.runtime_data.site_id}_{thing.thing.id}_{description.key}"
        self._attr_device_info = thing_device(entry, thing)


class HubEntity(Entity):
    """One fact about the connection to the hub; it is there even while the hub is not."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: SceopConfigEntry, hub: HubConnection, description: EntityDescription) -> None:
        self.hub = hub
        self.entity_description = description
        self._attr_unique_id = _unique_id(entry, description)
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, entry.runtime_data.site_id)})

    @override
    async def async_added_to_hass(self) -> None:
        """Show every change of the connection."""
        self.async_on_remove(self.hub.listen(self.async_write_ha_state))


def site_device(entry: SceopConfigEntry, site_id: str) -> DeviceInfo:
    """Return the site's device. A site is no thing that hangs on a wall: its meters are devices below it."""
    return DeviceInfo(
        identifiers={(DOMAIN, site_id)}, name=entry.title, manufacturer="SCEOP", entry_type=DeviceEntryType.SERVICE
    )


def thing_device(entry: SceopConfigEntry, thing: ThingCoordinator) -> DeviceInfo:
    """Return the device of a thing, below its site."""
    return DeviceInfo(
        identifiers={(DOMAIN, thing.thing.id)},
        name=thing.thing.title,
        via_device_id=entry.runtime_data.device_id,
    )


def forget_entities(hass: HomeAssistant, entry: SceopConfigEntry, descriptions: Iterable[EntityDescription]) -> None:
    """Remove from the registry what a site does not have any more."""
    gone = {_unique_id(entry, description) for description in descriptions}
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if entity.unique_id in gone:
            registry.async_remove(entity.entity_id)


def _unique_id(entry: SceopConfigEntry, description: EntityDescription) -> str:
    return f"{entry.runtime_data.site_id}_{description.key}"
