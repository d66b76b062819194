"""What kinds of things are called in the language of this Home Assistant."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .things import ThingKind


async def thing_names(hass: HomeAssistant) -> dict[ThingKind, str]:
    """Return a first name for a thing of each kind."""
    words = await async_get_translations(hass, hass.config.language, "config_subentries", integrations=[DOMAIN])
    return {
        kind: words.get(f"component.{DOMAIN}.config_subentries.{kind}.entry_type", kind.value) for kind in ThingKind
    }
