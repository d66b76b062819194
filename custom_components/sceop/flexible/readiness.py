"""Readiness: what other entities say of a load - that it is loaded, plugged in, how full it is, how much it lacks."""

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, STATE_HOME, STATE_ON
from homeassistant.core import HomeAssistant, State

from ..core.quantities import ENERGY_UNITS, mwh_of, number_of
from ..sources.wiring import named
from .hand import NOWHERE
from .terms import Amount, BatteryTerms, LoadTerms, NeedTerms, RunOnceTerms

READY = frozenset(
    {
        STATE_ON,
        STATE_HOME,
        "true",
        "yes",
        "ready",
        "loaded",
        "delayedstart",
        "delayed_start",
        "waiting_to_start",
        "connected",
        "plugged",
        "plugged_in",
        "charging",
        "complete",
    }
)
"""States of sensors that say that a load is ready or plugged in, in the words of the makers."""
_PERCENT = 100


def is_ready(hass: HomeAssistant, terms: LoadTerms) -> bool | None:
    """Tell whether a load is ready, or plugged in; None where nothing says so."""
    match terms:
        case RunOnceTerms(ready_entity=entity) | NeedTerms(plugged=entity):
            state = None if entity is None else _state(hass, entity)
            return None if state is None else state.state.lower().replace(" ", "_") in READY
    return None


def number_shown(hass: HomeAssistant, terms: LoadTerms) -> float | None:
    """Return how much is missing in Wh, or how full something is as a share."""
    match terms:
        case NeedTerms(amount=Amount.ENTITY, needed=str(entity)):
            return _wh(_state(hass, entity))
        case NeedTerms(amount=Amount.CHARGE, needed=str(entity)) | BatteryTerms(soc=entity):
            return _share(_state(hass, entity))
    return None


def _state(hass: HomeAssistant, entity: str) -> State | None:
    name = named(hass, entity)
    state = None if name is None else hass.states.get(name)
    return None if state is None or state.state in NOWHERE else state


def _wh(state: State | None) -> float | None:
    """Return an energy in Wh; a number without a unit, as people keep in helpers, is in kWh."""
    if state is None:
        return None
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    mwh = mwh_of(state.state, unit if unit in ENERGY_UNITS else "kWh")
    return None if mwh is None else mwh / 1000


def _share(state: State | None) -> float | None:
    """Return how full something is; whatever the unit, a hundred is full."""
    number = None if state is None else number_of(state.state)
    return None if number is None else min(max(float(number) / _PERCENT, 0.0), 1.0)
