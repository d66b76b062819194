"""The simulated weather service: it knows what is to come, but not as well as whoever looks back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.core.forecast.sky import through_clouds
from custom_components.sceop.core.simulate.calendar import local_week, week_of
from custom_components.sceop.core.simulate.community import SEVILLE
from custom_components.sceop.core.simulate.foretold import HOUR, eves, foretold
from custom_components.sceop.core.simulate.sites import Place
from custom_components.sceop.core.simulate.weather import weather

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
SYDNEY = Place(-33.9, 151.2, ZoneInfo("Australia/Sydney"), weather_seed=3)
YEARS = timedelta(days=730)
instants = st.timedeltas(timedelta(0), YEARS).map(lambda since: NOON - since)


def came(place, start):
    week = week_of(start)
    found = weather(place, local_week(week, place))
    minute = (start - week) // timedelta(minutes=1)
    return found.clearness[minute : minute + 60].mean(), found.celsius[minute : minute + 60].mean()


def errors(place, lead):
    """Return how wrong it is about hours so far ahead, over many days; about light by clouds, and the temperature."""
    found = []
    for day in range(120):
        made = NOON + timedelta(days=day) - lead
        (said,) = [hour for hour in foretold(place, made) if hour.start == NOON + timedelta(days=day)]
        light, celsius = came(place, said.start)
        found.append((through_clouds(np.array(said.cloud)) - max(light, 0.25), said.celsius - celsius))
    return np.abs(np.array(found)).mean(0)


@given(instants, st.sampled_from([SEVILLE, SYDNEY]))
def test_it_tells_hours_that_follow_each_other_from_the_running_one_on(made, place):
    hours = foretold(place, made)
    assert hours[0].start <= made < hours[0].start + HOUR
    assert [hour.start for hour in hours] == [hours[0].start + number * HOUR for number in range(72)]
    assert all(0 <= hour.cloud <= 1 and -40 < hour.celsius < 55 for hour in hours)
    assert foretold(place, made) == hours, "the same whenever it is asked for"


def test_it_tells_tomorrows_weather_from_that_of_any_day_but_is_no_hindsight():
    light, celsius = errors(SEVILLE, timedelta(hours=24))
    usual = np.array([came(SEVILLE, NOON + timedelta(days=day)) for day in range(120)])
    assert 0.05 < light < np.abs(usual[:, 0] - np.median(usual[:, 0])).mean()
    assert 0.5 < celsius < np.abs(usual[:, 1] - np.median(usual[:, 1])).mean()


@pytest.mark.parametrize("which", [0, 1])
def test_it_knows_the_next_hour_better_than_the_day_after_tomorrow(which):
    assert errors(SEVILLE, timedelta(hours=1))[which] < errors(SEVILLE, timedelta(hours=60))[which]


def test_each_midnight_has_its_eve_also_around_a_change_of_the_clocks():
    since, until = datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 3, 30, 12, tzinfo=UTC)
    told = [eve.astimezone(SEVILLE.zone).strftime("%d %H:%M") for eve in eves(SEVILLE, since, until)]
    assert told == ["26 23:45", "27 23:45", "28 23:45", "29 23:45"]
