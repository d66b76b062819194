"""The sun stands where pvlib sees it."""

import numpy as np
import pandas as pd
import pytest
from pvlib import clearsky, irradiance, solarposition

from custom_components.sceop.core import sun

PLACES = [(52.09, 5.12), (-33.9, 151.2), (0.1, -78.5), (68.4, 17.4), (-54.8, -68.3), (21.3, -157.9)]


def instants(year, step="97min"):
    return pd.date_range(f"{year}-01-01", f"{year}-12-31", freq=step, tz="UTC")


def minutes(times):
    return np.asarray((times - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(minutes=1), dtype=np.float64)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("year", [2010, 2026, 2045])
def test_position(place, year):
    times = instants(year)
    truth = solarposition.spa_python(times, *place)
    elevation, azimuth = (np.degrees(angle) for angle in sun.position(minutes(times), *place))
    assert np.abs(elevation - truth["elevation"].to_numpy()).max() < 0.05
    turned = (azimuth - truth["azimuth"].to_numpy() + 180) % 360 - 180
    on_the_sky = turned * np.cos(np.radians(elevation))
    assert np.abs(on_the_sky).max() < 0.05
    low = np.abs(elevation) < 60
    assert np.abs(turned[low]).max() < 0.1


@pytest.mark.parametrize("place", PLACES[:3])
def test_a_clear_sky_is_within_reason(place):
    times = instants(2026, "15min")
    elevation, _ = sun.position(minutes(times), *place)
    beam, diffuse = sun.clear_sky(elevation)
    level = beam * np.sin(elevation) + diffuse
    truth = clearsky.haurwitz(90 - pd.Series(np.degrees(elevation), index=times))["ghi"].to_numpy()
    assert level.sum() == pytest.approx(truth.sum(), rel=0.12)
    assert level.max() < 1150
    assert np.all(level[elevation <= 0] == 0)


@pytest.mark.parametrize(("tilt", "facing"), [(0, 180), (35, 180), (35, 90), (90, 270)])
def test_a_panel_receives_what_its_angle_says(tilt, facing):
    times = instants(2026, "53min")
    elevation, azimuth = sun.position(minutes(times), 52.09, 5.12)
    beam, diffuse = sun.clear_sky(elevation)
    received = sun.on_panel(elevation, azimuth, tilt=np.radians(tilt), facing=np.radians(facing))
    direct = irradiance.beam_component(tilt, facing, 90 - np.degrees(elevation), np.degrees(azimuth), beam)
    assert received == pytest.approx(direct + irradiance.isotropic(tilt, diffuse), abs=0.5)
