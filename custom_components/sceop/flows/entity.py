"""The form for sensors that Home Assistant has already: of energy, of power, or of both."""

from collections.abc import Iterator, Mapping
from typing import Any, override

import probatio
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    PERCENTAGE,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    Platform,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    EntityWithDeviceFilterSelectorConfig as Filter,
)

from ..const import DOMAIN
from ..core.channels import GRID_EXPORT
from ..core.quantities import ENERGY_UNITS, POWER_UNITS, number_of
from ..sources.wiring import (
    CONF_ENERGY,
    CONF_INVERTED,
    CONF_POWER,
    CONF_SIGNED_POWER,
    CONF_STATE_OF_CHARGE,
    SIGNED,
    named,
    registered,
)
from ..things import CONF_TYPE, FLOWS_OF, ThingKind
from . import Checked, Problem, SourceForm

_NOTHING_YET = {STATE_UNAVAILABLE, STATE_UNKNOWN}


class EntityForm(SourceForm):
    """Choose sensors; of every flow its energy or its power is enough."""

    type = "entity"
    kinds = frozenset({ThingKind.GRID_METER, ThingKind.PRODUCTION, ThingKind.BATTERY, ThingKind.SUBMETER})

    @override
    def schema(self, hass: HomeAssistant, kind: ThingKind) -> probatio.Schema:
        """Return a field for each flow's energy and power, and what else this kind may have."""
        fields: dict[probatio.Marker, Any] = {}
        for flow in FLOWS_OF[kind]:
            fields[probatio.Optional(f"{flow}_{CONF_ENERGY}")] = _sensors("energy", ENERGY_UNITS, multiple=True)
        for flow in FLOWS_OF[kind]:
            fields[probatio.Optional(f"{flow}_{CONF_POWER}")] = _sensors("power", POWER_UNITS)
        if _two_directions(kind):
            fields[probatio.Optional(CONF_SIGNED_POWER)] = _sensors("power", POWER_UNITS)
            fields[probatio.Required(CONF_INVERTED, default=False)] = BooleanSelector()
        if kind is ThingKind.BATTERY:
            fields[probatio.Optional(CONF_STATE_OF_CHARGE)] = _sensors("battery", (PERCENTAGE,))
        return probatio.Schema(fields)

    @override
    def suggested(self, source: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what was chosen; the selector shows an entity's place in the registry by its name."""
        fields: dict[str, Any] = {f"{flow}_{CONF_ENERGY}": chosen for flow, chosen in source[CONF_ENERGY].items()}
        fields |= {f"{flow}_{CONF_POWER}": chosen for flow, chosen in source[CONF_POWER].items()}
        rest = (CONF_SIGNED_POWER, CONF_INVERTED, CONF_STATE_OF_CHARGE)
        return fields | {key: source[key] for key in rest if key in source}

    @override
    async def check(self, hass: HomeAssistant, kind: ThingKind, typed: Mapping[str, Any]) -> Checked | Problem:
        """Look at each sensor as it is now, then at whether together they are enough."""
        chosen = dict(_chosen(kind, typed))
        seen: set[str] = set()
        for field, entities in chosen.items():
            for entity in entities:
                name = named(hass, entity)
                if name is None:
                    return Problem(field, "entity_unknown", {"entity": entity})
                if name in seen:
                    return Problem(field, "entity_twice", {"entity": name})
                seen.add(name)
                if (problem := _problem(hass, field, name)) is not None:
                    return problem
        if not seen:
            return Problem("base", "nothing_chosen")
        flows = tuple(flow for flow in FLOWS_OF[kind] if _told(chosen, flow))
        for flow in FLOWS_OF[kind]:
            if flow not in flows and flow != GRID_EXPORT:
                return Problem(f"{flow}_{CONF_ENERGY}", "flow_missing")
        kept = {field: [_registered(hass, entity) for entity in entities] for field, entities in chosen.items()}
        return Checked(_source(kind, kept, typed), flows, _identity(kept, flows[0]))


def _sensors(
    device_class: str, units: Mapping[str, Any] | tuple[str, ...], *, multiple: bool = False
) -> EntitySelector:
    """Return a choice of sensors that say what they measure, or at least in what unit."""
    filters = [
        Filter(domain=[Platform.SENSOR], device_class=[device_class]),
        Filter(domain=[Platform.SENSOR], unit_of_measurement=list(units)),
    ]
    if device_class == "battery":
        filters.pop()
    return EntitySelector(EntitySelectorConfig(filter=filters, multiple=multiple))


def _two_directions(kind: ThingKind) -> bool:
    return all(flow in SIGNED for flow in FLOWS_OF[kind])


def _chosen(kind: ThingKind, typed: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Go through the fields of sensors that were filled in."""
    own = [f"{flow}_{what}" for flow in FLOWS_OF[kind] for what in (CONF_ENERGY, CONF_POWER)]
    for field in (*own, CONF_SIGNED_POWER, CONF_STATE_OF_CHARGE):
        if value := typed.get(field):
            yield field, [value] if isinstance(value, str) else list(value)


def _told(chosen: Mapping[str, list[str]], flow: str) -> bool:
    """Tell whether some sensor tells of this flow."""
    own = any(f"{flow}_{what}" in chosen for what in (CONF_ENERGY, CONF_POWER))
    return own or (CONF_SIGNED_POWER in chosen and flow in SIGNED)


def _problem(hass: HomeAssistant, field: str, name: str) -> Problem | None:
    """Return what is wrong with one sensor. One that is away for the moment is fine if its unit is known."""
    entry, state = er.async_get(hass).async_get(name), hass.states.get(name)
    gaps = {"entity": name}
    if entry is None and state is None:
        return Problem(field, "entity_unknown", gaps)
    if entry is not None and entry.platform == DOMAIN:
        return Problem(field, "entity_ours", gaps)
    unit = _unit(entry, state)
    if (key := _unit_problem(field, unit, state)) is not None:
        return Problem(field, key, gaps | {"unit": unit or "-"})
    if state is not None and state.state not in _NOTHING_YET and number_of(state.state) is None:
        return Problem(field, "not_a_number", gaps | {"state": state.state})
    return None


def _unit(entry: er.RegistryEntry | None, state: State | None) -> str | None:
    shown: str | None = None if state is None else state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    return shown or (None if entry is None else entry.unit_of_measurement)


def _unit_problem(field: str, unit: str | None, state: State | None) -> str | None:
    """Return the sentence about a sensor that measures something else than its field asks for."""
    if field == CONF_STATE_OF_CHARGE:
        return None if unit == PERCENTAGE else "not_percent"
    wanted, other, confused = (
        (ENERGY_UNITS, POWER_UNITS, "power_not_energy")
        if field.endswith(f"_{CONF_ENERGY}")
        else (POWER_UNITS, ENERGY_UNITS, "energy_not_power")
    )
    if unit not in wanted:
        return confused if unit in other else "unit_unknown"
    if wanted is ENERGY_UNITS and state is not None and _is_a_level(state):
        return "not_a_counter"
    return None


def _is_a_level(state: State) -> bool:
    """Tell whether it is energy that lies somewhere, like in a battery, and not energy that was counted."""
    attributes = state.attributes
    stored = attributes.get(ATTR_DEVICE_CLASS) == "energy_storage"
    return stored or (attributes.get("state_class") == "measurement" and "last_reset" not in attributes)


def _registered(hass: HomeAssistant, entity: str) -> str:
    return registered(hass, named(hass, entity) or entity)


def _source(kind: ThingKind, kept: Mapping[str, list[str]], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the subentry keeps."""

    def by_flow(what: str) -> dict[str, list[str]]:
        return {flow: kept[field] for flow in FLOWS_OF[kind] if (field := f"{flow}_{what}") in kept}

    source: dict[str, Any] = {
        CONF_TYPE: EntityForm.type,
        CONF_ENERGY: by_flow(CONF_ENERGY),
        CONF_POWER: {flow: entities[0] for flow, entities in by_flow(CONF_POWER).items()},
    }
    if CONF_SIGNED_POWER in kept:
        source |= {CONF_SIGNED_POWER: kept[CONF_SIGNED_POWER][0], CONF_INVERTED: typed.get(CONF_INVERTED, False)}
    if CONF_STATE_OF_CHARGE in kept:
        source[CONF_STATE_OF_CHARGE] = kept[CONF_STATE_OF_CHARGE][0]
    return source


def _identity(kept: Mapping[str, list[str]], flow: str) -> str:
    """Return the sensors by which the first flow is counted: whoever chooses them again means the same meter."""
    fields = (f"{flow}_{CONF_ENERGY}", f"{flow}_{CONF_POWER}", CONF_SIGNED_POWER)
    return "+".join(sorted(next(kept[field] for field in fields if field in kept)))
