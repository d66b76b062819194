"""Prices, or grams of CO2, that an entity shows: now in its state, and often the day ahead in its attributes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_state_change_event, async_track_utc_time_change
from homeassistant.util import dt as dt_util

from ..core.curve import Curve
from ..core.slots import slot_of
from .memory import Memory
from .shapes import day_ahead
from .units import UnitProblem, number

type Scale = Callable[[str | None], Decimal]
"""What a number in this unit is multiplied with; raises UnitProblem."""


class Unreadable(Exception):
    """An entity that shows nothing usable; `key` names its sentence in the dialogs, the text ends one."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


def read(state: State | None, scale: Scale, zone: ZoneInfo, now: datetime) -> Curve:
    """Return what an entity tells of slots: the day ahead if it writes one, and the running slot in any case.

    Raise Unreadable where it tells nothing of the running slot, or UnitProblem where nobody can say what it means.
    """
    if state is None:
        raise Unreadable("entity_missing", "it does not exist")
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    written = day_ahead(state.attributes, now.astimezone(zone).date(), zone)
    curve = {}
    if written is not None:
        factor = scale(written.unit or unit)
        curve = {slot: price * factor for slot, price in written.curve.items()}
    if slot_of(now) in curve:
        return curve
    if (shown := number(state.state)) is None:
        away = state.state in {STATE_UNAVAILABLE, STATE_UNKNOWN}
        raise Unreadable("entity_silent" if away else "entity_no_number", f'it shows "{state.state}"')
    return {**curve, slot_of(now): shown * scale(unit)}


class EntityFeed:
    """An entity, and what it showed."""

    def __init__(
        self, hass: HomeAssistant, entity_id: str, scale: Scale, zone: ZoneInfo, kept: Mapping[str, str]
    ) -> None:
        self._hass = hass
        self._entity_id = entity_id
        self._scale = scale
        self._zone = zone
        self._memory = Memory.of(kept)
        self._reason = ""
        self._ahead = False
        self._stop: list[CALLBACK_TYPE] = []

    @property
    def problem(self) -> str | None:
        """A sentence that says why the running slot has no value."""
        if self.price(slot_of(dt_util.utcnow())) is not None:
            return None
        return f"{self._entity_id} cannot be read: {self._reason}. Check the entity, or choose another."

    def price(self, slot: datetime) -> Decimal | None:
        """Return what it showed of a slot; one that was missed has a value if that is the same before and after."""
        known = self._memory.price(slot)
        if known is None and slot == slot_of(dt_util.utcnow()):
            self._look()
            known = self._memory.price(slot)
        return self._memory.unchanged(slot) if known is None and not self._ahead else known

    def open(self, changed: Callable[[], None]) -> None:
        """Look at every change, and at the start of every slot."""

        @callback
        def look(_event: Event[EventStateChangedData] | datetime) -> None:
            if self._look():
                changed()

        self._look()
        self._stop = [
            async_track_state_change_event(self._hass, self._entity_id, look),
            async_track_utc_time_change(self._hass, look, minute=(0, 15, 30, 45), second=0),
        ]

    def close(self) -> None:
        """Look away."""
        while self._stop:
            self._stop.pop()()

    def kept(self) -> dict[str, str]:
        """Return what it showed."""
        return self._memory.kept()

    def _look(self) -> bool:
        """Learn what the entity shows now; tell whether anything is new."""
        now = dt_util.utcnow()
        try:
            curve = read(self._hass.states.get(self._entity_id), self._scale, self._zone, now)
        except (Unreadable, UnitProblem) as error:
            self._reason = str(error)
            return False
        self._ahead = len(curve) > 1
        return self._memory.learn(curve, now)
