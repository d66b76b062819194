"""The dialog of a light zone: its lamps and what they draw, and the hours that are contracted with its occupant."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import probatio
from homeassistant.components.light.const import DOMAIN as LIGHT_DOMAIN
from homeassistant.config_entries import ConfigSubentry, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, CONF_NAME, Platform, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    EntityWithDeviceFilterSelectorConfig as Filter,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TimeSelector,
)

from ..const import DOMAIN
from ..core.channels import LIGHT
from ..core.hours import WEEKDAYS, Window, overlap
from ..core.quantities import ENERGY_UNITS, POWER_UNITS
from ..sources.simulated import SIMULATED
from ..sources.wiring import CONF_ENERGY, CONF_POWER, named, registered
from ..things import CONF_FLOWS, CONF_SOURCE, CONF_TYPE, ThingKind
from ..zones import (
    AS_USUAL,
    CLOSED,
    CONF_CLEANING,
    CONF_HOLIDAYS,
    CONF_HOURS,
    CONF_LIGHTS,
    CONF_OCCUPANT,
    CONF_RATED_W,
)
from . import Problem

TYPE = "zone"
MOST_RATED_W = 100_000
"""More than the lights of any floor draw; a larger number is a slip of the finger."""
OFFICE_HOURS = [{"days": list(WEEKDAYS[:5]), "from": "08:00:00", "to": "18:00:00"}]

_WINDOWS = ObjectSelector(
    ObjectSelectorConfig(
        fields={
            "days": {
                "required": True,
                "selector": SelectSelector(
                    SelectSelectorConfig(
                        options=list(WEEKDAYS),
                        multiple=True,
                        mode=SelectSelectorMode.LIST,
                        translation_key="weekday",
                    )
                ),
            },
            "from": {"required": True, "selector": TimeSelector()},
            "to": {"required": True, "selector": TimeSelector()},
        },
        multiple=True,
        label_field="from",
        description_field="to",
        translation_key="window",
    )
)


class LightZoneFlow(ConfigSubentryFlow):
    """Add a zone or change it; a simulated zone has no lamps to choose."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for a new zone."""
        return self._ask("user", None, user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change a zone that is there."""
        return self._ask("reconfigure", self._get_reconfigure_subentry(), user_input)

    def _ask(self, step: str, zone: ConfigSubentry | None, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        """Show the form until nothing is wrong with it; all that is wrong is told at once."""
        simulated = zone is not None and zone.data[CONF_SOURCE][CONF_TYPE] == SIMULATED
        problems: list[Problem] = []
        if user_input is not None:
            typed = {**user_input, CONF_NAME: " ".join(user_input[CONF_NAME].split())}
            problems = list(self._problems(typed, zone, simulated=simulated))
            if not problems:
                return self._keep(typed, zone, simulated=simulated)
        shown = user_input or ({} if zone is None else _suggested(self.hass, zone))
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(_schema(self.hass, simulated=simulated), shown),
            errors={problem.where: problem.key for problem in reversed(problems)},
            description_placeholders={key: gap for problem in problems for key, gap in problem.placeholders.items()},
        )

    def _keep(self, typed: Mapping[str, Any], zone: ConfigSubentry | None, *, simulated: bool) -> SubentryFlowResult:
        source = zone.data[CONF_SOURCE] if simulated and zone is not None else _source(self.hass, typed)
        data = {
            CONF_SOURCE: source,
            CONF_FLOWS: [LIGHT],
            CONF_HOURS: typed[CONF_HOURS],
            CONF_HOLIDAYS: typed[CONF_HOLIDAYS],
            CONF_OCCUPANT: typed.get(CONF_OCCUPANT, "").strip(),
            CONF_CLEANING: typed.get(CONF_CLEANING, []),
        }
        if zone is None:
            return self.async_create_entry(title=typed[CONF_NAME], data=data)
        return self.async_update_and_abort(self._get_entry(), zone, title=typed[CONF_NAME], data=data)

    def _problems(self, typed: Mapping[str, Any], zone: ConfigSubentry | None, *, simulated: bool) -> Iterator[Problem]:
        """Find what is wrong, at most one thing a field."""
        others = [other for other in self._get_entry().subentries.values() if other is not zone]
        if not typed[CONF_NAME]:
            yield Problem(CONF_NAME, "name_missing")
        elif typed[CONF_NAME].casefold() in {other.title.casefold() for other in others}:
            yield Problem(CONF_NAME, "name_taken")
        if not simulated:
            yield from _first(_light_problems(self.hass, typed[CONF_LIGHTS], zone))
            if typed[CONF_RATED_W] < 1:
                yield Problem(CONF_RATED_W, "rated_zero")
            if sensor := typed.get(CONF_ENERGY):
                yield from _sensor_problem(self.hass, sensor)
        if not typed[CONF_HOURS]:
            yield Problem(CONF_HOURS, "hours_missing")
        for field in (CONF_HOURS, CONF_CLEANING):
            if (key := _window_problem(typed.get(field, []))) is not None:
                yield Problem(field, key)


def _schema(hass: HomeAssistant, *, simulated: bool) -> probatio.Schema:
    lamps = {
        probatio.Required(CONF_LIGHTS, default=[]): EntitySelector(
            EntitySelectorConfig(filter=Filter(domain=[LIGHT_DOMAIN]), multiple=True, exclude_entities=_ours(hass))
        ),
        probatio.Required(CONF_RATED_W): probatio.All(
            NumberSelector(
                NumberSelectorConfig(
                    min=0,
                    max=MOST_RATED_W,
                    step=1,
                    mode=NumberSelectorMode.BOX,
                    unit_of_measurement=UnitOfPower.WATT,
                )
            ),
            probatio.Coerce(int),
        ),
        probatio.Optional(CONF_ENERGY): EntitySelector(
            EntitySelectorConfig(filter=Filter(domain=[Platform.SENSOR], device_class=["energy", "power"]))
        ),
    }
    return probatio.Schema(
        {
            probatio.Required(CONF_NAME): TextSelector(),
            **({} if simulated else lamps),
            probatio.Required(CONF_HOURS, default=OFFICE_HOURS): _WINDOWS,
            probatio.Required(CONF_HOLIDAYS, default=CLOSED): SelectSelector(
                SelectSelectorConfig(options=[CLOSED, AS_USUAL], translation_key=CONF_HOLIDAYS)
            ),
            probatio.Optional(CONF_OCCUPANT): TextSelector(),
            probatio.Optional(CONF_CLEANING, default=[]): _WINDOWS,
        }
    )


def _suggested(hass: HomeAssistant, zone: ConfigSubentry) -> dict[str, Any]:
    """Return what the fields show for a zone that is there; entities go by today's names."""
    source = zone.data[CONF_SOURCE]
    rest = (CONF_HOURS, CONF_HOLIDAYS, CONF_OCCUPANT, CONF_CLEANING)
    shown = {CONF_NAME: zone.title} | {key: zone.data[key] for key in rest if key in zone.data}
    if source[CONF_TYPE] == SIMULATED:
        return shown
    shown[CONF_LIGHTS] = [name for light in source[CONF_LIGHTS] if (name := named(hass, light)) is not None]
    shown[CONF_RATED_W] = source[CONF_RATED_W]
    meter = source.get(CONF_ENERGY) or source.get(CONF_POWER)
    if meter is not None and (name := named(hass, meter)) is not None:
        shown[CONF_ENERGY] = name
    return shown


def _source(hass: HomeAssistant, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lamps and their meter by their places in the registry, which a new name leaves be."""
    source: dict[str, Any] = {
        CONF_TYPE: TYPE,
        CONF_LIGHTS: [registered(hass, named(hass, light) or light) for light in typed[CONF_LIGHTS]],
        CONF_RATED_W: typed[CONF_RATED_W],
    }
    if meter := typed.get(CONF_ENERGY):
        what = CONF_POWER if _unit(hass, meter) in POWER_UNITS else CONF_ENERGY
        source[what] = registered(hass, named(hass, meter) or meter)
    return source


def _ours(hass: HomeAssistant) -> list[str]:
    """Return the lights that are zones themselves."""
    return [
        entity.entity_id
        for entity in er.async_get(hass).entities.values()
        if entity.platform == DOMAIN and entity.domain == LIGHT_DOMAIN
    ]


def _light_problems(hass: HomeAssistant, lights: Sequence[str], zone: ConfigSubentry | None) -> Iterator[Problem]:
    if not lights:
        yield Problem(CONF_LIGHTS, "lights_missing")
    ours, taken = _ours(hass), dict(_taken(hass, zone))
    for light in lights:
        name = named(hass, light)
        if name is None or (hass.states.get(name) is None and er.async_get(hass).async_get(name) is None):
            yield Problem(CONF_LIGHTS, "light_unknown", {"light": light})
        elif name in ours:
            yield Problem(CONF_LIGHTS, "light_ours", {"light": name})
        elif name in taken:
            yield Problem(CONF_LIGHTS, "light_taken", {"light": name, "zone": taken[name]})


def _taken(hass: HomeAssistant, zone: ConfigSubentry | None) -> Iterator[tuple[str, str]]:
    """Return the lights of all other zones, and which zone each belongs to."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        for other in entry.subentries.values():
            if other.subentry_type == ThingKind.LIGHT_ZONE and other is not zone:
                for light in other.data[CONF_SOURCE].get(CONF_LIGHTS, ()):
                    yield named(hass, light) or light, other.title


def _sensor_problem(hass: HomeAssistant, sensor: str) -> Iterator[Problem]:
    name = named(hass, sensor)
    entry = None if name is None else er.async_get(hass).async_get(name)
    if name is None or (entry is None and hass.states.get(name) is None):
        yield Problem(CONF_ENERGY, "sensor_unknown", {"sensor": sensor})
    elif entry is not None and entry.platform == DOMAIN:
        yield Problem(CONF_ENERGY, "sensor_ours", {"sensor": name})
    elif _unit(hass, name) not in {*ENERGY_UNITS, *POWER_UNITS}:
        yield Problem(CONF_ENERGY, "sensor_unit", {"sensor": name, "unit": _unit(hass, name) or "-"})


def _unit(hass: HomeAssistant, sensor: str) -> str | None:
    """Return the unit of a sensor, also of one that is away just now."""
    name = named(hass, sensor) or sensor
    state, entry = hass.states.get(name), er.async_get(hass).async_get(name)
    shown: str | None = None if state is None else state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    return shown or (None if entry is None else entry.unit_of_measurement)


def _window_problem(windows: Sequence[Mapping[str, Any]]) -> str | None:
    """Return what is wrong with some windows. From midnight to midnight is a day; any other empty one is a slip."""
    if any(not window["days"] for window in windows):
        return "days_missing"
    read = [Window.of(window) for window in windows]
    if any(window.start == window.end and window.start.hour + window.start.minute for window in read):
        return "window_empty"
    return "windows_overlap" if overlap(read) else None


def _first(problems: Iterator[Problem]) -> Iterator[Problem]:
    yield from [problem] if (problem := next(problems, None)) is not None else []
