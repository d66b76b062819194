from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sceop_hub.core.forecast.band import Model
from sceop_hub.core.forecast.series import Series
from sceop_hub.core.forecast.sky import clear
from sceop_hub.core.forecast.surroundings import Place
from sceop_hub.domain.forecast.load import consumption
from sceop_hub.domain.forecast.net import net

LISBON = Place(ZoneInfo("Europe/Lisbon"), latitude=38.7, longitude=-9.1)
START = datetime(2026, 4, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


def used(days, seed=1):
    return np.random.default_rng(seed).lognormal(7, 0.1, days * 24)


def made(days):
    return 4 * clear(LISBON, START, days * 24, HOUR)


def test_at_noon_a_community_of_plants_gives_more_than_it_takes_and_at_night_it_takes():
    band = net(Series(START, used(30), HOUR), Series(START, made(30), HOUR), LISBON, None, 48)
    assert band.mid[12] < 0 < band.mid[1]
    assert (band.low <= band.mid).all()
    assert (band.mid <= band.high).all()


def test_without_plants_the_net_is_the_consumption():
    past = Series(START, used(30), HOUR)
    assert net(past, None, LISBON, None, 48).mid == pytest.approx(consumption(past, LISBON, None, 48).mid)


def test_plants_of_which_nothing_is_known_leave_the_net_unknown():
    band = net(Series(START, used(30), HOUR), Series(START, np.full(30 * 24, np.nan), HOUR), LISBON, None, 48)
    assert band.model is Model.NOTHING
    assert np.isnan(band.mid).all()


def test_plants_that_came_later_are_read_at_their_own_time():
    load, sun = Series(START, used(30), HOUR), made(30)
    later = Series(START + 240 * HOUR, sun[240:], HOUR)
    missing = np.concatenate([np.full(240, np.nan), sun[240:]])
    assert net(load, later, LISBON, None, 48).mid == pytest.approx(
        net(load, Series(START, missing, HOUR), LISBON, None, 48).mid
    )


def test_what_is_known_of_plants_after_now_is_not_used():
    load = Series(START, used(30), HOUR)
    known, more = Series(START, made(30), HOUR), Series(START, made(32), HOUR)
    assert net(load, more, LISBON, None, 48).mid == pytest.approx(net(load, known, LISBON, None, 48).mid)


def test_steps_of_another_length_are_refused():
    with pytest.raises(ValueError, match="not comparable"):
        net(Series(START, used(3), HOUR), Series(START, np.ones(96)), LISBON, None, 48)


@settings(max_examples=15, deadline=None)
@given(days=st.integers(0, 20), plant=st.integers(0, 20), gap=st.integers(0, 400), zeros=st.booleans())
def test_whatever_is_known_the_net_is_whole_and_in_order_or_nothing(days, plant, gap, zeros):
    load = used(days) * (not zeros)
    load[gap : gap + 50] = np.nan
    band = net(Series(START, load, HOUR), Series(START, made(plant), HOUR), LISBON, None, 48)
    if np.isfinite(load).any() and np.isfinite(made(plant)[: len(load)]).any():
        assert (band.low <= band.mid + 1e-9).all()
        assert (band.mid <= band.high + 1e-9).all()
    else:
        assert band.model is Model.NOTHING
        assert np.isnan(band.mid).all()
