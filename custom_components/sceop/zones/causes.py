"""Causes: who lit a lamp, as far as the context of its change tells."""

from homeassistant.const import ATTR_ENTITY_ID, ATTR_NAME
from homeassistant.core import Context, Event, HomeAssistant, callback

from ..core.lighting import Cause, Who

_RUNS = ("automation_triggered", "script_started")
_MOST_RUNS = 200
"""How many runs of automations and scripts are remembered; what they switch answers within moments."""


class Causes:
    """Remembers what runs, because a context names its automation to those alone who heard it start."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._runs: dict[str, Cause] = {}
        self._cancel = [hass.bus.async_listen(run, self._hear) for run in _RUNS]

    @callback
    def close(self) -> None:
        """Hear no more."""
        for cancel in self._cancel:
            cancel()
        self._cancel = []

    @callback
    def of(self, context: Context) -> Cause:
        """Return who changed a lamp.

        A person's hand in the app goes before the script that it started. A lamp that changes on its own was switched
        at the wall, or by its maker's app.
        """
        if context.user_id is not None:
            return Cause(Who.PERSON, context.user_id, self._name(context.user_id))
        nameless = Cause(Who.PHYSICAL if context.parent_id is None else Who.AUTOMATION)
        return self._runs.get(context.id, nameless)

    def _name(self, user_id: str) -> str | None:
        persons = self._hass.states.async_all("person")
        return next((state.name for state in persons if state.attributes.get("user_id") == user_id), None)

    @callback
    def _hear(self, event: Event) -> None:
        """Note a run; the oldest is forgotten for it."""
        self._runs[event.context.id] = Cause(Who.AUTOMATION, event.data.get(ATTR_ENTITY_ID), event.data.get(ATTR_NAME))
        if len(self._runs) > _MOST_RUNS:
            del self._runs[next(iter(self._runs))]
