"""Buttons: the word of a person that a load may run when it is best, and about the community's next event."""

from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SceopConfigEntry
from .flexible import Load, LoadKind
from .flexible_entity import LoadEntity
from .together_buttons import add_together_buttons

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: SceopConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the button of every load that runs through once, and those of a member whose hub has events."""
    for load in entry.runtime_data.planning.loads.values():
        if load.kind is LoadKind.RUN_ONCE:
            async_add_entities([ReadyButton(entry, load)], config_subentry_id=load.id)
    add_together_buttons(hass, entry, async_add_entities)


class ReadyButton(LoadEntity, ButtonEntity):
    """Says that the load is ready: it runs, or people are advised to start it, when that is best."""

    def __init__(self, entry: SceopConfigEntry, load: Load) -> None:
        super().__init__(entry, load, "start_when_best")

    @override
    async def async_press(self) -> None:
        """Plan it."""
        self.load.make_ready()
