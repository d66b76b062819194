"""Binary sensors of warnings: whether something draws what it should not, or makes less than it could."""

from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass

from .coordinator import SceopConfigEntry
from .core.channels import PRODUCTION
from .core.warnings.findings import Finding
from .core.warnings.matter import Topic
from .entity import NoticedEntity
from .warnings.matters import topic_of

UNUSUAL, SOLAR = (
    BinarySensorEntityDescription(
        key=topic.value, translation_key=topic.value, device_class=BinarySensorDeviceClass.PROBLEM
    )
    for topic in (Topic.UNUSUAL_CONSUMPTION, Topic.SOLAR_FAULT)
)


def unusual(entry: SceopConfigEntry) -> list[Unusual]:
    """Return one for what is used, and one for what is made at a site that makes something."""
    channels = entry.runtime_data.archive.channels
    shown = [UNUSUAL] if channels else []
    return [Unusual(entry, each) for each in (*shown, *([SOLAR] if PRODUCTION in channels else []))]


class Unusual(NoticedEntity, BinarySensorEntity):
    """On while something is not normal and nobody has said that it may be so."""

    def __init__(self, entry: SceopConfigEntry, description: BinarySensorEntityDescription) -> None:
        super().__init__(entry, description)
        self._anomalies = entry.runtime_data.anomalies
        self._topic = Topic(description.key)

    @property
    @override
    def available(self) -> bool:
        """Return whether anybody has looked."""
        return self._anomalies.looked_at is not None

    @override
    async def async_added_to_hass(self) -> None:
        """Show every look and every answer."""
        self.async_on_remove(self._anomalies.listen(self.async_write_ha_state))

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
                    "name": self._anomalies.name(finding.anomaly.channel),
                    "since": finding.anomaly.since.isoformat(),
                    "power_w": finding.anomaly.power_w,
                }
                for finding in self._open()
            ]
        }

    def _open(self) -> list[Finding]:
        return [finding for finding in self._anomalies.open if topic_of(finding) is self._topic]
