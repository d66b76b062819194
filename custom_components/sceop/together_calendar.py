"""The calendar of peak events: what the community plans, and what this home answered."""

from datetime import datetime
from typing import override
from zoneinfo import ZoneInfo

from homeassistant.components.calendar import CalendarEntity, CalendarEntityDescription, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import SceopConfigEntry
from .core.warnings import numbers
from .hub.events import Events
from .hub.invited import PeakEvent, Stage
from .together_entity import EventsEntity, forget_without_hub, when_known
from .warnings.words import Words

PEAK_EVENTS = CalendarEntityDescription(key="peak_events", translation_key="peak_events")


async def add_together_calendar(
    hass: HomeAssistant, entry: SceopConfigEntry, add: AddConfigEntryEntitiesCallback
) -> None:
    """Add it to a member whose hub has events."""
    forget_without_hub(hass, entry, (PEAK_EVENTS,))
    if (hub := entry.runtime_data.hub) is not None:
        events, community = hub.together.events, hub.contact.community
        words = await Words.of(hass, ZoneInfo(entry.data["time_zone"]))
        when_known(add, events, lambda: [EventCalendar(entry, events, words, community)])


class EventCalendar(EventsEntity, CalendarEntity):
    """The events of the last 30 days and to come, without those that were called off."""

    def __init__(self, entry: SceopConfigEntry, events: Events, words: Words, community: str) -> None:
        super().__init__(entry, PEAK_EVENTS, events)
        self._words, self._community = words, community

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the event that runs, or the next one."""
        now = dt_util.utcnow()
        return next((self._event(each) for each in self._shown() if each.open(now)), None)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the events that touch a stretch of time."""
        return [self._event(each) for each in self._shown() if each.start < end_date and each.end > start_date]

    def _shown(self) -> list[PeakEvent]:
        return [each for each in self.events.each if each.state is not Stage.CANCELLED]

    def _event(self, event: PeakEvent) -> CalendarEvent:
        answer = "open" if event.answer is None else event.answer.value
        target = event.target_percent
        share = "" if target is None else numbers.share(target / 100, self._words.language)
        lines = [] if target is None else [self._words.say("event_calendar_target", target=share)]
        return CalendarEvent(
            start=dt_util.as_local(event.start),
            end=dt_util.as_local(event.end),
            summary=self._words.say("event_calendar_title", community=self._community),
            description=" ".join(filter(None, [event.text, *lines, self._words.say(f"event_calendar_{answer}")])),
            uid=event.id,
        )
