"""What a simulated site is made of: the things and the terms that a dialog would have asked for."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigSubentryData

from .core.channels import GRID_EXPORT
from .core.simulate.community import OFFICE_ZONES
from .flexible.kinds import LoadKind
from .flexible.terms import (
    CONF_AMOUNT,
    CONF_ENERGY,
    CONF_ENTITY,
    CONF_HOURS as CONF_RUN_HOURS,
    CONF_MAX,
    CONF_READY_BY,
    CONF_SWITCH_OFF,
    CONF_WHEN,
    SIMULATED as LOAD_SIMULATED,
    Amount,
    When,
)
from .sources.simulated import SIMULATED, SiteKind
from .terms import CONF_CARBON, CONF_EXPORT, CONF_GRAMS, CONF_KIND, CONF_PRICE, CONF_TARIFF, FIXED, FLAT
from .things import CONF_FLOWS, CONF_SOURCE, CONF_TYPE, FLOWS_OF, ThingKind
from .zones import AS_USUAL, CONF_CLEANING, CONF_HOLIDAYS, CONF_HOURS, CONF_OCCUPANT

SIMULATED_TERMS: Mapping[str, Any] = {
    CONF_TARIFF: {CONF_KIND: FLAT, CONF_PRICE: "0.25"},
    CONF_EXPORT: {CONF_KIND: FLAT, CONF_PRICE: "0.08"},
    CONF_CARBON: {CONF_KIND: FIXED, CONF_GRAMS: "180"},
}
"""What a simulated site pays and earns, for each kWh, until somebody changes it."""

_THINGS_OF: Mapping[SiteKind, tuple[ThingKind, ...]] = {
    SiteKind.SOLAR_BATTERY: (ThingKind.GRID_METER, ThingKind.PRODUCTION, ThingKind.BATTERY),
    SiteKind.SOLAR: (ThingKind.GRID_METER, ThingKind.PRODUCTION),
    SiteKind.PLAIN: (ThingKind.GRID_METER,),
    SiteKind.OFFICE: (ThingKind.GRID_METER,),
    SiteKind.PUMP_LEFT_ON: (ThingKind.GRID_METER, ThingKind.PRODUCTION, ThingKind.BATTERY),
}
_EXPORTS = (SiteKind.SOLAR_BATTERY, SiteKind.SOLAR, SiteKind.PUMP_LEFT_ON)
_WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def things(kind: SiteKind, names: Mapping[str, str]) -> list[ConfigSubentryData]:
    """Return the subentries of a simulated site; `names` has what kinds of things and rooms are called."""
    measured = [_measured(thing, names[thing], exports=kind in _EXPORTS) for thing in _THINGS_OF[kind]]
    zones = [_zone(zone.name, names[zone.name]) for zone in OFFICE_ZONES] if kind is SiteKind.OFFICE else []
    return measured + zones


def loads(kind: SiteKind, names: Mapping[str, str]) -> list[ConfigSubentryData]:
    """Return what a simulated home with a battery can run at another time; simulated switches run it."""
    if kind not in {SiteKind.SOLAR_BATTERY, SiteKind.PUMP_LEFT_ON}:
        return []
    common = {CONF_ENTITY: LOAD_SIMULATED, CONF_READY_BY: "07:00:00"}
    dishwasher = {CONF_ENERGY: 1.1, CONF_RUN_HOURS: 1.5, CONF_WHEN: When.BY_HAND, CONF_SWITCH_OFF: True}
    car = {CONF_ENERGY: 7.0, CONF_MAX: 3.7, CONF_AMOUNT: Amount.FIXED}
    return [
        _thing(LoadKind.RUN_ONCE, names["dishwasher"], common | dishwasher),
        _thing(LoadKind.ENERGY_NEED, names["car"], common | car),
    ]


def _measured(thing: ThingKind, title: str, *, exports: bool) -> ConfigSubentryData:
    flows = [flow for flow in FLOWS_OF[thing] if exports or flow != GRID_EXPORT]
    return _thing(thing, title, {CONF_SOURCE: {CONF_TYPE: SIMULATED}, CONF_FLOWS: flows})


def _zone(zone: str, title: str) -> ConfigSubentryData:
    """Return a room of the office, let for the hours in which most offices work; the cleaners come after them."""
    return _thing(
        ThingKind.LIGHT_ZONE,
        title,
        {
            CONF_SOURCE: {CONF_TYPE: SIMULATED, "zone": zone},
            CONF_FLOWS: list(FLOWS_OF[ThingKind.LIGHT_ZONE]),
            CONF_HOURS: [_window("07:00:00", "18:30:00")],
            CONF_HOLIDAYS: AS_USUAL,
            CONF_OCCUPANT: "",
            CONF_CLEANING: [_window("19:00:00", "21:00:00")],
        },
    )


def _window(start: str, end: str) -> dict[str, Any]:
    return {"days": list(_WORKDAYS), "from": start, "to": end}


def _thing(kind: ThingKind | LoadKind, title: str, data: Mapping[str, Any]) -> ConfigSubentryData:
    return ConfigSubentryData(subentry_type=kind, title=title, unique_id=None, data=data)
