"""Lists of prices, laid out over slots whatever their steps are."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st

from custom_components.sceop.core.curve import Step, even, spread
from custom_components.sceop.core.slots import SLOT, local_day

START = datetime(2026, 6, 10, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PRICES = st.lists(st.decimals(-1, 1, places=5), min_size=1, max_size=30)


@given(prices=PRICES, minutes=st.sampled_from([15, 30, 60]), ends=st.booleans(), late=st.integers(0, 1))
def test_every_slot_has_the_price_of_its_step(prices, minutes, ends, late):
    step = timedelta(minutes=minutes)
    starts = [START + number * step for number in range(len(prices))]
    ends = ends or len(prices) == 1  # a single step has nothing after it to end at
    curve = spread(
        Step(start + timedelta(seconds=late), start + step if ends else None, price)
        for start, price in zip(starts, prices, strict=True)
    )
    assert curve == {START + number * SLOT: prices[number // (minutes // 15)] for number in range(len(curve))}
    assert len(curve) == len(prices) * minutes // 15


def test_shorter_steps_make_a_mean_and_a_part_of_a_slot_no_price():
    five = timedelta(minutes=5)
    steps = [Step(START + number * five, START + (number + 1) * five, Decimal(number)) for number in range(5)]
    assert spread(steps) == {START: Decimal(1)}


def test_the_same_step_twice_is_one():
    steps = [Step(START, START + SLOT, Decimal(number)) for number in (1, 2)]
    assert spread(steps) == {START: Decimal(2)}


def test_a_hole_stays_a_hole():
    steps = [Step(START, None, Decimal(1)), Step(START + timedelta(hours=5), None, Decimal(2))]
    assert len(spread(steps)) == 8


def test_nothing_makes_no_curve():
    assert spread([]) == {}
    assert even(date(2026, 6, 10), AMSTERDAM, []) == {}


def test_prices_without_times_fill_the_day_as_people_live_it():
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 6, 10), 24), (date(2026, 10, 25), 25)):
        curve = even(day, AMSTERDAM, [Decimal(hour) for hour in range(hours)])
        assert list(curve) == list(local_day(day, AMSTERDAM))
        assert list(curve.values()) == [Decimal(number // 4) for number in range(4 * hours)]


def test_a_list_that_does_not_fit_the_day_is_no_curve():
    assert even(date(2026, 3, 29), AMSTERDAM, [Decimal(hour) for hour in range(24)]) == {}
