"""A household's plan: every load has its energy, in its time, and no penny is counted that is not paid."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from custom_components.sceop.core.plan.horizon import Horizon
from custom_components.sceop.core.plan.making import plan
from custom_components.sceop.core.plan.plan import Placement, Reason
from custom_components.sceop.core.plan.wants import Battery, Need, RunOnce
from custom_components.sceop.core.slots import SLOT, local_day
from tests.household.core.plan.homes import (
    START,
    at,
    batteries,
    cheap,
    drawn,
    flat,
    horizons,
    needs,
    paid,
    rooms,
    runs,
    sunny,
    wants,
)

FEW = settings(max_examples=25)


def energy(want):
    return want.wh if isinstance(want, Need) else sum(want.wh)


@FEW
@given(wants(), horizons())
def test_every_load_has_its_energy_and_none_begins_early(loads, horizon):
    for want, placement in zip(loads, plan(loads, horizon).placements, strict=True):
        assert placement.id == want.id
        assert placement.start >= max(want.earliest, START)
        assert all(isinstance(wh, int) and wh >= 0 for wh in placement.wh)
        assert sum(placement.wh) == energy(want)


@FEW
@given(wants(), horizons())
def test_a_load_is_late_only_when_it_could_not_be_ready_in_time(loads, horizon):
    end = START + len(horizon) * SLOT
    for want, placement in zip(loads, plan(loads, horizon).placements, strict=True):
        first = max(-((START - want.earliest) // SLOT), 0)
        last = (want.ready_by - START) // SLOT
        slots = len(want.wh) if isinstance(want, RunOnce) else -(-want.wh // (want.max_w // 4))
        if last - first >= slots:
            assert placement.end <= max(want.ready_by, START)
            assert Reason.TOO_LATE not in placement.reasons
            assert placement.end <= max(end, at(first + slots))
        else:
            assert placement.reasons == (Reason.TOO_LATE,)
            assert placement.start == at(first)
            late = sum(wh for index, wh in enumerate(placement.wh) if first + index >= last)
            assert placement.facts["short_wh"] == late


@FEW
@given(runs(), horizons())
def test_a_run_goes_through_as_it_is(want, horizon):
    (placement,) = plan([want], horizon).placements
    assert placement.wh == want.wh


@FEW
@given(st.lists(needs(), min_size=1, max_size=1), horizons(), batteries())
def test_a_need_keeps_its_powers(loads, horizon, battery):
    (want,) = loads
    placement = plan([want, battery], horizon).placements[0]
    most = want.max_w // 4
    least = min(-(-want.min_w // 4), most)
    assert max(placement.wh) <= most
    fewest = -(-want.wh // most)
    below = sum(0 < wh < least for wh in placement.wh)
    assert below <= (fewest * least > want.wh or Reason.TOO_LATE in placement.reasons), "only what no power comes to"
    if not want.interruptible:
        assert all(placement.wh)


@FEW
@given(wants(), horizons(), batteries(), rooms())
def test_the_cost_is_what_a_naive_count_comes_to(loads, horizon, battery, room):
    horizon = replace(horizon, outside_c=np.full(len(horizon), 8.0))
    held = Placement("held", at(3), (700, 200), (Reason.RUNNING,), 0.0, 0.0)
    made = plan([*loads, battery, room], horizon, fixed={"held": held})
    assert made.cost == pytest.approx(paid(drawn(made.placements, horizon), horizon), abs=1e-6)


@FEW
@given(wants(), horizons(), batteries())
def test_the_same_facts_in_any_order_make_the_same_plan(loads, horizon, battery):
    once = plan([*loads, battery], horizon)
    again = plan([battery, *reversed(loads)], horizon)
    assert {one.id: one for one in once.placements} == {one.id: one for one in again.placements}
    assert once.cost == again.cost


@FEW
@given(wants(), horizons())
def test_a_plan_costs_no_more_than_starting_at_once_but_for_a_cent_a_load(loads, horizon):
    made = plan(loads, horizon)
    assert made.cost <= made.cost_at_once + 0.02 * len(loads)


def test_what_is_fixed_stays_and_the_others_make_way():
    horizon = sunny(first=40, last=44, wh=-1000.0)
    loads = [RunOnce(name, (1000, 1000), START, at(90)) for name in "ab"]
    held = Placement("a", at(41), (1000, 1000), (Reason.RUNNING,), 0.0, 0.0)
    kept, other = plan(loads, horizon, fixed={"a": held}).placements
    assert (kept.start, kept.wh, kept.reasons) == (held.start, held.wh, held.reasons)
    assert kept.cost == kept.cost_at_once == pytest.approx(2 * 0.08)
    assert other.start in {at(39), at(43)}


def test_what_runs_already_is_counted_though_it_began_before_the_horizon():
    held = Placement("a", at(-2), (500, 500, 400), (Reason.RUNNING,), 0.0, 0.0)
    made = plan([], flat(), fixed={"a": held})
    assert made.placements[0].start == at(-2)
    assert made.cost == pytest.approx(plan([], flat()).cost + 0.4 * 0.3)


def test_nothing_is_missed_for_a_cent():
    horizon = cheap(*range(20, 40))
    need = Need("car", 8 * 900, 0, 3600, interruptible=True, earliest=START, ready_by=at(8))
    (placement,) = plan([need], horizon).placements
    assert placement.wh == (900,) * 8
    assert placement.reasons == (Reason.READY_BY,)


@pytest.mark.parametrize("interruptible", [True, False])
def test_a_ready_by_in_the_past_runs_at_once(interruptible):
    need = Need("car", 2000, 0, 3600, interruptible, at(-9), at(-1))
    (placement,) = plan([need], cheap(20, 21, 22)).placements
    assert placement.start == START
    assert placement.wh == (900, 900, 200)
    assert placement.facts["short_wh"] == 2000


def test_a_tie_goes_to_the_earlier():
    horizon = cheap(10, 11, 30, 31)
    (placement,) = plan([RunOnce("a", (500, 500), START, at(60))], horizon).placements
    assert placement.start == at(10)


def test_a_load_does_not_wait_for_a_cent():
    horizon = flat()
    horizon.buy[50:] = 0.29
    (placement,) = plan([RunOnce("a", (500, 400), START, at(90))], horizon).placements
    assert placement.start == START
    assert placement.reasons == (Reason.NO_DIFFERENCE,)


def test_a_cheap_hour_is_said_with_both_prices():
    (placement,) = plan([RunOnce("a", (500, 500), START, at(60))], cheap(10, 11)).placements
    assert placement.reasons == (Reason.CHEAP,)
    assert placement.facts["price"] == pytest.approx(0.1)
    assert placement.facts["price_at_once"] == pytest.approx(0.3)
    assert (placement.cost, placement.cost_at_once) == (pytest.approx(0.1), pytest.approx(0.3))


def test_own_sun_is_said_with_its_share():
    (placement,) = plan([RunOnce("a", (1000, 600), START, at(90))], sunny(wh=-800.0)).placements
    assert placement.reasons == (Reason.OWN_SUN,)
    assert placement.facts["own_sun_share"] == pytest.approx(1400 / 1600)


def test_room_in_the_community_decides_between_equal_prices():
    pressure = np.full(96, 0.9)
    pressure[30:40] = 0.0
    horizon = flat(pressure=pressure, pressure_price=0.2)
    made = plan([RunOnce("a", (900, 900), START, at(90))], horizon)
    assert made.placements[0].start == at(30)
    assert made.placements[0].reasons == (Reason.ROOM,)
    assert made.cost == pytest.approx(made.cost_at_once), "pressure is no money"


def test_clean_hours_decide_between_equal_prices():
    carbon = np.full(96, 500.0)
    carbon[30:40] = 50.0
    (placement,) = plan([RunOnce("a", (900, 900), START, at(90))], flat(carbon_g=carbon, carbon_price=0.2)).placements
    assert placement.start == at(30)
    assert placement.reasons == (Reason.CLEAN,)


def test_unknown_prices_count_as_the_mean_of_the_known():
    horizon = cheap(10, 11)
    horizon.buy[40:] = np.nan
    (placement,) = plan([RunOnce("a", (500, 500), START, at(90))], horizon).placements
    assert placement.start == at(10)
    assert np.isfinite([placement.cost, placement.cost_at_once, *placement.facts.values()]).all()


def test_without_any_price_the_sun_decides():
    horizon = sunny(buy=np.nan, sell=np.nan)
    made = plan([RunOnce("a", (700, 700), START, at(90))], horizon)
    assert at(40) <= made.placements[0].start < at(56)
    assert made.placements[0].reasons == (Reason.OWN_SUN,)
    assert "price" not in made.placements[0].facts
    assert np.isfinite([made.cost, made.cost_at_once]).all()


def test_two_loads_do_not_take_the_same_sun():
    horizon = sunny(first=40, last=44, wh=-1000.0)
    loads = [RunOnce(name, (1000, 1000), START, at(90)) for name in "ab"]
    starts = {placement.start for placement in plan(loads, horizon).placements}
    assert starts == {at(40), at(42)}


def test_what_has_no_place_in_the_horizon_has_one_behind_it():
    (placement,) = plan([RunOnce("a", (500, 500), at(200), at(220))], flat()).placements
    assert placement.start == at(200)


def test_what_lies_years_ahead_is_not_planned_yet():
    (placement,) = plan([RunOnce("a", (500, 500), at(200_000), at(200_010))], flat()).placements
    assert (placement.start, placement.wh) == (at(200_000), ())


def test_a_need_that_no_slot_can_hold_a_wh_of_is_short_by_all():
    (placement,) = plan([Need("a", 100, 0, 3, interruptible=True, earliest=START, ready_by=at(40))], flat()).placements
    assert placement.wh == ()
    assert placement.reasons == (Reason.TOO_LATE,)
    assert placement.facts["short_wh"] == 100


def test_a_need_without_end_is_looked_after_for_a_fortnight():
    need = Need("a", 10**12, 0, 4, interruptible=True, earliest=START, ready_by=at(40))
    (placement,) = plan([need], flat()).placements
    assert len(placement.wh) == 14 * 96
    assert placement.facts["short_wh"] == 10**12 - 40


def test_an_empty_horizon_places_loads_as_soon_as_can_be_and_leaves_a_battery_alone():
    battery = Battery("b", 8000, 1000, 1000, 4000, 4000, 0.9)
    (placement,) = plan([RunOnce("a", (500,), START, at(9)), battery], flat(0)).placements
    assert (placement.id, placement.start) == ("a", START)


def test_two_loads_of_one_name_are_refused():
    with pytest.raises(ValueError, match="an id of its own"):
        plan([RunOnce("a", (500,), START, at(9))] * 2, flat())


def test_nothing_to_plan_is_a_plan():
    made = plan([], flat(4))
    assert made.placements == ()
    assert made.cost == made.cost_at_once == pytest.approx(4 * 0.1 * 0.3)


@pytest.mark.parametrize(("month", "day", "slots"), [(3, 29, 92), (10, 25, 100), (6, 10, 96)])
def test_a_day_of_the_clock_change_is_planned_in_all_of_its_slots(month, day, slots):
    span = local_day(datetime(2026, month, day, tzinfo=UTC).date(), ZoneInfo("Europe/Amsterdam"))
    assert len(span) == slots
    buy = np.full(slots, 0.3)
    buy[-3:] = 0.1
    horizon = Horizon(span.start, buy, np.zeros(slots), np.zeros(slots))
    need = Need("car", 2700, 0, 3600, interruptible=True, earliest=span.start, ready_by=span.end)
    (placement,) = plan([need], horizon).placements
    assert placement.start == span.end - timedelta(minutes=45)
    assert placement.wh == (900, 900, 900)


@settings(max_examples=20)
@given(st.tuples(runs("a", 20, 16), runs("b", 20, 16)).map(list), horizons(st.just(40)))
def test_two_runs_cost_what_the_best_of_all_pairs_of_starts_costs(loads, horizon):
    made = plan(loads, horizon)
    starts = []
    for want in loads:
        first = max(-((START - want.earliest) // SLOT), 0)
        last = (want.ready_by - START) // SLOT - len(want.wh)
        starts.append(range(first, max(last, first) + 1))
    least = min(_paid_for(horizon, loads, pair) for pair in product(*starts))
    assert least - 1e-9 <= made.cost <= least + 0.03


def _paid_for(horizon, loads, starts):
    pairs = zip(loads, starts, strict=True)
    placements = [Placement(want.id, at(start), want.wh, (), 0.0, 0.0) for want, start in pairs]
    return paid(drawn(placements, horizon), horizon)
