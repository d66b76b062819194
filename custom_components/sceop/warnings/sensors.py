"""Binary sensors of warnings: whether something draws what it should not, or makes less than it could."""

from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.helpers.device_registry import DeviceInfo

from ..const import DOMAIN
from ..coordinator import SceopConfigEntry
from ..core.channels import PRODUCTION
from ..core.warnings.findings import Finding
from ..core.warnings.matter import Topic
from .matters import topic_of


def unusual(entry: SceopConfigEntry) -> list[Unusual]:
    """Return one for what is used, and one for what is made at a site that makes something."""
    topics = [Topic.UNUSUAL_CONSUMPTION] if entry.runtime_data.archive.channels else []
    if PRODUCTION in entry.runtime_data.archive.channels:
        topics.append(Topic.SOLAR_FAULT)
    return [Unusual(entry, topic) for topic in topics]


class Unusual(BinarySensorEntity):
    """On while something is not normal and nobody has said that it may be so."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_device_class = BinarySensorDeviceClass.PROBLEM

    def __init__(self, entry: SceopConfigEntry, topic: Topic) -> None:
        self._oddities = entry.runtime_data.oddities
        self._topic = topic
        self._attr_translation_key = topic.value
        self._attr_unique_id = f"{entry.runtime_data.site_id}_{topic.value}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, entry.runtime_data.site_id)})

    @property
    @override
    def available(self) -> bool:
        """Return whether anybody has looked."""
        return self._oddities.looked_at is not None

    @override
    async def async_added_to_hass(self) -> None:
        """Show every look and every answer."""
        self.async_on_remove(self._oddities.listen(self.async_write_ha_state))

    @property
    @override
    def is_on(self) -> bool:
        """Return whether somebody should have a look."""
        return bool(self._open())

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Say what, since when and where."""
        return {
            "anomalies": [
                {
                    "anomaly": finding.id,
                    "kind": finding.anomaly.words,
                    "name": self._oddities.name(finding.anomaly.channel),
                    "since": finding.anomaly.since.isoformat(),
                    "power_w": finding.anomaly.power_w,
                }
                for finding in self._open()
            ]
        }

    def _open(self) -> list[Finding]:
        return [finding for finding in self._oddities.open if topic_of(finding) is self._topic]
