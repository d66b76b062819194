"""What things and rooms are called in the language of this Home Assistant."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .core.simulate.community import OFFICE_ZONES
from .flexible.kinds import LoadKind
from .things import ThingKind

SIMULATED_LOADS = ("dishwasher", "car")


async def names_of_things(hass: HomeAssistant) -> dict[str, str]:
    """Return a first name for a thing of each kind, and for each room of the simulated office."""
    things = await async_get_translations(hass, hass.config.language, "config_subentries", integrations=[DOMAIN])
    rooms = await async_get_translations(hass, hass.config.language, "selector", integrations=[DOMAIN])
    kinds = {kind: f"component.{DOMAIN}.config_subentries.{kind}.entry_type" for kind in ThingKind}
    zones = {zone.name: f"component.{DOMAIN}.selector.simulated_zone.options.{zone.name}" for zone in OFFICE_ZONES}
    return {name: things.get(key, name) for name, key in kinds.items()} | {
        name: rooms.get(key, name) for name, key in zones.items()
    }


async def names_of_loads(hass: HomeAssistant) -> dict[str, str]:
    """Return a first name for a flexible load of each kind, and for each of the simulated home."""
    words = await async_get_translations(hass, hass.config.language, "config_subentries", integrations=[DOMAIN])
    loads = await async_get_translations(hass, hass.config.language, "selector", integrations=[DOMAIN])
    simulated = {
        name: loads.get(f"component.{DOMAIN}.selector.simulated_load.options.{name}", name) for name in SIMULATED_LOADS
    }
    kinds = {kind: f"component.{DOMAIN}.config_subentries.{kind}.entry_type" for kind in LoadKind}
    return simulated | {kind: words.get(key, kind) for kind, key in kinds.items()}
