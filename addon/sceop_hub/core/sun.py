"""The sun: where it stands, and what reaches a panel under a clear sky.

Position after the Astronomical Almanac's low-precision formulas (Michalsky 1988), good to .02 degrees until 2050; the
beam after Meinel (1976) with the air mass of Kasten and Young (1989).
"""

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]

_J2000_MINUTES = 15_778_800.0
"""Noon of 1 January 2000, the almanac's origin, in minutes since 1970."""

SOLAR_CONSTANT = 1353.0
"""W/m2 above the air, as Meinel's beam formula was fitted with."""


def position(minutes: Floats, latitude: float, longitude: float) -> tuple[Floats, Floats]:
    """Return elevation and azimuth (clockwise from north) in radians, for minutes since 1970 in UTC."""
    days = (minutes - _J2000_MINUTES) / 1440
    mean_longitude = np.radians((280.460 + 0.9856474 * days) % 360)
    anomaly = np.radians((357.528 + 0.9856003 * days) % 360)
    ecliptic = mean_longitude + np.radians(1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    obliquity = np.radians(23.439 - 0.0000004 * days)
    right_ascension = np.arctan2(np.cos(obliquity) * np.sin(ecliptic), np.cos(ecliptic))
    declination = np.arcsin(np.sin(obliquity) * np.sin(ecliptic))
    sidereal_hours = 6.697375 + 0.0657098242 * days + (minutes % 1440) / 60
    hour_angle = np.radians((sidereal_hours * 15 + longitude) % 360) - right_ascension
    north = np.radians(latitude)
    elevation = np.arcsin(
        np.sin(north) * np.sin(declination) + np.cos(north) * np.cos(declination) * np.cos(hour_angle)
    )
    azimuth = np.arctan2(
        -np.cos(declination) * np.sin(hour_angle),
        np.sin(declination) * np.cos(north) - np.cos(declination) * np.sin(north) * np.cos(hour_angle),
    )
    return elevation, azimuth % (2 * np.pi)


def clear_sky(elevation: Floats) -> tuple[Floats, Floats]:
    """Return the beam on a surface that faces the sun and the diffuse light on a level one, in W/m2."""
    up = elevation > 0
    degrees = np.degrees(np.where(up, elevation, 1))
    air_mass = 1 / (np.sin(np.radians(degrees)) + 0.50572 * (degrees + 6.07995) ** -1.6364)
    beam = np.where(up, SOLAR_CONSTANT * 0.7 ** (air_mass**0.678), 0)
    return beam, 0.1 * beam * up + 20 * np.sin(np.where(up, elevation, 0))


def on_panel(elevation: Floats, azimuth: Floats, *, tilt: float, facing: float) -> Floats:
    """Return what a panel receives under a clear sky in W/m2; tilt from level and facing from north in radians."""
    beam, diffuse = clear_sky(elevation)
    incidence = np.sin(elevation) * np.cos(tilt) + np.cos(elevation) * np.sin(tilt) * np.cos(azimuth - facing)
    light: Floats = beam * np.maximum(incidence, 0) + diffuse * (1 + np.cos(tilt)) / 2
    return light
