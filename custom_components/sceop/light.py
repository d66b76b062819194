"""Lights: a zone as one light, which says who lit it and in whose time."""

from typing import Any, override

from homeassistant.components.light import LightEntity
from homeassistant.components.light.const import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_TRANSITION,
    ColorMode,
    LightEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SceopConfigEntry
from .zone_entity import ZoneEntity, told
from .zones import Zone

PARALLEL_UPDATES = 0

_PASSED_ON = frozenset({ATTR_BRIGHTNESS, ATTR_COLOR_TEMP_KELVIN, ATTR_TRANSITION})


async def async_setup_entry(
    _hass: HomeAssistant, entry: SceopConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the light of every zone."""
    for zone in entry.runtime_data.zones.values():
        async_add_entities([ZoneLight(entry, zone)], config_subentry_id=zone.id)


class ZoneLight(ZoneEntity, LightEntity):
    """All lamps of a zone together; what is asked of it is passed on to each of them."""

    _attr_name = None
    _unrecorded_attributes = frozenset({"entity_id"})

    def __init__(self, entry: SceopConfigEntry, zone: Zone) -> None:
        super().__init__(entry, zone, "zone")

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether any lamp is lit."""
        return self.zone.lit

    @property
    @override
    def brightness(self) -> int | None:
        """Return the mean of the lit lamps."""
        return self.zone.lamps.look().brightness

    @property
    @override
    def color_temp_kelvin(self) -> int | None:
        """Return the mean of the lit lamps."""
        return self.zone.lamps.look().color_temp_kelvin

    @property
    @override
    def color_mode(self) -> ColorMode:
        """Return the one mode that a zone offers."""
        return self.zone.lamps.look().color_mode

    @property
    @override
    def supported_color_modes(self) -> set[ColorMode]:
        """Return what the lamps can do between them."""
        return {self.zone.lamps.look().color_mode}

    @property
    @override
    def max_color_temp_kelvin(self) -> int:
        """Return the coldest white of any lamp."""
        return self.zone.lamps.look().coldest_kelvin

    @property
    @override
    def min_color_temp_kelvin(self) -> int:
        """Return the warmest white of any lamp."""
        return self.zone.lamps.look().warmest_kelvin

    @property
    @override
    def supported_features(self) -> LightEntityFeature:
        """Return whether a lamp fades."""
        return self.zone.lamps.look().features

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Name the lamps, those that are missing, and why the zone is lit."""
        attributes: dict[str, Any] = {
            "entity_id": list(self.zone.lamps.entity_ids),
            "missing": list(self.zone.lamps.missing),
            "occupant": self.zone.tenancy.occupant,
            "hours": self.zone.share.value,
            "energy": "measured" if self.zone.measured else "estimated",
        }
        if self.zone.lit and (session := self.zone.running) is not None:
            attributes |= {"lit_since": session.start.isoformat(), **told(session.cause)}
        return attributes

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Light every lamp."""
        await self.zone.turn_on({key: kwargs[key] for key in _PASSED_ON & kwargs.keys()}, self._context)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Put every lamp out."""
        await self.zone.turn_off({key: kwargs[key] for key in {ATTR_TRANSITION} & kwargs.keys()}, self._context)
