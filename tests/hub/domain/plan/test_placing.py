"""Placing one request: all of its energy, within its window, where the curve is lowest."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sceop_hub.core.plan.wants import Need
from sceop_hub.domain.plan.placing import fill, full_power, lay_need, lay_run, most_wh, whole, window

START = datetime(2026, 3, 28, 18, tzinfo=UTC)
SLOTS = 60
curves = st.integers(0, 2**32).map(lambda seed: np.random.default_rng(seed).integers(-200_000, 200_000, SLOTS).tolist())


def need_of(wh, least, most, earliest, ready_by):
    return Need("a", wh, least, most, interruptible=True, earliest=earliest, ready_by=ready_by)


@st.composite
def needs(draw):
    least = draw(st.integers(0, 4000))
    most = draw(st.integers(max(least, 4), 8000))
    return Need("a", draw(st.integers(1, 30_000)), least, most, draw(st.booleans()), START, START + timedelta(hours=15))


@given(need=needs(), curve=curves, first=st.integers(0, 70), length=st.integers(-5, 60), haste=st.floats(0, 100))
def test_a_need_gets_its_energy_to_the_wh_and_never_more_than_it_can_take(need, curve, first, length, haste):
    start, wh = lay_need(need, need.wh, first, min(first + length, SLOTS), curve, haste)

    assert sum(wh) == need.wh
    assert max(wh) <= most_wh(need)
    assert min(wh) >= 0
    assert wh[0] > 0
    assert wh[-1] > 0
    assert start >= first


@given(need=needs(), curve=curves, first=st.integers(0, 50), length=st.integers(0, 60))
def test_a_need_stays_in_its_window_wherever_that_is_long_enough(need, curve, first, length):
    end = min(first + length, SLOTS)
    start, wh = lay_need(need, need.wh, first, end, curve)

    shortest = len(full_power(need, need.wh))
    assert start + len(wh) <= max(end, first + shortest)
    if end - first < shortest:
        assert start == first


@given(need=needs(), curve=curves)
def test_what_may_not_be_interrupted_lies_in_one_piece(need, curve):
    _, wh = lay_need(need, need.wh, 0, SLOTS, curve)

    if not need.interruptible:
        assert all(wh)


@given(curve=curves, wh=st.integers(1, 20_000))
def test_on_and_off_takes_the_lowest_slots(curve, wh):
    need = need_of(wh, 2000, 2000, START, START + timedelta(hours=15))
    start, laid = lay_need(need, wh, 0, SLOTS, curve)

    taken = {start + at for at, part in enumerate(laid) if part}
    left = [height for at, height in enumerate(curve) if at not in taken]
    assert not left or max(curve[at] for at in taken) <= min(left)


@pytest.mark.parametrize("least", [0, 350])
def test_a_small_need_among_equal_slots_is_spread_as_thinly_as_it_can_be(least):
    need = need_of(1400, 4 * least, 7400, START, START + timedelta(hours=15))
    _, laid = lay_need(need, 1400, 0, SLOTS, [1250] * SLOTS)
    assert max(laid) == max(least, -(-1400 // SLOTS))


@given(data=st.data(), least=st.integers(100, 400), count=st.integers(2, 4))
def test_power_between_two_bounds_adds_no_more_to_what_is_high_than_any_other_way(data, least, count):
    curve = data.draw(st.lists(st.integers(0, 2000), min_size=count, max_size=count))
    wh = data.draw(st.integers(least, count * least))
    need = need_of(wh, 4 * least, 8 * least, START, START + timedelta(hours=15))
    start, laid = lay_need(need, wh, 0, count, curve)
    mine = sum((height + part) ** 2 for height, part in zip(curve[start:], laid, strict=False))
    mine += sum(height**2 for height in (*curve[:start], *curve[start + len(laid) :]))
    levels = range(0, 2 * least + 1, max(least // 8, 1))
    others = (
        ways for ways in product(*[[0, *(level for level in levels if level >= least)]] * count) if sum(ways) == wh
    )
    best = min((sum((h + x) ** 2 for h, x in zip(curve, ways, strict=True)) for ways in others), default=None)
    assert best is None or mine <= best * 1.03 + least**2


@given(least=st.integers(100, 400), curve=curves, wh=st.integers(2000, 20_000))
def test_power_between_two_bounds_keeps_to_both(least, curve, wh):
    need = need_of(wh, 4 * least, 8000, START, START + timedelta(hours=15))
    _, laid = lay_need(need, wh, 0, SLOTS, curve)

    assert all(part == 0 or least <= part <= 2000 for part in laid)


def test_power_that_may_be_anything_fills_a_valley_to_one_level():
    need = need_of(600, 0, 4000, START, START + timedelta(hours=2))

    assert lay_need(need, 600, 0, 4, [500, 100, 200, 900]) == (1, (350, 250))


@given(curve=curves, first=st.integers(0, 40), end=st.integers(0, SLOTS))
def test_a_run_starts_where_it_lies_lowest(curve, first, end):
    wh = (900, 100, 400)
    start, laid = lay_run(wh, first, end, curve)

    def weight(at):
        return sum(part * height for part, height in zip(wh, curve[at:], strict=False))

    assert laid == wh
    if end - first < len(wh):
        assert start == first
    else:
        assert weight(start) == min(weight(at) for at in range(first, end - len(wh) + 1))


def test_of_equal_starts_the_earliest_is_taken():
    assert lay_run((100, 100), 3, 40, [700] * SLOTS)[0] == 3


def test_a_window_begins_with_the_first_whole_slot_and_ends_with_the_last():
    need = need_of(100, 100, 100, START + timedelta(minutes=1), START + timedelta(minutes=59))
    first, end = window(need)

    assert end - first == 2


@given(heights=st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=40), share=st.floats(0, 1), most=st.floats(1, 5000))
def test_filling_to_a_level_fills_just_so_much_and_the_lowest_most(heights, share, most):
    amount = share * most * len(heights)
    parts = fill(heights, amount, most)

    assert sum(parts) == pytest.approx(amount, rel=1e-6, abs=1e-3)
    for (low, more), (_, less) in pairwise(sorted(zip(heights, parts, strict=True))):
        assert more >= less - 1e-6, low


@given(parts=st.lists(st.floats(0, 900), min_size=1, max_size=40), extra=st.integers(0, 30))
def test_rounding_to_whole_wh_keeps_the_total_and_the_most(parts, extra):
    total = min(sum(int(part) for part in parts) + extra, 900 * len(parts))
    rounded = whole(parts, total, 900)

    assert sum(rounded) == total
    assert max(rounded) <= 900


def test_what_does_not_fit_is_refused_and_not_rounded_away():
    with pytest.raises(ValueError, match="do not fit"):
        whole([1.0, 1.0], 20, 5)
