"""Intervals of any length become slots, and no Wh is lost or made."""

import pytest
from hypothesis import given, strategies as st

from sceop_hub.domain.intervals import NJ_IN_A_WH, Interval, OverlapError, to_slots

WH = NJ_IN_A_WH


def run(start, seconds, amounts):
    return [Interval(start + index * seconds, seconds, nj) for index, nj in enumerate(amounts)]


quarters = st.integers(0, 10**6).map(lambda number: number * 900)
whole_wh = st.lists(st.integers(0, 300_000).map(lambda wh: wh * WH), min_size=1, max_size=60)
any_energy = st.lists(st.integers(0, 300_000 * WH), min_size=1, max_size=60)


@given(start=quarters, amounts=whole_wh)
def test_quarter_hours_come_back_as_they_are(start, amounts):
    slots = list(to_slots(run(start, 900, amounts)))
    assert [slot.wh * WH for slot in slots] == amounts
    assert all(slot.exact for slot in slots)


@given(start=quarters, amounts=whole_wh, quarter_hours=st.integers(2, 4))
def test_longer_intervals_keep_their_sum_and_are_split_by_largest_remainder(start, amounts, quarter_hours):
    slots = list(to_slots(run(start, 900 * quarter_hours, amounts)))
    for index, nj in enumerate(amounts):
        parts = [slot.wh for slot in slots[index * quarter_hours : (index + 1) * quarter_hours]]
        assert sum(parts) * WH == nj
        assert max(parts) - min(parts) <= 1
    assert not any(slot.exact for slot in slots)


@given(start=quarters, seconds=st.sampled_from([60, 180, 300, 450]), wh=st.lists(st.integers(0, 10**5), max_size=40))
def test_shorter_intervals_are_summed_exactly(start, seconds, wh):
    parts = 900 // seconds
    minutes = [amount * WH // parts for amount in wh for _ in range(parts)]
    slots = list(to_slots(run(start, seconds, minutes)))
    assert all(slot.exact for slot in slots)
    assert len(slots) == len(wh)
    counted = 0
    for number, slot in enumerate(slots):
        before, counted = counted, counted + sum(minutes[number * parts : (number + 1) * parts])
        assert slot.wh == counted // WH - before // WH


@given(start=st.integers(0, 10**9), seconds=st.integers(1, 4000), amounts=any_energy)
def test_the_sum_of_all_slots_is_that_of_what_they_cover(start, seconds, amounts):
    intervals = run(start, seconds, amounts)
    slots = list(to_slots(intervals))
    assert all(slot.wh >= 0 for slot in slots)
    assert sum(slot.wh for slot in slots) <= sum(amounts) // WH + 1
    if start % 900 == 0 and (len(amounts) * seconds) % 900 == 0:
        assert sum(slot.wh for slot in slots) == sum(amounts) // WH
    assert [slot.number for slot in slots] == list(range(-(-start // 900), (start + seconds * len(amounts)) // 900))


@given(amounts=st.lists(st.one_of(st.none(), st.integers(0, 10**5)), min_size=1, max_size=60))
def test_a_missing_part_leaves_a_gap_and_no_zero(amounts):
    intervals = [Interval(index * 300, 300, wh * WH) for index, wh in enumerate(amounts) if wh is not None]
    found = {slot.number: slot.wh for slot in to_slots(intervals)}
    complete = {
        index // 3: sum(amounts[index : index + 3])
        for index in range(0, len(amounts) - 2, 3)
        if None not in amounts[index : index + 3]
    }
    assert found == complete


def test_what_the_meter_estimated_stays_an_estimate():
    slots = list(to_slots([Interval(0, 300, WH), Interval(300, 300, WH, estimated=True), Interval(600, 300, WH)]))
    assert slots == [(0, 3, False)]


def test_two_intervals_of_the_same_time_are_a_mistake():
    with pytest.raises(OverlapError):
        list(to_slots([Interval(0, 900, WH), Interval(600, 900, WH)]))
