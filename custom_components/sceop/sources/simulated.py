"""A simulated home, for trying everything before a meter is connected."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant

from ..core.channels import GRID_EXPORT
from ..core.simulate.community import SEVILLE, home
from ..core.simulate.meters import SimulatedMeters
from ..core.simulate.sites import Place
from ..core.slots import Span, slot_of
from ..terms import CONF_CARBON, CONF_EXPORT, CONF_GRAMS, CONF_KIND, CONF_PRICE, CONF_TARIFF, FIXED, FLAT
from ..things import CONF_FLOWS, CONF_SOURCE, CONF_TYPE, FLOWS_OF, ThingKind
from . import Reading, Slots

SIMULATED = "simulated"
CONF_SIMULATED = "simulated"
"""Where a site's entry keeps what makes its simulation the same after every restart."""

PAST = timedelta(days=60)
"""How long the home has existed when it is set up: enough for a forecast to learn its habits."""


SIMULATED_TERMS: Mapping[str, Any] = {
    CONF_TARIFF: {CONF_KIND: FLAT, CONF_PRICE: "0.25"},
    CONF_EXPORT: {CONF_KIND: FLAT, CONF_PRICE: "0.08"},
    CONF_CARBON: {CONF_KIND: FIXED, CONF_GRAMS: "180"},
}
"""What a simulated home pays and earns, for each kWh, until somebody changes it."""


class HomeKind(StrEnum):
    """What the simulated home has on its roof and in its cellar."""

    SOLAR_BATTERY = "solar_battery"
    SOLAR = "solar"
    PLAIN = "plain"


_THINGS_OF: Mapping[HomeKind, tuple[ThingKind, ...]] = {
    HomeKind.SOLAR_BATTERY: (ThingKind.GRID_METER, ThingKind.PRODUCTION, ThingKind.BATTERY),
    HomeKind.SOLAR: (ThingKind.GRID_METER, ThingKind.PRODUCTION),
    HomeKind.PLAIN: (ThingKind.GRID_METER,),
}


def things(kind: HomeKind, titles: Mapping[ThingKind, str]) -> list[ConfigSubentryData]:
    """Return the subentries of a simulated home."""
    produces = kind is not HomeKind.PLAIN
    return [
        ConfigSubentryData(
            subentry_type=thing,
            title=titles[thing],
            unique_id=None,
            data={
                CONF_SOURCE: {CONF_TYPE: SIMULATED},
                CONF_FLOWS: [flow for flow in FLOWS_OF[thing] if produces or flow != GRID_EXPORT],
            },
        )
        for thing in _THINGS_OF[kind]
    ]


async def meters(hass: HomeAssistant, data: Mapping[str, Any], site_id: str) -> SimulatedMeters:
    """Draw the home that belongs to a site's id, in a thread: it reads the time zone's file.

    It lives under the same clouds as the simulated street.
    """
    kind, since = HomeKind(data[CONF_SIMULATED]["kind"]), datetime.fromisoformat(data[CONF_SIMULATED]["since"])

    def draw() -> SimulatedMeters:
        place = Place(data["latitude"], data["longitude"], ZoneInfo(data["time_zone"]), SEVILLE.weather_seed)
        drawn = home(
            site_id,
            UUID(site_id).int >> 96,
            place,
            solar=kind is not HomeKind.PLAIN,
            battery=kind is HomeKind.SOLAR_BATTERY,
        )
        return SimulatedMeters(drawn, since)

    return await hass.async_add_executor_job(draw)


class SimulatedSource:
    """One thing of the home. Each new week costs tens of milliseconds, so a thread does the sums."""

    def __init__(self, hass: HomeAssistant, meters: SimulatedMeters, flows: tuple[str, ...]) -> None:
        self._hass = hass
        self._meters = meters
        self._first = slot_of(meters.since)
        self.flows = flows

    async def open(self) -> None:
        """Begin nothing: a simulation is always there."""

    async def close(self) -> None:
        """End nothing."""

    async def read(self, at: datetime) -> Reading:
        """Read the meters."""
        return await self._hass.async_add_executor_job(self._read, at)

    async def recall(self, instants: Sequence[datetime]) -> Sequence[Reading]:
        """Read the meters as they stood; before the home existed there is nothing to remember."""
        known = [instant for instant in instants if instant >= self._first]
        return await self._hass.async_add_executor_job(lambda: [self._read(instant) for instant in known])

    async def past(self, span: Span) -> Slots:
        """Return what the home did since it exists."""
        if span.end <= self._first:
            return {}
        known = Span(max(span.start, self._first), span.end)
        return await self._hass.async_add_executor_job(
            lambda: {
                flow: [replace(slot, quality="imported") for slot in self._meters.slots(flow, known)]
                for flow in self.flows
            }
        )

    def _read(self, at: datetime) -> Reading:
        watts, counters_mwh = self._meters.watts(at), self._meters.counters_mwh(at)
        return Reading(
            at, {flow: watts[flow] for flow in self.flows}, {flow: counters_mwh[flow] for flow in self.flows}
        )
