"""Calendars: when the site, or its community, is expected to run hot, and the community's peak events."""

from datetime import datetime
from typing import override

from homeassistant.components.calendar import CalendarEntity, CalendarEntityDescription, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import SceopConfigEntry
from .entity import ForecastEntity, forget_entities
from .peak_windows import PeakWindow, leading
from .peak_words import PeakWords
from .together_calendar import add_together_calendar

PARALLEL_UPDATES = 0

PEAK_WINDOWS = CalendarEntityDescription(key="peak_windows", translation_key="peak_windows")


async def async_setup_entry(
    hass: HomeAssistant, entry: SceopConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the calendar of a site that draws from the grid or belongs to a community."""
    await add_together_calendar(hass, entry, async_add_entities)
    if not entry.runtime_data.expects_peaks:
        forget_entities(hass, entry, (PEAK_WINDOWS,))
        return
    async_add_entities([PeakCalendar(entry, PEAK_WINDOWS, await PeakWords.of(hass))])


class PeakCalendar(ForecastEntity, CalendarEntity):
    """Windows to come, the running one, and those of the last two days."""

    def __init__(self, entry: SceopConfigEntry, description: CalendarEntityDescription, words: PeakWords) -> None:
        super().__init__(entry, description)
        self._words, self._hub = words, entry.runtime_data.hub

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the running window, or the next one; of those that meet, the graver."""
        told = leading(self.coordinator.windows, dt_util.utcnow())
        return None if told is None else self._event(told)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the windows that touch a stretch of time."""
        return [
            self._event(each) for each in self.coordinator.windows if each.start < end_date and each.end > start_date
        ]

    def _event(self, told: PeakWindow) -> CalendarEvent:
        community = None if self._hub is None else self._hub.contact.community
        return CalendarEvent(
            start=dt_util.as_local(told.start),
            end=dt_util.as_local(told.end),
            summary=self._words.title(told, community),
            description=self._words.text(told),
            uid=f"{told.whose}-{told.start:%Y%m%dT%H%M}",
        )

    @override
    def _shown(self) -> tuple[object, ...]:
        return (self.event,)
