"""What a day comes to is learned from whole days, for the middle of a sum is not the sum of the middles."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from custom_components.sceop.core.forecast.home import consumption
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.surroundings import Place
from custom_components.sceop.core.forecast.total import total
from custom_components.sceop.core.slots import SLOT, local_day, local_midnight

START = datetime(2026, 6, 1, tzinfo=UTC)
UTC_PLACE = Place(ZoneInfo("UTC"))
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)


def kettles(count, seed=1):
    """Days of a small steady load, and of eight quarter hours at any time in which a kilowatt-hour is used."""
    chance = np.random.default_rng(seed)
    wh = np.full((count, 96), 10.0)
    for day in wh:
        day[chance.choice(96, 8, replace=False)] += 1000
    return Series(START, wh.ravel())


def test_what_is_unlikely_at_each_time_and_certain_in_a_day_is_told():
    past = kettles(28)
    told = total(past, UTC_PLACE, past.end, past.end + DAY)
    assert told.mid == pytest.approx(8960, rel=0.01)
    assert consumption(past, UTC_PLACE, None, 96).mid.sum() < 5000


def test_four_of_five_days_lie_between_the_edges():
    chance = np.random.default_rng(3)
    days = np.repeat(chance.normal(100, 15, 140), 96)
    inside = []
    for count in range(40, 140):
        past = Series(START, days[: count * 96])
        told = total(past, UTC_PLACE, past.end, past.end + DAY)
        inside.append(told.low <= days[count * 96 : (count + 1) * 96].sum() <= told.high)
    assert 0.7 < np.mean(inside) < 0.9


def test_the_rest_of_a_day_is_that_of_the_same_hours():
    wh = np.tile(np.repeat([10.0, 50.0], 48), 21)
    past = Series(START, wh[: 20 * 96 + 48])
    told = total(past, UTC_PLACE, past.end, past.end + DAY / 2)
    assert told.mid == pytest.approx(48 * 50)


def test_a_level_that_rises_is_followed():
    past = Series(START, np.repeat(np.concatenate([np.ones(14), np.linspace(1, 2, 14)]), 96))
    assert total(past, UTC_PLACE, past.end, past.end + DAY).mid > 96 * 1.7


def test_of_a_few_days_or_of_gaps_no_total_follows():
    short = kettles(6)
    assert total(short, UTC_PLACE, short.end, short.end + DAY) is None
    holes = kettles(28)
    holes.wh[::3] = np.nan
    assert total(holes, UTC_PLACE, holes.end, holes.end + DAY) is None


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from([date(2026, 3, 27), date(2026, 3, 28), date(2026, 10, 23), date(2026, 10, 24), date(2026, 6, 10)]),
    st.integers(1, 91),
)
def test_a_steady_load_comes_to_as_much_as_its_quarter_hours_on_days_of_any_length(day, slot):
    place = Place(AMSTERDAM)
    end = local_midnight(day, AMSTERDAM) + slot * SLOT
    past = Series(end - 30 * DAY, np.full(30 * 96, 25.0))
    tomorrow = local_day(day + DAY, AMSTERDAM)
    for first, last in ((end, tomorrow.start), (tomorrow.start, tomorrow.end)):
        told = total(past, place, first, last)
        assert told.mid == pytest.approx((last - first) // SLOT * 25)
        assert told.low <= told.mid <= told.high
