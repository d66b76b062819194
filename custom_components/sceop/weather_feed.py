"""The weather that a site looks at: an entity's hourly forecast, and what that entity showed in the weeks before."""

import logging
from asyncio import timeout
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Self

from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.components.recorder.history import get_significant_states
from homeassistant.components.weather.const import DOMAIN as WEATHER
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

from . import sky
from .const import DOMAIN
from .core.forecast.surroundings import Weather
from .sky import AHEAD, KEPT, Hour, Hours, hour_of
from .storage import Held, StrictStore, take_up

_LOGGER = logging.getLogger(__name__)

GET_FORECASTS = "get_forecasts"
PATIENCE_S = 60
"""A weather service that hangs holds up no forecast for longer."""
RECORDED = timedelta(days=10)
"""How long the recorder keeps states unless it was told otherwise."""
SHARED = timedelta(days=1)
"""How much of what was goes to the hub beside what is to come, should it have missed some."""
SAVE_EVERY = timedelta(hours=6)
"""Weather is no meter: a power cut may cost some hours of it, and a card lives longer."""
NO_STATES = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})


def weather_store(hass: HomeAssistant, entry_id: str) -> StrictStore:
    """Return where the weather that a site saw is kept."""
    return StrictStore(hass, f"{DOMAIN}.{entry_id}.weather")


class WeatherFeed:
    """One weather entity, by the hour. Whatever it does not tell is not known, and no error."""

    def __init__(self, hass: HomeAssistant, entity_id: str, store: StrictStore, seen: Hours) -> None:
        self._hass, self.entity_id, self._store = hass, entity_id, store
        self._seen = dict(seen)
        self._coming: dict[datetime, Hour] = {}
        self._saved = dt_util.utcnow()

    @classmethod
    async def create(cls, hass: HomeAssistant, entry_id: str, entity_id: str) -> Self:
        """Take up what was seen: what is kept, and at first what the recorder has."""
        store = weather_store(hass, entry_id)
        seen = await take_up(store, Held.WEATHER, entry_id, _of(entity_id))
        if not seen and RECORDER in hass.config.components:
            seen = await get_instance(hass).async_add_executor_job(_recorded, hass, entity_id)
        return cls(hass, entity_id, store, seen or {})

    async def look(self, now: datetime) -> Weather | None:
        """Return what was and what is to come, as far as it is known."""
        hour = hour_of(now)
        self._coming |= await self._forecast()
        over = {at: known for at, known in self._coming.items() if at <= hour}
        self._seen |= {at: known for at, known in over.items() if at not in self._seen}
        state = self._hass.states.get(self.entity_id)
        if state is not None and not (shown := _shown(state)).says_nothing:
            self._seen[hour] = shown
        self._seen = {at: known for at, known in self._seen.items() if hour - KEPT < at <= hour}
        self._coming = {at: known for at, known in self._coming.items() if hour < at <= hour + AHEAD}
        if now - self._saved >= SAVE_EVERY:
            await self.save()
        return sky.weather(self._seen | self._coming)

    def shared(self, now: datetime) -> Hours:
        """Return the hours that a hub may want."""
        return {at: known for at, known in (self._seen | self._coming).items() if at > now - SHARED}

    async def save(self) -> None:
        """Write down what was seen; a disk that is full is told of elsewhere, and this can be had again."""
        self._saved = dt_util.utcnow()
        with suppress(OSError):
            await self._store.async_save({"entity": self.entity_id, **sky.dump(self._seen)})

    async def _forecast(self) -> dict[datetime, Hour]:
        state = self._hass.states.get(self.entity_id)
        if state is None or not self._hass.services.has_service(WEATHER, GET_FORECASTS):
            return {}
        asked = {"type": "hourly", "entity_id": self.entity_id}
        try:
            async with timeout(PATIENCE_S):
                answer = await self._hass.services.async_call(
                    WEATHER, GET_FORECASTS, asked, blocking=True, return_response=True
                )
        except Exception as error:  # noqa: BLE001 - it is others' code, and a forecast without weather is better than none
            _LOGGER.debug("%s tells no forecast: %r", self.entity_id, error)
            return {}
        told = (answer or {}).get(self.entity_id)
        return sky.forecast(told.get("forecast") if isinstance(told, Mapping) else None, state.attributes)


def _of(entity_id: str) -> Callable[[Mapping[str, Any]], dict[datetime, Hour]]:
    """Return who reads what was kept of an entity; what another one showed is another place's weather."""

    def read(kept: Mapping[str, Any]) -> dict[datetime, Hour]:
        return sky.load(kept) if kept["entity"] == entity_id else {}

    return read


def _shown(state: State) -> Hour:
    if state.state in NO_STATES:
        return Hour(None, None, None)
    return sky.read(state.attributes, state.attributes, state.state)


def _recorded(hass: HomeAssistant, entity_id: str) -> dict[datetime, Hour]:
    """Return what the recorder saw of an entity, the last of each hour."""
    since = dt_util.utcnow() - RECORDED
    states = get_significant_states(hass, since, None, [entity_id], significant_changes_only=False)
    hours: dict[datetime, Hour] = {}
    for state in states.get(entity_id, ()):
        if isinstance(state, State) and not (shown := _shown(state)).says_nothing:
            hours[hour_of(state.last_updated)] = shown
    return hours
