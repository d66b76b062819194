"""Whatever a home's history holds, looking at it ends well: with finite figures, or with nothing."""

import math
from datetime import timedelta

import numpy as np
from hypothesis import given, settings, strategies as st

from custom_components.sceop.core.anomaly.look import anomalies
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.surroundings import Weather
from tests.household.core.anomaly.homes import AMSTERDAM, BEGAN, home, plant

CHANNELS = ("grid_import", "grid_export", "production", "battery_charge", "battery_discharge", "load.boiler")
SCARS = st.lists(
    st.tuples(
        st.integers(0, 75 * 48),
        st.integers(1, 20 * 48),
        st.sampled_from([np.nan, 0.0, 33.0, -400.0, 1e7, np.inf, 2500.0]),
    ),
    max_size=5,
)


@st.composite
def histories(draw):
    """Return a home's channels, each with gaps, standstills and nonsense in it, beginning and ending as it likes."""
    found = {}
    for name in draw(st.lists(st.sampled_from(CHANNELS), min_size=1, unique=True)):
        series = plant(75)[0] if name == "production" else home(75, seed=len(name))
        wh = series.wh.copy()
        for begin, count, value in draw(SCARS):
            wh[begin : begin + count] = value
        first = draw(st.sampled_from([0, 1, 20 * 48 + 7, 70 * 48, 74 * 48]))
        last = draw(st.sampled_from([75 * 48, 75 * 48 - 3, 74 * 48 + 5, first]))
        found[name] = Series(series.start + first * series.step, wh[first : max(last, first)], series.step)
    return found


@st.composite
def skies(draw):
    """Return weather that begins early or late, and is known in part or not at all."""
    hours = draw(st.sampled_from([1, 24 * 10, 24 * 80]))
    chance = np.random.default_rng(draw(st.integers(0, 9)))
    cloud = np.where(chance.random(hours) < draw(st.sampled_from([0.0, 0.1, 1.0])), np.nan, chance.random(hours))
    measured = chance.random(hours) * 900 if draw(st.booleans()) else None
    unknown = np.full(hours, np.nan)
    return Weather(BEGAN + timedelta(hours=draw(st.integers(-48, 200))), unknown, cloud, unknown, measured)


@settings(max_examples=60)
@given(histories(), st.none() | skies(), st.sampled_from([None, 1, 5000]))
def test_a_history_of_whatever_kind_is_looked_at_to_the_end(channels, weather, rated_w):
    for each in anomalies(channels, AMSTERDAM, weather, rated_w=rated_w):
        assert each.since < each.until
        assert 0 <= each.sureness < 1
        assert math.isfinite(each.power_w)
        assert each.channel in {*channels, "consumption"}
        assert each.until <= max(series.end for series in channels.values())
