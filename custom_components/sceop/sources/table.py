"""The table of sources: which class reads a thing whose subentry names this type."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..core.simulate.meters import SimulatedMeters
from ..things import CONF_TYPE, Thing
from ..zones import Zone
from . import Source, zone
from .entity import EntitySource
from .mqtt import MqttSource
from .p1 import P1Source
from .simulated import SIMULATED, SimulatedSource
from .sunspec import SunSpecSource


async def create(
    hass: HomeAssistant,
    entry: ConfigEntry,
    thing: Thing,
    simulation: SimulatedMeters | None,
    lit: Mapping[str, Zone],
) -> Source:
    """Return the source of a thing; it does nothing before it is opened."""
    if thing.id in lit:
        return zone.create(hass, entry, thing, lit[thing.id])
    match thing.source[CONF_TYPE]:
        case "entity":
            return EntitySource.create(hass, entry, thing)
        case "p1":
            return await P1Source.create(hass, entry, thing)
        case "sunspec":
            return await SunSpecSource.create(hass, entry, thing)
        case "mqtt":
            return MqttSource.create(hass, entry, thing)
        case kind if kind == SIMULATED and simulation is not None:
            return SimulatedSource(hass, simulation, thing.flows)
        case unknown:
            raise ValueError(f"{thing.title} has a source of an unknown type: {unknown}")
