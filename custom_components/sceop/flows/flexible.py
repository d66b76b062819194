"""The dialog of a flexible load: a name and a few numbers, and what runs it, where anything does."""

from collections.abc import Iterator, Mapping
from typing import Any

import probatio
from homeassistant.components.select.const import ATTR_OPTIONS
from homeassistant.config_entries import ConfigSubentry, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, CONF_NAME
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import TextSelector

from ..const import DOMAIN
from ..core.quantities import POWER_UNITS
from ..flexible.hand import LISTS
from ..flexible.kinds import LoadKind
from ..flexible.terms import (
    CONF_AMOUNT,
    CONF_CAPACITY,
    CONF_CHARGE_OPTION,
    CONF_DISCHARGE_OPTION,
    CONF_ENTITY,
    CONF_HIGH,
    CONF_IDLE_OPTION,
    CONF_LOW,
    CONF_MAX,
    CONF_METER,
    CONF_MIN,
    CONF_NEEDED,
    CONF_READY_ENTITY,
    CONF_SOC,
    CONF_WHEN,
    SIMULATED,
    Amount,
    When,
)
from ..names import names_of_loads
from ..sources.simulated import CONF_SIMULATED
from ..sources.wiring import named, registered
from . import Problem
from .flexible_fields import ENTITIES, flat, schema, section_of, sections


