"""Resuming: a site whose books are lost goes on where its own sensors stood last, as the recorder saw them.

Without that a sum that had outlived a meter would fall back to what the new meter shows. The recorder takes a fall for
a new beginning, and adds everything that the sensor shows from then on to the day on which it happened.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.components.recorder.history import get_last_state_changes
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

from .books import SiteBooks
from .const import DOMAIN
from .core.channels import CONSUMPTION
from .core.ledger import Highest, Ledger
from .core.meter import begin
from .core.quantities import mwh_of, number_of, watts_of
from .core.registers import Register, Registers
from .core.tally import Tally
from .things import Thing

_MOST_STATES = 20
"""A sensor that was away shows that before anything else."""

type _Shown = Mapping[str, State]
"""By the end of its unique id, what a sensor showed last."""


async def resumed(
    hass: HomeAssistant, site_id: str, things: Sequence[Thing], currency: str, zone: ZoneInfo
) -> SiteBooks:
    """Return books that continue what the site's sensors showed; what nobody recorded begins anew."""
    if RECORDER not in hass.config.components:
        return SiteBooks()
    prefix = f"{site_id}_"
    entities = {
        entity.unique_id.removeprefix(prefix): entity.entity_id
        for entity in er.async_get(hass).entities.values()
        if entity.platform == DOMAIN and entity.domain == Platform.SENSOR and entity.unique_id.startswith(prefix)
    }
    shown = await get_instance(hass).async_add_executor_job(_last_shown, hass, entities)
    registers = {thing.id: found for thing in things if (found := _registers(shown, thing))}
    totals = {
        f"{thing.id} {thing.channel(flow)}": register.total_mwh
        for thing in things
        for flow, register in registers.get(thing.id, {}).items()
    }
    flows = {thing.channel(flow) for thing in things for flow in thing.flows}
    return SiteBooks(
        registers=registers,
        tallies={
            name: Tally({part: total for part, total in totals.items() if _counts(part, name)}, mwh, mwh)
            for name in (*flows, CONSUMPTION)
            if (mwh := _mwh(shown, f"{name}_energy")) is not None
        },
        ledger=Ledger(
            import_cost=_money(shown, "grid_import_cost", currency),
            export_compensation=_money(shown, "grid_export_compensation", currency),
            highest=_highest(shown, zone),
            since=dt_util.utcnow() if shown else None,
        ),
        imported=frozenset(registers),
    )


async def shown_mwh(hass: HomeAssistant, site_id: str, thing: str, flows: Sequence[str]) -> dict[str, int]:
    """Return what the recorder saw last of a thing's energy sensors, by flow."""
    if RECORDER not in hass.config.components:
        return {}
    registry = er.async_get(hass)
    entities = {
        flow: entity_id
        for flow in flows
        if (entity_id := registry.async_get_entity_id(Platform.SENSOR, DOMAIN, f"{site_id}_{thing}_{flow}_energy"))
    }
    shown = await get_instance(hass).async_add_executor_job(_last_shown, hass, entities)
    return {flow: mwh for flow in flows if (mwh := _mwh(shown, flow)) is not None}


def _last_shown(hass: HomeAssistant, entities: Mapping[str, str]) -> dict[str, State]:
    """Return the last figure of each sensor."""
    found = {}
    for key, entity_id in entities.items():
        states = get_last_state_changes(hass, _MOST_STATES, entity_id).get(entity_id, ())
        figures = (state for state in states if number_of(state.state) is not None)
        if last := max(figures, key=lambda state: state.last_updated, default=None):
            found[key] = last
    return found


def _registers(shown: _Shown, thing: Thing) -> Registers:
    """Continue a thing's counters; the slot in which nobody knows what was counted already becomes a gap."""
    return {
        flow: Register(begin(shown[key].last_reported, mwh))
        for flow in thing.flows
        if (mwh := _mwh(shown, key := f"{thing.id}_{flow}_energy")) is not None
    }


def _counts(part: str, tally: str) -> bool:
    """Tell whether a tally contains a part, by the name under which the balance gathers it."""
    return tally in (CONSUMPTION, part.split(" ")[1])


def _mwh(shown: _Shown, key: str) -> int | None:
    state = shown.get(key)
    return None if state is None else mwh_of(state.state, state.attributes.get(ATTR_UNIT_OF_MEASUREMENT))


def _money(shown: _Shown, key: str, currency: str) -> Decimal:
    """Continue an amount, unless it was in another currency."""
    state = shown.get(key)
    if state is None or state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) != currency:
        return Decimal()
    return number_of(state.state) or Decimal()


def _highest(shown: _Shown, zone: ZoneInfo) -> Highest | None:
    """Continue the month's highest slot, which no later slot would bring back."""
    state = shown.get("month_highest_slot")
    start = None if state is None else dt_util.parse_datetime(str(state.attributes.get("at")))
    if state is None or start is None:
        return None
    watts = watts_of(state.state, state.attributes.get(ATTR_UNIT_OF_MEASUREMENT))
    return None if watts is None else Highest(start.astimezone(zone).date().replace(day=1), start, watts // 4)
