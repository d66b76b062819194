"""What entities of events and of the game have in common: they are there once the hub was heard to have either."""

from collections.abc import Callable
from typing import override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SceopConfigEntry
from .entity import NoticedEntity, forget_entities
from .hub.events import Events
from .hub.game import Game

type Make = Callable[[], list[Entity]]


class EventsEntity(NoticedEntity):
    """Something about the community's events; it is known also while the hub is away."""

    def __init__(self, entry: SceopConfigEntry, description: EntityDescription, events: Events) -> None:
        super().__init__(entry, description)
        self.events = events

    @property
    @override
    def available(self) -> bool:
        """Return whether the hub has events."""
        return self.events.known

    @override
    async def async_added_to_hass(self) -> None:
        """Show every change."""
        await super().async_added_to_hass()
        self.async_on_remove(self.events.listen(self.async_write_ha_state))


class GameEntity(NoticedEntity):
    """Something about the game; it is there once the hub has told how this home stands."""

    def __init__(self, entry: SceopConfigEntry, description: EntityDescription, game: Game) -> None:
        super().__init__(entry, description)
        self.game = game

    @property
    @override
    def available(self) -> bool:
        """Return whether anything was told since the start."""
        return self.game.standing is not None

    @override
    async def async_added_to_hass(self) -> None:
        """Show every change."""
        await super().async_added_to_hass()
        self.async_on_remove(self.game.listen(self.async_write_ha_state))


@callback
def when_known(add: AddConfigEntryEntitiesCallback, part: Events | Game, make: Make) -> None:
    """Add entities now, or as soon as the hub is heard to have what they show."""
    if part.known:
        add(make())
        return

    @callback
    def look() -> None:
        if part.known:
            stop()
            add(make())

    stop = part.listen(look)


@callback
def forget_without_hub(
    hass: HomeAssistant, entry: SceopConfigEntry, descriptions: tuple[EntityDescription, ...]
) -> None:
    """Remove from the registry what a home without a community does not have any more."""
    if entry.runtime_data.hub is None:
        forget_entities(hass, entry, descriptions)
