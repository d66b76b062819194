"""Things: what a site is made of, each one a config subentry and a device of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from homeassistant.config_entries import ConfigEntry, ConfigSubentry

from .core.channels import BATTERY_CHARGE, BATTERY_DISCHARGE, GRID_EXPORT, GRID_IMPORT, LIGHT, LOAD, PRODUCTION

CONF_SOURCE = "source"
CONF_TYPE = "type"
CONF_FLOWS = "flows"


class ThingKind(StrEnum):
    """The types of subentries."""

    GRID_METER = "grid_meter"
    PRODUCTION = "production"
    BATTERY = "battery"
    SUBMETER = "submeter"
    LIGHT_ZONE = "light_zone"


FLOWS_OF: Mapping[ThingKind, tuple[str, ...]] = {
    ThingKind.GRID_METER: (GRID_IMPORT, GRID_EXPORT),
    ThingKind.PRODUCTION: (PRODUCTION,),
    ThingKind.BATTERY: (BATTERY_CHARGE, BATTERY_DISCHARGE),
    ThingKind.SUBMETER: (LOAD,),
    ThingKind.LIGHT_ZONE: (LIGHT,),
}
"""What a thing of each kind may measure; a meter without export leaves that flow out."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of a site, as its subentry describes it."""

    id: str
    kind: ThingKind
    title: str
    flows: tuple[str, ...]
    source: Mapping[str, Any]
    """What the source of its readings was told, and under `type` which source that is."""

    @classmethod
    def of(cls, subentry: ConfigSubentry) -> Self:
        """Read a subentry."""
        return cls(
            subentry.subentry_id,
            ThingKind(subentry.subentry_type),
            subentry.title,
            tuple(subentry.data[CONF_FLOWS]),
            subentry.data[CONF_SOURCE],
        )

    def channel(self, flow: str) -> str:
        """Return the site's channel that a flow of this thing belongs to; a load or a zone has one of its own."""
        return f"{flow}.{self.id.lower()}" if flow in {LOAD, LIGHT} else flow


def things_of(entry: ConfigEntry) -> list[Thing]:
    """Return the things of a site; its flexible loads, which measure nothing, are none."""
    kinds = set(ThingKind)
    return [Thing.of(subentry) for subentry in entry.subentries.values() if subentry.subentry_type in kinds]


def single_loads(entry: ConfigEntry | None) -> Mapping[str, str]:
    """Return the names of a site's single loads and light zones by its channels; a site to come has none."""
    things = () if entry is None else things_of(entry)
    return {thing.channel(flow): thing.title for thing in things for flow in thing.flows if flow in {LOAD, LIGHT}}
