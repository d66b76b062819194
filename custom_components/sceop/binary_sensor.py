"""Binary sensors: whether anything is odd, sources speak, the hub hears this home, zones are lit after hours."""

from collections.abc import Mapping
from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SceopConfigEntry
from .entity import HubEntity, SourceEntity, forget_entities
from .forecast_binary_sensors import PEAK_NOW, PeakNow
from .things import ThingKind
from .together_binary_sensors import add_together_binary_sensors
from .warning_binary_sensors import unusual
from .zone_binary_sensors import LitAfterHours

PARALLEL_UPDATES = 0

CONNECTED = BinarySensorEntityDescription(
    key="hub_connected",
    translation_key="hub_connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)

SOURCE = BinarySensorEntityDescription(
    key="source_connected",
    translation_key="source_connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SceopConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add what every thing and every zone has, and the connection's state to a member of a community."""
    async_add_entities(unusual(entry))
    for thing in entry.runtime_data.things.values():
        if thing.thing.kind is not ThingKind.LIGHT_ZONE:  # it is as there as its lamps, and they are entities
            async_add_entities([SourceConnected(entry, thing, SOURCE)], config_subentry_id=thing.thing.id)
    for zone in entry.runtime_data.zones.values():
        async_add_entities([LitAfterHours(entry, zone)], config_subentry_id=zone.id)
    if entry.runtime_data.expects_peaks:
        async_add_entities([PeakNow(entry, PEAK_NOW)])
    else:
        forget_entities(hass, entry, (PEAK_NOW,))
    add_together_binary_sensors(hass, entry, async_add_entities)
    if (hub := entry.runtime_data.hub) is None:
        forget_entities(hass, entry, (CONNECTED,))
    else:
        async_add_entities([HubConnected(entry, hub, CONNECTED)])


class SourceConnected(SourceEntity, BinarySensorEntity):
    """On while a thing's source speaks; what it says of its silence is the reason."""

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the newest attempt to read it worked."""
        return self.coordinator.last_update_success

    @property
    @override
    def extra_state_attributes(self) -> dict[str, str] | None:
        """Say why nothing is known."""
        silence = self.coordinator.silence
        return None if silence is None else {"reason": silence.sentence}

    @override
    def _shown(self) -> tuple[object, ...]:
        return (self.is_on, self.extra_state_attributes)


class HubConnected(HubEntity, BinarySensorEntity):
    """On while power goes out and nothing hinders the readings; who paused it sees why it is off."""

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the hub hears this home."""
        return self.hub.contact.connected

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, bool | str]:
        """Tell whether the home keeps everything to itself for now, and whether the hub takes what it sends."""
        return {"paused": self.hub.paused, "membership": self.hub.contact.standing}
