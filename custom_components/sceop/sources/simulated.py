"""A simulated home, for trying everything before a meter is connected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant

from ..core.simulate.community import SEVILLE, home
from ..core.simulate.meters import SimulatedMeters
from ..core.simulate.sites import Place
from ..core.slots import slot_of
from . import Reading

PAST = timedelta(days=60)
"""How long the home has existed when it is set up: enough for a forecast to learn its habits."""


class HomeKind(StrEnum):
    """What the simulated home has on its roof and in its cellar."""

    SOLAR_BATTERY = "solar_battery"
    SOLAR = "solar"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class SimulatedHome:
    """What makes one simulated home the same after every restart."""

    kind: HomeKind
    latitude: float
    longitude: float
    time_zone: str
    since: datetime

    def to_json(self) -> dict[str, Any]:
        """Return the form in which the config entry keeps it."""
        return {
            "kind": self.kind.value,
            "latitude": self.latitude,
            "longitude": self.longitude,
            "time_zone": self.time_zone,
            "since": self.since.isoformat(),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Read it back."""
        return cls(
            kind=HomeKind(kept["kind"]),
            latitude=kept["latitude"],
            longitude=kept["longitude"],
            time_zone=kept["time_zone"],
            since=datetime.fromisoformat(kept["since"]),
        )


class SimulatedSource:
    """The home's meters. Each new week costs tens of milliseconds, so a thread does the sums."""

    def __init__(self, hass: HomeAssistant, site_id: str, wanted: SimulatedHome) -> None:
        """Draw the home that belongs to this site's id, in a thread: it reads the time zone's file.

        It lives under the same clouds as the simulated street.
        """
        self._hass = hass
        self._first = slot_of(wanted.since)
        place = Place(wanted.latitude, wanted.longitude, ZoneInfo(wanted.time_zone), SEVILLE.weather_seed)
        self._meters = SimulatedMeters(
            home(
                site_id,
                UUID(site_id).int >> 96,
                place,
                solar=wanted.kind is not HomeKind.PLAIN,
                battery=wanted.kind is HomeKind.SOLAR_BATTERY,
            ),
            wanted.since,
        )
        self.channels = self._meters.channels

    @classmethod
    async def create(cls, hass: HomeAssistant, site_id: str, wanted: SimulatedHome) -> Self:
        """Return the source without holding up the event loop."""
        return await hass.async_add_executor_job(cls, hass, site_id, wanted)

    async def read(self, at: datetime) -> Reading:
        """Read the meters."""
        return await self._hass.async_add_executor_job(self._read, at)

    async def recall(self, instants: Sequence[datetime]) -> Sequence[Reading]:
        """Read the meters as they stood; before the home existed there is nothing to remember."""
        known = [instant for instant in instants if instant >= self._first]
        return await self._hass.async_add_executor_job(lambda: [self._read(instant) for instant in known])

    def _read(self, at: datetime) -> Reading:
        return Reading(at, self._meters.watts(at), self._meters.counters_mwh(at))
