"""The event entity of what is done together: what becomes of peak events."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SceopConfigEntry
from .hub.events import Happening, facts_of
from .hub.invited import PeakEvent
from .together_entity import EventsEntity, forget_without_hub, when_known

COMMUNITY_EVENT = EventEntityDescription(
    key="community_event", translation_key="community_event", event_types=[each.value for each in Happening]
)


@callback
def add_together_events(hass: HomeAssistant, entry: SceopConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Add it to a member whose hub has events."""
    forget_without_hub(hass, entry, (COMMUNITY_EVENT,))
    if (hub := entry.runtime_data.hub) is not None:
        events = hub.together.events
        when_known(add, events, lambda: [CommunityEvent(entry, COMMUNITY_EVENT, events)])


class CommunityEvent(EventsEntity, EventEntity):
    """Something happened to a peak event: it was announced, answered, began, ended, was settled or called off."""

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of everything."""
        await super().async_added_to_hass()
        self.async_on_remove(self.events.hear(self._hear))

    @callback
    def _hear(self, happening: Happening, event: PeakEvent) -> None:
        self._trigger_event(happening.value, facts_of(event))
        self.async_write_ha_state()
