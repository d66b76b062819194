"""Traces: a site's channels by the minute, a week at a time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .. import sun
from ..channels import BATTERY_CHARGE, BATTERY_DISCHARGE, GRID_EXPORT, GRID_IMPORT, PRODUCTION
from . import battery, homes, offices
from .calendar import WEEK, LocalWeek, local_week, minute_of, week_of
from .faults import always, repeated
from .sites import Home, Office, Place, Site, Solar
from .weather import Weather, weather

type Watts = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Trace:
    """One week of one site: whole watts by minute for every channel it has."""

    week: datetime
    watts: dict[str, Watts]


@lru_cache(maxsize=128)
def trace(site: Site, week: datetime) -> Trace:
    """Simulate a site for one week."""
    sky = _sky(site.place, week)
    match site:
        case Home(frozen=datetime() as since) if since < week + WEEK:
            return Trace(week, _frozen(replace(site, frozen=None), since, week))
        case Home():
            return Trace(week, _home(site, sky))
        case Office():
            return Trace(week, _office(site, sky))


@dataclass(frozen=True, slots=True)
class _Sky:
    """What all sites of a place share in a week."""

    local: LocalWeek
    weather: Weather
    elevation: NDArray[np.float64]
    azimuth: NDArray[np.float64]


@lru_cache(maxsize=4)
def _sky(place: Place, week: datetime) -> _Sky:
    local = local_week(week, place)
    return _Sky(local, weather(place, local), *sun.position(local.since_1970, place.latitude, place.longitude))


def _home(home: Home, sky: _Sky) -> dict[str, Watts]:
    daylight = np.clip(np.degrees(sky.elevation) / 12, 0, 1) * (0.5 + 0.5 * sky.weather.clearness)
    used = homes.load(home, sky.local, sky.weather, daylight).astype(np.int32) + always(home.left_on, sky.local)
    if home.solar is None:
        return {GRID_IMPORT: used}
    made = _production(home.solar, sky)
    flows = {PRODUCTION: made}
    net = used - made
    if home.battery is not None:
        charge, discharge = (np.array(power, np.int32) for power in battery.run(home.battery, (-net).tolist()))
        flows |= {BATTERY_CHARGE: charge, BATTERY_DISCHARGE: discharge}
        net = net + charge - discharge
    return {GRID_IMPORT: np.maximum(net, 0), GRID_EXPORT: np.maximum(-net, 0)} | flows


def _frozen(home: Home, since: datetime, week: datetime) -> dict[str, Watts]:
    last = {channel: int(watts[minute_of(since)]) for channel, watts in trace(home, week_of(since)).watts.items()}
    return repeated(trace(home, week).watts, last, max((since - week) // timedelta(minutes=1), 0))


def _production(solar: Solar, sky: _Sky) -> Watts:
    light = sun.on_panel(sky.elevation, sky.azimuth, tilt=np.radians(solar.tilt), facing=np.radians(solar.facing))
    hot = np.maximum(sky.weather.celsius - 15, 0)
    made = solar.peak_w * light / 1000 * sky.weather.clearness * 0.87 * (1 - 0.004 * hot)
    return np.minimum(made, solar.peak_w).astype(np.int32)


def _office(office: Office, sky: _Sky) -> dict[str, Watts]:
    lit = {f"light.{name}": watts.astype(np.int32) for name, watts in offices.lights(office, sky.local).items()}
    rest = offices.load_without_lights(office, sky.local, sky.weather).astype(np.int32)
    total = rest + np.sum(list(lit.values()), axis=0)
    return {GRID_IMPORT: total, **lit}
