"""Whether a peak event runs in which this home takes part."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SceopConfigEntry
from .together_entity import EventsEntity, forget_without_hub, when_known

PEAK_EVENT = BinarySensorEntityDescription(key="peak_event", translation_key="peak_event")


@callback
def add_together_binary_sensors(
    hass: HomeAssistant, entry: SceopConfigEntry, add: AddConfigEntryEntitiesCallback
) -> None:
    """Add it to a member whose hub has events."""
    forget_without_hub(hass, entry, (PEAK_EVENT,))
    if (hub := entry.runtime_data.hub) is not None:
        events = hub.together.events
        when_known(add, events, lambda: [PeakEventRuns(entry, PEAK_EVENT, events)])


class PeakEventRuns(EventsEntity, BinarySensorEntity):
    """On from the beginning to the end of an event that this home joined, by its own clock."""

    @property
    @override
    def is_on(self) -> bool:
        """Return whether one runs."""
        return self.events.running is not None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Say which one, until when, and what it aims at."""
        if (event := self.events.running) is None:
            return None
        return {
            "event": event.id,
            "until": event.end.isoformat(),
            "target_percent": event.target_percent,
            "severity": event.severity.value,
            "by": None if event.by is None else event.by.value,
        }
