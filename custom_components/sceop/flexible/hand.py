"""The hand: the entity that runs a load, what it shows, and how it is told what to do."""

from collections.abc import Mapping
from math import isclose, isfinite
from typing import Any, override

from homeassistant.components.climate.const import (
    ATTR_CURRENT_TEMPERATURE,
    ATTR_HVAC_ACTION,
    DOMAIN as CLIMATE,
    SERVICE_SET_TEMPERATURE,
    HVACAction,
    HVACMode,
)
from homeassistant.components.number.const import ATTR_MAX, ATTR_MIN, ATTR_STEP, ATTR_VALUE, SERVICE_SET_VALUE
from homeassistant.const import (
    ATTR_ENTITY_ID,
    ATTR_OPTION,
    ATTR_TEMPERATURE,
    ATTR_UNIT_OF_MEASUREMENT,
    SERVICE_SELECT_OPTION,
    SERVICE_TURN_OFF,
    SERVICE_TURN_ON,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    UnitOfTemperature,
)
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.util.unit_conversion import TemperatureConverter

from ..const import DOMAIN
from ..core.quantities import POWER_UNITS, number_of
from ..sources.wiring import named
from .seen import Order
from .terms import SIMULATED

SWITCHES = frozenset({"switch", "input_boolean"})
NUMBERS = frozenset({"number", "input_number"})
LISTS = frozenset({"select", "input_select"})
STARTERS = frozenset({"button", "input_button", "script"})
NOWHERE = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})
CLOSE_C = 0.3
"""Thermostats round what they are told."""


