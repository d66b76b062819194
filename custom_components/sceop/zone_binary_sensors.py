"""Binary sensors of a zone: whether it is lit when nobody has contracted that."""

from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity

from .coordinator import SceopConfigEntry
from .zone_entity import ZoneEntity, told
from .zones import Zone


class LitAfterHours(ZoneEntity, BinarySensorEntity):
    """On while the zone is lit outside of its contracted hours and of its cleaning windows."""

    def __init__(self, entry: SceopConfigEntry, zone: Zone) -> None:
        super().__init__(entry, zone, "lit_after_hours")

    @property
    @override
    def is_on(self) -> bool:
        """Return whether somebody should have a look."""
        return self.zone.after_hours_since is not None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Say since when, outside of which hours, and who lit it."""
        hours = [
            f"{', '.join(window['days'])} {window['from'][:5]}-{window['to'][:5]}" for window in self.zone.tenancy.hours
        ]
        attributes: dict[str, Any] = {"contracted_hours": hours}
        if (since := self.zone.after_hours_since) is not None and (session := self.zone.running) is not None:
            attributes |= {"since": since.isoformat(), **told(session.cause)}
        return attributes
