"""Members: the lights of this Home Assistant that make up a zone, and the meter that some zones have."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from homeassistant.components.light.const import ATTR_BRIGHTNESS, DOMAIN as LIGHT
from homeassistant.const import (
    ATTR_ENTITY_ID,
    ATTR_UNIT_OF_MEASUREMENT,
    SERVICE_TURN_OFF,
    SERVICE_TURN_ON,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import Context, Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_state_change_event

from ..core.lighting import Seen
from ..core.quantities import mwh_of, watts_of
from ..sources.wiring import named
from .appearance import appearance
from .causes import Causes
from .lamps import Changed, Look

_FULL = 255
_NOWHERE = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})


def _deaf() -> None:
    """Stop listening to nothing."""


class MemberLamps:
    """Lights that others brought into Home Assistant."""

    certain = False

    def __init__(
        self,
        hass: HomeAssistant,
        causes: Causes,
        lights: Sequence[str],
        rated_w: int,
        *,
        energy: str | None,
        power: str | None,
    ) -> None:
        self._hass = hass
        self._causes = causes
        self._lights = tuple(lights)
        self._rated_w = rated_w
        self._energy = energy
        self._power = power
        self._changed: Changed | None = None
        self._tracked: frozenset[str] = frozenset()
        self._stop_listening: Callable[[], None] = _deaf

    def open(self, changed: Changed) -> None:
        """Listen to the lights and to their meter."""
        self._changed = changed
        self._listen()

    def close(self) -> None:
        """Listen no more."""
        self._stop_listening()
        self._stop_listening, self._tracked, self._changed = _deaf, frozenset(), None

    @property
    def entity_ids(self) -> Sequence[str]:
        """The lights by the names that they go by today; one that was removed is named as it was chosen."""
        return tuple(named(self._hass, light) or light for light in self._lights)

    @property
    def missing(self) -> Sequence[str]:
        """The lights that nobody can see; one that Home Assistant does not know yet is among them."""
        there = {state.entity_id for state in self._states()}
        return tuple(name for name in self.entity_ids if name not in there)

    def seen(self, _since: datetime, at: datetime) -> Sequence[Seen]:
        """Return what the lights do now. An on/off light counts in full, a dimmed one by its brightness."""
        self._listen()
        states = self._states()
        if not states:
            return (Seen(at, lit=None),)
        lit = any(state.state == STATE_ON for state in states)
        if (watts := self._told(self._power, watts_of)) is not None:
            return (Seen(at, lit=lit, milliwatts=max(watts, 0) * 1000, measured=True),)
        brightness = sum(_brightness(state) for state in states)
        return (Seen(at, lit=lit, milliwatts=self._rated_w * 1000 * brightness // (_FULL * len(self._lights))),)

    def next_change(self, _after: datetime) -> datetime | None:
        """Nobody knows what people will do."""
        return None

    @property
    def has_counter(self) -> bool:
        """Whether a meter counts their energy."""
        return self._energy is not None

    def counter(self) -> int | None:
        """Return what the meter counted, in mWh."""
        return self._told(self._energy, mwh_of)

    def look(self) -> Look:
        """Return how the lights look together."""
        return appearance(self._states())

    async def turn_on(self, how: Mapping[str, Any], context: Context | None) -> None:
        """Pass it on to every light."""
        await self._call(SERVICE_TURN_ON, how, context)

    async def turn_off(self, how: Mapping[str, Any], context: Context | None) -> None:
        """Pass it on to every light."""
        await self._call(SERVICE_TURN_OFF, how, context)

    async def _call(self, service: str, how: Mapping[str, Any], context: Context | None) -> None:
        data = {**how, ATTR_ENTITY_ID: list(self.entity_ids)}
        await self._hass.services.async_call(LIGHT, service, data, blocking=True, context=context)

    def _states(self) -> list[State]:
        states = (self._hass.states.get(name) for name in self.entity_ids)
        return [state for state in states if state is not None and state.state not in _NOWHERE]

    def _told(self, meter: str | None, read: Callable[[str, str | None], int | None]) -> int | None:
        name = None if meter is None else named(self._hass, meter)
        if name is None or (state := self._hass.states.get(name)) is None:
            return None
        return read(state.state, state.attributes.get(ATTR_UNIT_OF_MEASUREMENT))

    @callback
    def _listen(self) -> None:
        """Follow every light and the meter to the name that they go by today."""
        meters = (named(self._hass, meter) for meter in (self._energy, self._power) if meter is not None)
        names = frozenset({*self.entity_ids, *filter(None, meters)})
        if self._changed is not None and names != self._tracked:
            self._stop_listening()
            self._tracked = names
            self._stop_listening = async_track_state_change_event(self._hass, names, self._hear)

    @callback
    def _hear(self, event: Event[EventStateChangedData]) -> None:
        """Tell of a change; a lamp that comes into sight was lit before, by nobody knows whom."""
        assert self._changed is not None  # nobody listens before
        old, new = event.data["old_state"], event.data["new_state"]
        in_sight = all(state is not None and state.state not in _NOWHERE for state in (old, new))
        is_light = event.data["entity_id"] in self.entity_ids
        self._changed(self._causes.of(event.context) if in_sight and is_light else None)


def _brightness(state: State) -> int:
    if state.state != STATE_ON:
        return 0
    brightness = state.attributes.get(ATTR_BRIGHTNESS)
    return _FULL if brightness is None else int(brightness)