class Hand:
    """One entity. It is named by its place in the registry, which a new name leaves be."""

    def __init__(
        self, hass: HomeAssistant, entity: str, most_w: int, options: tuple[str, str, str] | None, *, inverted: bool
    ) -> None:
        self._hass, self._entity, self._most_w = hass, entity, most_w
        self._options, self._inverted = options, inverted

    @property
    def name(self) -> str:
        """The name it goes by today; one that was removed is named as it was chosen."""
        return named(self._hass, self._entity) or self._entity

    @property
    def domain(self) -> str:
        """What kind of entity it is."""
        return self.name.partition(".")[0]

    @property
    def state(self) -> State | None:
        """Its state, or None while nobody can see it."""
        state = self._hass.states.get(self.name)
        return None if state is None or state.state == STATE_UNAVAILABLE else state

    @property
    def shown(self) -> str | None:
        """What it shows of what it was told; None where it shows nothing of that."""
        state = self.state
        if state is None or self.domain in STARTERS or state.state in NOWHERE:
            return None
        if self.domain == CLIMATE:
            degrees = _finite(state.attributes.get(ATTR_TEMPERATURE))
            return None if degrees is None or state.state == HVACMode.OFF else f"{degrees:g}"
        if self.domain in NUMBERS:
            number = number_of(state.state)
            return None if number is None else f"{float(number):g}"
        return state.state

    @property
    def on(self) -> bool | None:
        """Whether it runs what it runs, as far as it shows that."""
        if (state := self.state) is None:
            return None
        if self.domain == CLIMATE:
            return None if state.state in NOWHERE else state.state != HVACMode.OFF
        if (shown := self.shown) is None:
            return None
        if self.domain in SWITCHES:
            return shown == STATE_ON
        if self.domain in NUMBERS:
            return float(shown) > max(float(state.attributes.get(ATTR_MIN, 0)), 0)
        return None

    @property
    def celsius(self) -> float | None:
        """The temperature of a thermostat's room."""
        known = None if self.state is None else _finite(self.state.attributes.get(ATTR_CURRENT_TEMPERATURE))
        return None if known is None else TemperatureConverter.convert(known, self._degrees, UnitOfTemperature.CELSIUS)

    @property
    def works(self) -> bool | None:
        """Whether a thermostat heats or cools at this moment; not all of them say so."""
        action = None if self.state is None else self.state.attributes.get(ATTR_HVAC_ACTION)
        return None if action is None else action in {HVACAction.HEATING, HVACAction.COOLING, HVACAction.PREHEATING}

    def same(self, one: str | None, other: str | None) -> bool:
        """Tell whether two of its texts mean the same."""
        if one is None or other is None or one == other:
            return one == other
        if self.domain == CLIMATE:
            return isclose(float(one), float(other), abs_tol=CLOSE_C)
        if self.domain in NUMBERS:
            return isclose(float(one), float(other), rel_tol=0.01, abs_tol=0.05)
        return False

    def text(self, order: Order) -> str | None:
        """Return what it has to show for an order; None where it cannot carry that out, or not just now."""
        if self.state is None:
            return None
        if self.domain in STARTERS:
            return STATE_ON if order.on else None
        if self.domain == CLIMATE:
            return None if order.celsius is None else self._told(order.celsius)
        if self.domain in NUMBERS:
            return self._number(order)
        if self.domain in LISTS:
            charge, discharge, idle = self._options or (None, None, None)
            return charge if order.watts > 0 else discharge if order.watts < 0 else idle
        return STATE_ON if order.on else STATE_OFF

    async def write(self, text: str, context: Context) -> None:
        """Bring it to show a text; raise HomeAssistantError where that fails."""
        data: dict[str, Any] = {}
        if self.domain == CLIMATE:
            service, data = SERVICE_SET_TEMPERATURE, {ATTR_TEMPERATURE: float(text)}
        elif self.domain in NUMBERS:
            service, data = SERVICE_SET_VALUE, {ATTR_VALUE: float(text)}
        elif self.domain in LISTS:
            service, data = SERVICE_SELECT_OPTION, {ATTR_OPTION: text}
        elif self.domain in STARTERS - {"script"}:
            service = "press"
        else:
            service = SERVICE_TURN_ON if text == STATE_ON else SERVICE_TURN_OFF
        asked = {ATTR_ENTITY_ID: self.name, **data}
        await self._hass.services.async_call(self.domain, service, asked, blocking=True, context=context)

    @property
    def _degrees(self) -> str:
        """The degrees in which this Home Assistant shows and takes temperatures."""
        return self._hass.config.units.temperature_unit

    def _told(self, celsius: float) -> str:
        return f"{round(TemperatureConverter.convert(celsius, UnitOfTemperature.CELSIUS, self._degrees), 1):g}"

    def _number(self, order: Order) -> str | None:
        """Return watts as the entity counts: in W or kW, or as a share of the most that it takes, in A or percent."""
        assert self.state is not None  # `text` asked before
        attributes: Mapping[str, Any] = self.state.attributes
        least, most = float(attributes.get(ATTR_MIN, 0)), float(attributes.get(ATTR_MAX, 100))
        watts = -order.watts if self._inverted else order.watts
        if (factor := POWER_UNITS.get(str(attributes.get(ATTR_UNIT_OF_MEASUREMENT)))) is not None:
            value = watts / float(factor)
        else:
            value = most * watts / self._most_w
        step = float(attributes.get(ATTR_STEP, 1)) or 1.0
        whole = round(min(max(value, least), most) / step) * step
        return f"{min(max(whole, least), most):g}"


def _finite(told: object) -> float | None:
    """Return a number of an attribute; some integrations write there what is none."""
    return float(told) if isinstance(told, int | float) and isfinite(told) else None


class SimulatedHand(Hand):
    """The switch of a simulated appliance, which is this integration's own; it is known by what it belongs to."""

    def __init__(self, hass: HomeAssistant, unique_id: str, most_w: int) -> None:
        super().__init__(hass, SIMULATED, most_w, None, inverted=False)
        self._unique_id = unique_id

    @property
    @override
    def name(self) -> str:
        """The name it goes by today; before it was made for the first time it has none."""
        known = er.async_get(self._hass).async_get_entity_id("switch", DOMAIN, self._unique_id)
        return known or f"switch.{SIMULATED}"
