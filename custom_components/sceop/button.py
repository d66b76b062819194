"""Buttons: a person's word about the community's next event."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SceopConfigEntry
from .together_buttons import add_together_buttons

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: SceopConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons of a member whose hub has events."""
    add_together_buttons(hass, entry, async_add_entities)
