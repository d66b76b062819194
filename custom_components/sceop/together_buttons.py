"""Buttons with which a dashboard answers an invitation: join, or not this time."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .actions.events import answer
from .coordinator import SceopConfigEntry
from .hub.events import Events
from .hub.invited import Answer, By
from .together_entity import EventsEntity, forget_without_hub, when_known

JOIN = ButtonEntityDescription(key="join_event", translation_key="join_event")
SKIP = ButtonEntityDescription(key="skip_event", translation_key="skip_event")


@callback
def add_together_buttons(hass: HomeAssistant, entry: SceopConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Add them to a member whose hub has events."""
    forget_without_hub(hass, entry, (JOIN, SKIP))
    if (hub := entry.runtime_data.hub) is not None:
        events = hub.together.events
        replies = ((JOIN, Answer.YES), (SKIP, Answer.NO))
        when_known(add, events, lambda: [EventButton(entry, each, events, said) for each, said in replies])


class EventButton(EventsEntity, ButtonEntity):
    """Answers the first event that can be answered; there is nothing to press while there is none."""

    def __init__(
        self, entry: SceopConfigEntry, description: ButtonEntityDescription, events: Events, reply: Answer
    ) -> None:
        super().__init__(entry, description, events)
        self._entry, self._reply = entry, reply

    @property
    @override
    def available(self) -> bool:
        """Return whether there is an event to answer in another way than it was."""
        event = self.events.to_answer
        return super().available and event is not None and event.answer is not self._reply

    @override
    async def async_press(self) -> None:
        """Answer it."""
        await answer(self._entry, None, self._reply, By.DASHBOARD)
