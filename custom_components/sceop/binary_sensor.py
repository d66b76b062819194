"""Binary sensors: whether the hub hears this home, and whether zones are lit after hours."""

from collections.abc import Mapping
from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SceopConfigEntry
from .entity import HubEntity, forget_entities
from .zone_binary_sensors import LitAfterHours

PARALLEL_UPDATES = 0

CONNECTED = BinarySensorEntityDescription(
    key="hub_connected",
    translation_key="hub_connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SceopConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the after-hours light of every zone, and the connection's state to a member of a community."""
    for zone in entry.runtime_data.zones.values():
        async_add_entities([LitAfterHours(entry, zone)], config_subentry_id=zone.id)
    if (hub := entry.runtime_data.hub) is None:
        forget_entities(hass, entry, (CONNECTED,))
    else:
        async_add_entities([HubConnected(entry, hub, CONNECTED)])


class HubConnected(HubEntity, BinarySensorEntity):
    """On while power goes out and nothing hinders the readings; who paused it sees why it is off."""

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the hub hears this home."""
        return self.hub.contact.connected

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, bool]:
        """Tell whether the home keeps everything to itself for now."""
        return {"paused": self.hub.paused}
