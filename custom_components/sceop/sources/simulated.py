"""A simulated home or office, for trying everything before a meter is connected."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant

from ..core.channels import BATTERY_CHARGE
from ..core.simulate.community import SEVILLE, home, office, with_pump_left_on
from ..core.simulate.meters import SimulatedMeters
from ..core.simulate.sites import Place, Site
from ..core.slots import Span, slot_of
from . import STATE_OF_CHARGE, Reading, Slots

SIMULATED = "simulated"
CONF_SIMULATED = "simulated"
"""Where a site's entry keeps what makes its simulation the same after every restart."""

PAST = timedelta(days=60)
"""How long the site has existed when it is set up: enough for a forecast to learn its habits."""

LEFT_ON = timedelta(hours=30)
"""How long a pump has run by then: whatever the hour is, a whole day shows that it does not stop."""


class SiteKind(StrEnum):
    """What the simulated site is, and what it has on its roof and in its cellar."""

    SOLAR_BATTERY = "solar_battery"
    SOLAR = "solar"
    PLAIN = "plain"
    OFFICE = "office"
    PUMP_LEFT_ON = "pump_left_on"
    """A home with solar and a battery."""


def draw(data: Mapping[str, Any], site_id: str, zone: ZoneInfo) -> Site:
    """Return the home or the office that belongs to a site's id, under the clouds of the simulated street."""
    kind, seed = SiteKind(data[CONF_SIMULATED]["kind"]), UUID(site_id).int >> 96
    place = Place(data["latitude"], data["longitude"], zone, SEVILLE.weather_seed)
    if kind is SiteKind.OFFICE:
        return office(site_id, seed, place)
    solar, battery = kind is not SiteKind.PLAIN, kind in {SiteKind.SOLAR_BATTERY, SiteKind.PUMP_LEFT_ON}
    drawn = home(site_id, seed, place, solar=solar, battery=battery)
    if kind is SiteKind.PUMP_LEFT_ON:
        return with_pump_left_on(drawn, datetime.fromisoformat(data[CONF_SIMULATED]["since"]) + PAST - LEFT_ON)
    return drawn


async def meters(hass: HomeAssistant, data: Mapping[str, Any], site_id: str) -> SimulatedMeters:
    """Return the meters of a simulated site, drawn in a thread: it reads the time zone's file."""

    def make() -> SimulatedMeters:
        since = datetime.fromisoformat(data[CONF_SIMULATED]["since"])
        return SimulatedMeters(draw(data, site_id, ZoneInfo(data["time_zone"])), since)

    return await hass.async_add_executor_job(make)


class SimulatedSource:
    """One thing of the site. Each new week costs tens of milliseconds, so a thread does the sums."""

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
        charge = self._meters.charge_percent(at) if BATTERY_CHARGE in self.flows else None
        return Reading(
            at,
            {flow: watts[flow] for flow in self.flows},
            {flow: counters_mwh[flow] for flow in self.flows},
            {} if charge is None else {STATE_OF_CHARGE: float(charge)},
        )
