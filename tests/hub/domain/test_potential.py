import pytest
from hypothesis import given, strategies as st

from sceop_hub.domain.potential import ASSUMES, Day, Moved, Shares, potential

SHARES = Shares(0.1, 0.2, 0.3)
EVENING = [100] * 64 + [400] * 16 + [100] * 16
NONE_MADE = [0] * 96
NOON = [0] * 40 + [300] * 16 + [0] * 40


def of(used=EVENING, made=NONE_MADE, shares=SHARES, **known):
    return potential([Day(used, made, **known)], shares)


def test_without_prices_the_evening_is_lowered_into_the_night():
    found = of()
    assert found.mid.peak_w == pytest.approx(0.2 * 400 * 4, rel=0.01)
    assert found.mid.wh == pytest.approx(16 * 0.2 * 400, rel=0.01)
    assert (found.mid.money, found.mid.co2_g) == (None, None)


def test_a_larger_share_never_does_less():
    found = of()
    assert found.low.peak_w < found.mid.peak_w < found.high.peak_w
    assert found.low.wh < found.mid.wh < found.high.wh


def test_the_sun_at_noon_is_a_valley_to_fill():
    found = of(made=NOON)
    assert found.mid.own_sun_wh == pytest.approx(found.mid.wh, rel=0.01)


def test_dear_hours_move_to_cheap_ones_and_the_difference_is_saved():
    buy = [0.1] * 64 + [0.4] * 16 + [0.1] * 16
    found = of(buy=buy)
    assert found.mid.money == pytest.approx(16 * 0.2 * 400 / 1000 * 0.3)


def test_one_price_for_all_hours_saves_no_money():
    assert of(buy=[0.3] * 96).high == Moved(money=0.0)


def test_own_sun_saves_what_the_grid_costs_more_than_it_pays():
    found = of(made=NOON, buy=[0.3] * 96, sell=[0.08] * 96)
    assert found.mid.money == pytest.approx(found.mid.own_sun_wh / 1000 * 0.22)
    assert found.mid.own_sun_wh > 0


def test_carbon_follows_what_was_moved():
    dirty = [200.0] * 64 + [500.0] * 16 + [200.0] * 16
    assert of(co2_g=dirty).mid.co2_g == pytest.approx(16 * 0.2 * 400 / 1000 * 300, rel=0.01)


def test_a_day_with_a_gap_is_left_out_and_counted():
    gap = [*EVENING[:-1], None]
    found = potential([Day(EVENING, NONE_MADE), Day(gap, NONE_MADE), Day(EVENING, gap)], SHARES)
    assert (found.days, found.of_days) == (1, 3)
    assert found.mid == of().mid


def test_nothing_known_is_no_day():
    assert potential([], SHARES).days == 0
    assert potential([Day([], [])], SHARES).days == 0


def test_it_says_what_it_assumes():
    assert of().assumes == ASSUMES


@pytest.mark.parametrize("slots", [92, 96, 100])
def test_days_of_a_clock_change_are_days(slots):
    used = [100] * (slots - 20) + [400] * 20
    assert potential([Day(used, [0] * slots)], SHARES).mid.peak_w == pytest.approx(320, rel=0.01)


@pytest.mark.parametrize("shares", [(0.3, 0.2, 0.1), (-0.1, 0.2, 0.3), (0.1, 0.2, 1.1)])
def test_shares_that_are_none_are_refused(shares):
    with pytest.raises(ValueError, match="shares go up"):
        Shares(*shares)


SLOTS = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900), st.floats(-0.2, 1)), min_size=1, max_size=24)


@given(SLOTS, st.floats(0, 1), st.booleans())
def test_shifting_never_raises_peak_or_cost_and_moves_no_more_than_may_move(slots, share, priced):
    used, made, buy = (list(column) for column in zip(*slots, strict=True))
    prices = {"buy": buy, "sell": [min(price, 0.05) for price in buy]} if priced else {}
    found = potential([Day(used, made, **prices)], Shares(share, share, share)).mid
    assert found.peak_w >= -1e-3
    assert found.wh <= share * sum(used) + 1e-3
    assert found.money is None or found.money >= -1e-6
    if not priced:
        assert found.own_sun_wh >= -1e-3