class FlexibleFlow(ConfigSubentryFlow):
    """Add a flexible load or change it; its subentry's type says of which kind."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for a new one."""
        return await self._ask("user", None, user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change one that is there."""
        return await self._ask("reconfigure", self._get_reconfigure_subentry(), user_input)

    @property
    def _kind(self) -> LoadKind:
        return LoadKind(self._subentry_type)

    async def _ask(
        self, step: str, load: ConfigSubentry | None, user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        """Show the form until nothing is wrong with it; all that is wrong is told at once."""
        problems: list[Problem] = []
        if user_input is not None:
            typed = flat(user_input) | {CONF_NAME: " ".join(user_input[CONF_NAME].split())}
            problems = list(self._problems(typed, load))
            if not problems:
                return self._keep(typed, load)
        fields = {probatio.Required(CONF_NAME): TextSelector()} | schema(self._kind)
        shown = user_input or await self._suggested(load)
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(probatio.Schema(fields), shown),
            errors={section_of(self._kind, each.where): each.key for each in reversed(problems)},
            description_placeholders={key: gap for each in problems for key, gap in each.placeholders.items()},
        )

    async def _suggested(self, load: ConfigSubentry | None) -> dict[str, Any]:
        """Return what the fields show; entities go by today's names."""
        if load is None:
            return {CONF_NAME: (await names_of_loads(self.hass))[self._kind]}
        kept = dict(load.data)
        for field in ENTITIES:
            if (entity := kept.get(field)) is not None:
                kept[field] = None if entity == SIMULATED else named(self.hass, entity)
        return {CONF_NAME: load.title} | sections(self._kind, kept)

    def _keep(self, typed: Mapping[str, Any], load: ConfigSubentry | None) -> SubentryFlowResult:
        data = {name: value for name, value in typed.items() if name != CONF_NAME}
        if CONF_SIMULATED in self._get_entry().data and self._kind is not LoadKind.THERMOSTAT_BAND:
            data.setdefault(CONF_ENTITY, SIMULATED)
        for field in ENTITIES:
            if (entity := data.get(field)) not in {None, SIMULATED}:
                data[field] = registered(self.hass, named(self.hass, entity) or entity)
        if load is None:
            return self.async_create_entry(title=typed[CONF_NAME], data=data)
        return self.async_update_and_abort(self._get_entry(), load, title=typed[CONF_NAME], data=data)

    def _problems(self, typed: Mapping[str, Any], load: ConfigSubentry | None) -> Iterator[Problem]:
        """Find what is wrong."""
        others = [other for other in self._get_entry().subentries.values() if other is not load]
        if not typed[CONF_NAME]:
            yield Problem(CONF_NAME, "name_missing")
        elif typed[CONF_NAME].casefold() in {other.title.casefold() for other in others}:
            yield Problem(CONF_NAME, "name_taken")
        yield from self._of_entities(typed, load)
        match self._kind:
            case LoadKind.RUN_ONCE:
                if typed[CONF_WHEN] == When.ENTITY and not typed.get(CONF_READY_ENTITY):
                    yield Problem(CONF_READY_ENTITY, "ready_entity_missing")
            case LoadKind.ENERGY_NEED:
                yield from _of_amount(typed)
            case LoadKind.THERMOSTAT_BAND:
                if typed[CONF_LOW] >= typed[CONF_HIGH]:
                    yield Problem(CONF_HIGH, "band_empty")
            case LoadKind.FLEXIBLE_BATTERY:
                yield from self._of_options(typed)

    def _of_entities(self, typed: Mapping[str, Any], load: ConfigSubentry | None) -> Iterator[Problem]:
        registry = er.async_get(self.hass)
        for field in ENTITIES:
            if (entity := typed.get(field)) is None:
                continue
            name = named(self.hass, entity)
            entry = None if name is None else registry.async_get(name)
            if name is None or (entry is None and self.hass.states.get(name) is None):
                yield Problem(field, "entity_unknown", {"entity": entity})
            elif field == CONF_ENTITY and (other := self._run_by(name, load)) is not None:
                yield Problem(field, "entity_taken", {"entity": name, "load": other})
            elif field == CONF_ENTITY and entry is not None and entry.platform == DOMAIN:
                yield Problem(field, "entity_ours", {"entity": name})
            elif field == CONF_METER and self._unit(name) not in POWER_UNITS:
                yield Problem(field, "meter_no_power", {"entity": name, "unit": self._unit(name) or "-"})

    def _run_by(self, entity: str, load: ConfigSubentry | None) -> str | None:
        """Return which other load an entity runs already: two plans for one switch would fight."""
        for entry in self.hass.config_entries.async_entries(DOMAIN):
            for other in entry.subentries.values():
                taken = other.data.get(CONF_ENTITY) if other.subentry_type in set(LoadKind) else None
                if other is not load and taken not in {None, SIMULATED} and named(self.hass, taken) == entity:
                    return other.title
        return None

    def _unit(self, sensor: str) -> str | None:
        state, entry = self.hass.states.get(sensor), er.async_get(self.hass).async_get(sensor)
        shown: str | None = None if state is None else state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
        return shown or (None if entry is None else entry.unit_of_measurement)

    def _of_options(self, typed: Mapping[str, Any]) -> Iterator[Problem]:
        """Look whether a list has what is to be chosen in it."""
        entity = typed.get(CONF_ENTITY)
        name = None if entity is None else named(self.hass, entity)
        if name is None or name.partition(".")[0] not in LISTS:
            return
        state = self.hass.states.get(name)
        options = [] if state is None else state.attributes.get(ATTR_OPTIONS, [])
        for field in (CONF_CHARGE_OPTION, CONF_DISCHARGE_OPTION, CONF_IDLE_OPTION):
            if typed.get(field) not in options:
                yield Problem(field, "option_unknown", {"entity": name, "options": ", ".join(options) or "-"})
                return


def _of_amount(typed: Mapping[str, Any]) -> Iterator[Problem]:
    if typed.get(CONF_MIN, 0) > typed[CONF_MAX]:
        yield Problem(CONF_MIN, "least_above_most")
    match typed[CONF_AMOUNT]:
        case Amount.ENTITY if not typed.get(CONF_NEEDED):
            yield Problem(CONF_NEEDED, "needed_missing")
        case Amount.CHARGE if not (typed.get(CONF_SOC) and typed.get(CONF_CAPACITY)):
            yield Problem(CONF_SOC, "charge_missing")
