"""The arithmetic, done again from the audit alone: with nothing but sums and products that a person can follow."""

import json
from dataclasses import asdict
from datetime import timedelta
from statistics import fmean

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from sceop_hub.domain.baseline.event import savings
from sceop_hub.domain.baseline.group import WIDER
from sceop_hub.domain.baseline.values import EventSavings

from .street import EVENT_DAY, HERE, homes_of, window_of

SPAN = window_of()
FOUND = savings(homes_of(), range(20), range(20, 50), SPAN, SPAN.start - timedelta(hours=1), HERE)
AUDITED = pytest.mark.parametrize("home", FOUND.homes)


def twentieths(errors):
    """Return the places (n + 1) x 5% and (n + 1) x 95% of ordered errors, between two in proportion."""
    ordered = sorted(errors)

    def place(share):
        at = (len(ordered) + 1) * share - 1
        below = int(at)
        return ordered[below] + (at - below) * (ordered[below + 1] - ordered[below])

    return place(0.05), place(0.95)


@AUDITED
def test_the_baseline_of_a_home_can_be_reckoned_from_its_audit(home):
    one, audit = FOUND.homes[home], FOUND.homes[home].audit
    days = [sum(day.weight * day.wh[slot] for day in audit.days) for slot in range(8)]
    added = audit.same_day.weight * audit.same_day.capped_wh
    of_all = (sum(days) + added) / sum(days) * audit.level * audit.comparison.factor
    assert round(sum(wh * of_all for wh in days)) == pytest.approx(one.baseline_wh, abs=1)
    assert [wh * of_all for wh in days] == pytest.approx(audit.slots_wh, abs=0.001)
    assert one.actual_wh == sum(audit.actual_wh)


@AUDITED
def test_the_same_day_can_be_reckoned_from_the_audit(home):
    audit = FOUND.homes[home].audit
    same_day = audit.same_day
    assert sum(day.alike * day.before_wh for day in audit.days) == pytest.approx(same_day.usual_wh, abs=0.001)
    as_long = (SPAN.end - SPAN.start) / (same_day.end - same_day.start)
    assert (same_day.came_wh - same_day.usual_wh) * as_long == pytest.approx(same_day.wh, abs=0.001)
    assert same_day.capped_wh == max(-same_day.cap_wh, min(same_day.cap_wh, same_day.wh))


@AUDITED
def test_the_interval_can_be_reckoned_from_the_audit(home):
    one = FOUND.homes[home]
    low, high = twentieths(one.audit.errors_wh)
    assert (one.low_wh, one.high_wh) == (one.mid_wh - round(high), one.mid_wh - round(low))
    assert fmean(error**2 for error in one.audit.errors_wh) ** 0.5 == pytest.approx(one.spread_wh, abs=0.001)


def test_the_comparison_can_be_reckoned_from_the_audit():
    comparison = FOUND.group.audit.comparison
    assert comparison.trust == pytest.approx(comparison.homes / (comparison.homes + 50), abs=1e-6)
    assert comparison.factor == pytest.approx(1 + comparison.trust * (comparison.ratio - 1), abs=1e-6)
    assert all(one.audit.comparison == comparison for one in FOUND.homes.values())


def test_the_group_can_be_reckoned_from_its_audit():
    group = FOUND.group
    assert round(sum(group.audit.slots_wh)) == pytest.approx(group.baseline_wh, abs=1)
    assert sum(group.audit.actual_wh) == group.actual_wh
    low, high = twentieths(group.audit.errors)
    assert group.low_wh == pytest.approx(group.mid_wh - WIDER * high * group.baseline_wh, abs=2)
    assert group.high_wh == pytest.approx(group.mid_wh - WIDER * low * group.baseline_wh, abs=2)
    assert len(group.audit.days) == len(group.audit.errors)
    assert max(group.audit.days) < EVENT_DAY


def test_only_days_before_are_used_and_the_last_comes_first():
    for one in FOUND.homes.values():
        days = [day.day for day in one.audit.days]
        assert days == sorted(days, reverse=True)
        assert days[0] < EVENT_DAY
        assert all(day.weight >= 0 and day.alike >= 0 for day in one.audit.days)


def test_all_of_it_goes_through_json_and_back():
    told = msgspec.json.encode(FOUND)
    assert msgspec.json.decode(told, type=EventSavings) == FOUND
    assert "NaN" not in json.dumps(asdict(FOUND), default=str)


@settings(max_examples=20, deadline=None)
@given(st.sets(st.integers(0, 49), min_size=1, max_size=25))
def test_whoever_joins_the_audit_holds(joined):
    found = savings(homes_of(), joined, range(50), SPAN, SPAN.start - timedelta(hours=1), HERE)
    for one in found.homes.values():
        assert round(sum(one.audit.slots_wh)) == one.baseline_wh
        assert one.mid_wh == one.baseline_wh - one.actual_wh
