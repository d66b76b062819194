"""What all entities of a site have in common."""

from collections.abc import Iterable
from typing import Any, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity, DataUpdateCoordinator

from .const import DOMAIN
from .coordinator import SceopConfigEntry, SiteCoordinator
from .forecasting import ForecastCoordinator
from .hub.connection import HubConnection
from .thing import ThingCoordinator
from .things import Thing


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


class ForecastEntity(ShowsChanges[ForecastCoordinator]):
    """Something that is expected of a site; where nothing is, that is what it says."""

    def __init__(self, entry: SceopConfigEntry, description: EntityDescription) -> None:
        super().__init__(entry.runtime_data.forecast)
        self.entity_description = description
        self._attr_unique_id = _unique_id(entry, description)
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, entry.runtime_data.site_id)})


class ThingEntity(ShowsChanges[ThingCoordinator]):
    """One figure of one thing."""

    def __init__(self, entry: SceopConfigEntry, thing: ThingCoordinator, description: EntityDescription) -> None:
        super().__init__(thing)
        self.entity_description = description
        self._attr_unique_id = _unique_id(entry, description, thing.thing)
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, thing.thing.id)})


class SourceEntity(ThingEntity):
    """One fact about a thing's source; it is known also while the source is silent, and may change meanwhile.

    A coordinator tells of the first failure only. So the entity follows the site, which tells of every reading.
    """

    def __init__(self, entry: SceopConfigEntry, thing: ThingCoordinator, description: EntityDescription) -> None:
        super().__init__(entry, thing, description)
        self._site = entry.runtime_data.coordinator

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the site, too."""
        await super().async_added_to_hass()
        self.async_on_remove(self._site.async_add_listener(self._handle_coordinator_update))

    @property
    @override
    def available(self) -> bool:
        """Return that this is known in any case."""
        return True


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


class NoticedEntity(Entity):
    """Something that was noticed about a site: it comes of a longer look, and not of its meters of this moment."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: SceopConfigEntry, description: EntityDescription) -> None:
        self.entity_description = description
        self._attr_unique_id = _unique_id(entry, description)
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, entry.runtime_data.site_id)})


def make_devices(hass: HomeAssistant, entry: SceopConfigEntry, site_id: str, parts: Iterable[tuple[str, str]]) -> str:
    """Register the site's device and below it those of its parts, which entities name by their identifiers.

    A part is a subentry and its title. Return the id of the site's device. A site is no thing that hangs on a wall: its
    meters are devices, and it is a service.
    """
    devices = dr.async_get(hass)
    site = devices.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, site_id)},
        name=entry.title,
        manufacturer="SCEOP",
        entry_type=DeviceEntryType.SERVICE,
    )
    for part, title in parts:
        devices.async_get_or_create(
            config_entry_id=entry.entry_id,
            config_subentry_id=part,
            identifiers={(DOMAIN, part)},
            name=title,
            via_device_id=site.id,
        )
    return site.id


def forget_entities(
    hass: HomeAssistant, entry: SceopConfigEntry, descriptions: Iterable[EntityDescription], thing: Thing | None = None
) -> None:
    """Remove from the registry what a site, or a thing of it, does not have any more."""
    gone = {_unique_id(entry, description, thing) for description in descriptions}
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if entity.unique_id in gone:
            registry.async_remove(entity.entity_id)


def _unique_id(entry: SceopConfigEntry, description: EntityDescription, thing: Thing | None = None) -> str:
    whose = entry.runtime_data.site_id if thing is None else f"{entry.runtime_data.site_id}_{thing.id}"
    return f"{whose}_{description.key}"
