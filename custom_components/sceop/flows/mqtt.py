"""The form of a meter that publishes over MQTT: for each figure a topic, a path in its messages and a unit."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, override

import probatio
from homeassistant.components import mqtt
from homeassistant.components.mqtt.models import ReceiveMessage
from homeassistant.const import PERCENTAGE
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from ..core.channels import GRID_EXPORT
from ..sources.payloads import Payload, PayloadError, steps
from ..sources.topics import (
    CONF_FIGURES,
    CONF_PATH,
    CONF_TOPIC,
    CONF_UNIT,
    Figure,
    charge_in,
    energy_in,
    watts_in,
)
from ..sources.wiring import (
    CONF_ENERGY,
    CONF_INVERTED,
    CONF_POWER,
    CONF_SIGNED_POWER,
    CONF_STATE_OF_CHARGE,
    SIGNED,
)
from ..things import CONF_TYPE, FLOWS_OF, ThingKind
from . import Checked, Problem, SourceForm

PATIENCE = timedelta(seconds=10)
"""Most meters publish more often; of slower ones the broker should keep the last message."""

_ENERGY_UNITS, _POWER_UNITS = ("kWh", "Wh", "MWh"), ("W", "kW")


class MqttForm(SourceForm):
    """A section for each figure; of every flow its energy or its power is enough."""

    type = "mqtt"
    kinds = frozenset({ThingKind.GRID_METER, ThingKind.PRODUCTION, ThingKind.BATTERY, ThingKind.SUBMETER})

    def __init__(self, patience: timedelta = PATIENCE) -> None:
        self._patience = patience

    @override
    def schema(self, hass: HomeAssistant, kind: ThingKind) -> probatio.Schema:
        """Return the sections; the first is open, because it is what most people need."""
        names = list(_names(kind))
        return probatio.Schema(
            {probatio.Required(name): section(_fields(name), {"collapsed": name != names[0]}) for name in names}
        )

    @override
    def suggested(self, source: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the sections of a meter that is there already."""
        sections = {name: dict(kept) for name, kept in source[CONF_FIGURES].items()}
        if CONF_SIGNED_POWER in sections:
            sections[CONF_SIGNED_POWER][CONF_INVERTED] = source[CONF_INVERTED]
        return sections

    @override
    async def check(self, hass: HomeAssistant, kind: ThingKind, typed: Mapping[str, Any]) -> Checked | Problem:
        """Listen to every topic at once until a message holds the figure."""
        figures = _read(kind, typed)
        if isinstance(figures, Problem):
            return figures
        if not await mqtt.async_wait_for_mqtt_client(hass):
            return Problem("base", "mqtt_not_set_up")
        if not mqtt.is_connected(hass):
            return Problem("base", "mqtt_not_connected")
        tried = await asyncio.gather(*(self._try(hass, name, figure) for name, figure in figures.items()))
        for problem in tried:
            if problem is not None:
                return problem
        source: dict[str, Any] = {
            CONF_TYPE: self.type,
            CONF_FIGURES: {name: asdict(figure) for name, figure in figures.items()},
        }
        if CONF_SIGNED_POWER in figures:
            source[CONF_INVERTED] = typed[CONF_SIGNED_POWER].get(CONF_INVERTED, False)
        flows = tuple(flow for flow in FLOWS_OF[kind] if _told(figures, flow))
        return Checked(source, flows, f"mqtt {next(iter(figures.values())).place}")

    async def _try(self, hass: HomeAssistant, name: str, figure: Figure) -> Problem | None:
        """Wait for a message that holds the figure; a topic may also carry others."""
        problem = Problem(name, "mqtt_silent", {"topic": figure.topic})
        found = asyncio.Event()
        figure_in = _reader(name)

        @callback
        def hear(message: ReceiveMessage) -> None:
            nonlocal problem
            try:
                figure_in(message.payload, figure)
            except PayloadError as error:
                problem = Problem(name, f"mqtt_{error.key}", {"topic": figure.topic, **error.gaps})
            else:
                found.set()

        unsubscribe = await mqtt.async_subscribe(hass, figure.topic, hear)
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                await found.wait()
        except TimeoutError:
            return problem
        finally:
            unsubscribe()
        return None


def _names(kind: ThingKind) -> Iterator[str]:
    """Go through the sections of a kind."""
    for what in (CONF_ENERGY, CONF_POWER):
        for flow in FLOWS_OF[kind]:
            yield f"{flow}_{what}"
    if all(flow in SIGNED for flow in FLOWS_OF[kind]):
        yield CONF_SIGNED_POWER
    if kind is ThingKind.BATTERY:
        yield CONF_STATE_OF_CHARGE


def _fields(name: str) -> probatio.Schema:
    fields: dict[probatio.Marker, Any] = {
        probatio.Optional(CONF_TOPIC): TextSelector(),
        probatio.Optional(CONF_PATH): TextSelector(),
    }
    if name != CONF_STATE_OF_CHARGE:
        units = _ENERGY_UNITS if name.endswith(CONF_ENERGY) else _POWER_UNITS
        chosen = SelectSelectorConfig(options=list(units), mode=SelectSelectorMode.DROPDOWN)
        fields[probatio.Required(CONF_UNIT, default=units[0])] = SelectSelector(chosen)
    if name == CONF_SIGNED_POWER:
        fields[probatio.Required(CONF_INVERTED, default=False)] = BooleanSelector()
    return probatio.Schema(fields)


def _read(kind: ThingKind, typed: Mapping[str, Any]) -> dict[str, Figure] | Problem:
    """Return the figures that were described, or what is wrong with their description."""
    figures: dict[str, Figure] = {}
    for name in _names(kind):
        fields = typed.get(name, {})
        topic, path = fields.get(CONF_TOPIC, "").strip(), fields.get(CONF_PATH, "").strip()
        if not topic:
            if path:
                return Problem(name, "mqtt_topic_missing")
            continue
        try:
            mqtt.valid_publish_topic(topic)
        except probatio.Invalid:
            return Problem(name, "mqtt_topic_invalid", {"topic": topic})
        if steps(path) is None:
            return Problem(name, "mqtt_path_malformed", {"path": path})
        figure = Figure(topic, path, fields.get(CONF_UNIT, PERCENTAGE))
        if any(figure.place == other.place for other in figures.values()):
            return Problem(name, "mqtt_twice")
        figures[name] = figure
    for flow in FLOWS_OF[kind]:
        if flow != GRID_EXPORT and not _told(figures, flow):
            return Problem(f"{flow}_{CONF_ENERGY}", "mqtt_flow_missing")
    return figures


def _told(figures: Mapping[str, Figure], flow: str) -> bool:
    """Tell whether some figure tells of this flow."""
    own = any(f"{flow}_{what}" in figures for what in (CONF_ENERGY, CONF_POWER))
    return own or (CONF_SIGNED_POWER in figures and flow in SIGNED)


def _reader(name: str) -> Callable[[Payload, Figure], float]:
    if name == CONF_STATE_OF_CHARGE:
        return charge_in
    return energy_in if name.endswith(CONF_ENERGY) else watts_in
