"""The forecast of a site: made anew after each hour, after an import and at local midnight, beside the event loop."""

import logging
from asyncio import Lock, Task
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import override
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time, async_track_state_change_event
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from .archive import Archive
from .const import DOMAIN
from .core.forecast.surroundings import Place, Weather
from .core.forecast.windows import Window
from .core.slots import local_midnight, slot_of
from .forecast_options import ForecastOptions
from .hub.foresight import Foresight
from .outlook import FIGURES, LOOKED_AT, Morning, Outlook, look
from .peak_windows import PeakWindow, Whose, follow, next_edge
from .prices.holidays import holidays_of, place_of
from .sky import Hours
from .terms import Terms
from .weather_feed import NO_STATES, WeatherFeed, weather_store

_LOGGER = logging.getLogger(__name__)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EARLIEST_S, LATEST_S = 45, 120
"""Seconds after the hour: by then its last slot has closed, and not all sites of a computer think at once."""


class ForecastCoordinator(DataUpdateCoordinator[Outlook | None]):
    """The outlook of a site, and the peak windows that follow from it and from its community's."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, archive: Archive, dice: Random) -> None:
        super().__init__(hass, _LOGGER, config_entry=entry, name=f"{DOMAIN} forecast {entry.title}")
        self.data = None
        self.options = ForecastOptions.from_options(entry.options)
        self.sky: Weather | None = None
        """The weather that the newest forecast was made with."""
        self._entry, self._archive = entry, archive
        self._phase = timedelta(seconds=dice.uniform(EARLIEST_S, LATEST_S))
        self._zone = ZoneInfo(entry.data["time_zone"])
        self._place: Place | None = None
        self._making = Lock()
        self._morning: Morning | None = None
        self._feed: WeatherFeed | None = None
        self._windows: dict[Whose, tuple[Window, ...]] = {}
        self._cancel_next: CALLBACK_TYPE | None = None
        self._cancel_edge: CALLBACK_TYPE | None = None
        self._task: Task[None] | None = None

    @property
    def figures(self) -> tuple[str, ...]:
        """What is forecast at this site."""
        return tuple(figure for figure in FIGURES if figure in self._archive.channels)

    @property
    def windows(self) -> tuple[PeakWindow, ...]:
        """All peak windows, the site's own and its community's, from two days ago to the end of what is expected."""
        told = (PeakWindow(whose, window) for whose, windows in self._windows.items() for window in windows)
        return tuple(sorted(told, key=lambda each: each.start))

    def windows_now(self, now: datetime) -> tuple[PeakWindow, ...]:
        """Return the windows that hold at an instant."""
        return tuple(each for each in self.windows if each.holds(now))

    async def open(self, foresight: Foresight | None) -> None:
        """Make a forecast whenever the archive was filled and from now on after each hour; follow the community's."""
        if foresight is not None:
            self._entry.async_on_unload(foresight.listen(partial(self._expect_of_community, foresight)))
        if (entity := self.options.weather) is None:
            await weather_store(self.hass, self._entry.entry_id).async_remove()
        else:
            self._feed = await WeatherFeed.create(self.hass, self._entry.entry_id, entity)
            self._entry.async_on_unload(async_track_state_change_event(self.hass, entity, self._weather_changed))
        self._entry.async_on_unload(self._archive.listen(self._filled))
        self._entry.async_on_unload(self._stop)
        self._plan()

    async def save(self) -> None:
        """Write down what a restart must not cost."""
        if self._feed is not None:
            await self._feed.save()

    @callback
    def weather(self) -> Hours:
        """Return the hours of weather that a hub may want."""
        return {} if self._feed is None else self._feed.shared(dt_util.utcnow())

    @callback
    def _weather_changed(self, event: Event[EventStateChangedData]) -> None:
        """Make it anew with weather, when that comes after the forecast; what it shows later waits for the hour."""
        old, new = event.data["old_state"], event.data["new_state"]
        if new is not None and new.state not in NO_STATES and (old is None or old.state in NO_STATES):
            self.make_soon()

    @callback
    def make_soon(self) -> None:
        """Make it anew in the background; what is asked for meanwhile is made after it.

        While the past is still asked for there is nothing to make it of; whatever is known then calls here.
        """
        if not self._archive.settled:
            return
        self._task = self._entry.async_create_background_task(
            self.hass, self.async_refresh(), f"sceop forecast {self._entry.title}"
        )

    @callback
    def _filled(self) -> None:
        """Make it anew with another past, of the morning as well."""
        self._morning = None
        self.make_soon()

    @callback
    def _expect_of_community(self, foresight: Foresight) -> None:
        """Show the community's windows as soon as they change."""
        if foresight.peaks is not None:
            self._expect(Whose.COMMUNITY, foresight.peaks.windows)
            self.async_update_listeners()

    @callback
    def _expect(self, whose: Whose, windows: Iterable[Window]) -> None:
        """Let new windows take the place of those of before."""
        self._windows[whose] = follow(self._windows.get(whose, ()), windows, dt_util.utcnow())
        self._wait_for_an_edge()

    @override
    async def _async_update_data(self) -> Outlook | None:
        """Think it over beside the event loop, one at a time."""
        async with self._making:
            place, end = await self.where(), slot_of(dt_util.utcnow())
            past = {
                channel: self._archive.series(channel, end=end)
                for channel in self._archive.channels
                if channel in LOOKED_AT
            }
            if not past:
                return None
            self.sky = None if self._feed is None else await self._feed.look(dt_util.utcnow())
            outlook = await self.hass.async_add_executor_job(
                partial(look, past, place, self.sky, self.options.limit_w, self._morning)
            )
            self._morning = outlook.morning
        self._expect(Whose.SITE, outlook.windows)
        return outlook

    async def where(self) -> Place:
        """Return the place of the site; its holidays are those of its tariff, or of where Home Assistant is."""
        if self._place is None:
            config, data = self.hass.config, self._entry.data
            whose = Terms.from_options(self._entry.options).holidays or await place_of(self.hass, config.country)
            self._place = Place(
                zone=self._zone,
                is_holiday=await holidays_of(self.hass, whose),
                latitude=data.get("latitude", config.latitude),
                longitude=data.get("longitude", config.longitude),
            )
        return self._place

    @callback
    def _plan(self) -> None:
        """Wake up after the hour, or after the site's own midnight where that is none."""
        at = next_wake(dt_util.utcnow(), self._phase, self._zone)
        self._cancel_next = async_track_point_in_utc_time(self.hass, self._wake, at)

    @callback
    def _wake(self, _now: datetime) -> None:
        self._plan()
        self.make_soon()

    @callback
    def _wait_for_an_edge(self) -> None:
        """Tell whoever shows windows when one begins or ends."""
        if self._cancel_edge is not None:
            self._cancel_edge()
        edge = next_edge(self.windows, dt_util.utcnow())
        self._cancel_edge = None if edge is None else async_track_point_in_utc_time(self.hass, self._edge, edge)

    @callback
    def _edge(self, _now: datetime) -> None:
        self._cancel_edge = None
        self._wait_for_an_edge()
        self.async_update_listeners()

    @callback
    def _stop(self) -> None:
        for cancel in (self._cancel_next, self._cancel_edge):
            if cancel is not None:
                cancel()
        self._cancel_next = self._cancel_edge = None


def next_wake(now: datetime, phase: timedelta, zone: ZoneInfo) -> datetime:
    """Return the next time to think: soon after an hour, or after a midnight that is none in UTC."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    midnight = local_midnight((now - phase).astimezone(zone).date() + DAY, zone)
    return min(edge + phase for edge in (hour, hour + HOUR, midnight) if edge + phase > now)
