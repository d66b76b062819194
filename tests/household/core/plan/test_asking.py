"""When should I start this? The best starts, each with its reason."""

from itertools import pairwise

import pytest
from hypothesis import given, settings

from custom_components.sceop.core.plan.asking import best_starts
from custom_components.sceop.core.plan.making import plan
from custom_components.sceop.core.plan.plan import Placement, Reason
from custom_components.sceop.core.plan.wants import Battery, RunOnce
from custom_components.sceop.core.slots import SLOT
from tests.household.core.plan.homes import START, at, cheap, flat, horizons, needs, runs, sunny

WASH = RunOnce("wash", (600, 300), START, at(90))


def test_the_best_three_starts_are_told_an_hour_or_more_apart():
    horizon = cheap(10, 11, 12, 13, 40, 41)
    horizon.buy[60:62] = 0.2
    starts = [placement.start for placement in best_starts(WASH, horizon)]
    assert starts == [at(10), at(40), at(60)]


def test_where_no_time_is_better_it_starts_at_once():
    first, *others = best_starts(WASH, flat())
    assert first.start == START
    assert first.reasons == (Reason.NO_DIFFERENCE,)
    assert len(others) == 2


def test_what_runs_already_takes_its_sun():
    horizon = sunny(first=40, last=44, wh=-700.0)
    assert best_starts(WASH, horizon)[0].start == at(40)
    running = Placement("other", at(40), (700, 700), (Reason.RUNNING,), 0.0, 0.0)
    assert best_starts(WASH, horizon, fixed={"other": running})[0].start == at(42)


def test_a_load_that_is_late_has_one_start():
    (only,) = best_starts(RunOnce("wash", (600, 300), START, at(1)), flat())
    assert only.reasons == (Reason.TOO_LATE,)
    assert only.start == START


@settings(max_examples=60)
@given(runs() | needs(), horizons())
def test_the_first_start_is_the_plan_and_the_others_cost_no_less(want, horizon):
    found = best_starts(want, horizon, most=4)
    assert found[0].cost == pytest.approx(plan([want], horizon).placements[0].cost, abs=0.011)
    assert sorted(one.cost for one in found[1:]) == pytest.approx([one.cost for one in found[1:]])
    starts = sorted(one.start for one in found)
    assert all(later - earlier >= 4 * SLOT for earlier, later in pairwise(starts))


def test_a_battery_is_answered_with_its_plan():
    battery = Battery("battery", 8000, 1000, 1000, 4000, 4000, 0.9)
    assert best_starts(battery, sunny()) == plan([battery], sunny()).placements


def test_none_are_told_where_none_are_asked_for():
    assert best_starts(WASH, flat(), most=0) == ()
