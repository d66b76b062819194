"""A battery in a plan: never below its reserve, never beyond what it is, and as good as any brute force."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings

from custom_components.sceop.core.plan.battery import by_itself, left_price, work
from custom_components.sceop.core.plan.ground import ground
from custom_components.sceop.core.plan.making import plan
from custom_components.sceop.core.plan.plan import Reason
from custom_components.sceop.core.plan.wants import Battery, Need
from tests.household.core.plan.homes import START, at, batteries, cheap, flat, horizons, sunny

FEW = settings(max_examples=40)
HOME = Battery("battery", 8000, 1000, 1000, 4000, 4000, 0.9)


def held(battery, wh):
    """Return what is in it after each slot."""
    stored, after = float(min(battery.stored_wh, battery.capacity_wh)), []
    for moved in wh:
        stored += moved * battery.efficiency if moved > 0 else moved
        after.append(stored)
    return after


@FEW
@given(batteries(), horizons())
def test_it_is_never_below_its_reserve_nor_above_its_capacity(battery, horizon):
    site = ground(horizon)
    for worked in (work(battery, site, site.net), by_itself(battery, site.net)):
        stored = held(battery, worked.wh)
        assert max(stored) <= max(battery.capacity_wh, 0) + 1e-3
        before = min(battery.stored_wh, battery.capacity_wh)
        for after in stored:
            assert after >= min(before, battery.reserve_wh) - 1e-3
            before = after
        assert worked.wh.max() <= battery.charge_w / 4
        assert worked.wh.min() >= -battery.discharge_w / 4


@FEW
@given(batteries(), horizons())
def test_below_its_reserve_it_is_filled_as_soon_as_can_be(battery, horizon):
    site = ground(horizon)
    worked = work(battery, site, site.net)
    stored = min(battery.stored_wh, battery.capacity_wh)
    for wh in worked.wh:
        if stored >= battery.reserve_wh - 2:
            break
        full = min(battery.charge_w // 4, (battery.reserve_wh - stored) / battery.efficiency)
        assert wh >= int(full) - 1
        stored += wh * battery.efficiency


@settings(max_examples=12)
@given(horizons())
def test_it_costs_as_little_as_the_best_of_all_ways_on_a_grid(horizon):
    battery = Battery("battery", 2000, 1000, 0, 2000, 2000, 1.0)
    site = ground(horizon)
    price = left_price(battery, site)
    slots = 24

    @cache
    def least(slot, stored):
        if slot == slots:
            return -price * stored * 100
        best = np.inf
        for move in range(max(-5, -stored), min(5, 20 - stored) + 1):
            draw = site.net[slot] + move * 100
            cost = draw * (site.dear if draw > 0 else site.worth)[slot]
            best = min(best, cost + least(slot + 1, stored + move))
        return best

    short = ground(type(horizon)(horizon.start, horizon.buy[:slots], horizon.sell[:slots], horizon.net_wh[:slots]))
    price = left_price(battery, short)
    worked = work(battery, short, short.net)
    ours = short.weighed(short.net + worked.wh) - price * worked.left_wh
    assert ours <= least(0, 10) + 1e-3


def test_it_is_charged_by_the_sun_and_given_in_the_dear_hours():
    horizon = sunny(40, 56)
    horizon.buy[70:80] = 0.5
    made = plan([HOME], horizon)
    (placement,) = made.placements
    assert placement.reasons[0] == Reason.OWN_SUN
    assert made.cost < made.cost_at_once
    assert placement.cost < placement.cost_at_once


def test_it_buys_at_night_what_is_dear_by_day():
    horizon = cheap(*range(10, 20))
    (placement,) = plan([HOME], horizon).placements
    assert placement.reasons == (Reason.CHEAP,)
    assert placement.facts["price"] == pytest.approx(0.1)
    assert placement.facts["price_at_once"] == pytest.approx(0.3)


def test_it_does_nothing_for_nothing():
    (placement,) = plan([HOME], flat()).placements
    assert placement.wh == ()
    assert placement.reasons == (Reason.NO_DIFFERENCE,)


@pytest.mark.parametrize("price", [-0.1, 0.0])
def test_a_price_below_zero_is_no_trouble(price):
    horizon = flat()
    horizon.buy[20:30] = price
    horizon.sell[20:30] = price - 0.05
    horizon.net_wh[24:28] = -900.0
    site = ground(horizon)
    worked = work(HOME, site, site.net)
    assert max(held(HOME, worked.wh)) == pytest.approx(8000, abs=2)
    assert site.money(site.net + worked.wh) < site.money(site.net)


def test_a_sale_dearer_than_any_purchase_is_no_trouble():
    horizon = flat(buy=0.1, sell=0.4)
    (placement,) = plan([HOME], horizon).placements
    assert sum(placement.wh) == sum(wh for wh in placement.wh if wh > 0) + sum(wh for wh in placement.wh if wh < 0)
    assert placement.cost <= 0


def test_a_load_and_a_battery_share_the_sun():
    horizon = sunny(40, 56, wh=-1500.0)
    need = Need("car", 12_000, 1400, 7400, interruptible=True, earliest=START, ready_by=at(95))
    made = plan([need, HOME], horizon)
    car = made.placements[0]
    assert car.facts["own_sun_share"] > 0.9
    assert made.cost < made.cost_at_once - 1


def test_two_batteries_are_planned_one_after_the_other():
    horizon = sunny(40, 56, wh=-2500.0)
    horizon.net_wh[70:80] = 1000.0
    small = Battery("small", 3000, 0, 0, 2000, 2000, 0.9)
    one, both = plan([HOME], horizon), plan([HOME, small], horizon)
    assert both.cost < one.cost
    assert len(both.placements) == 2
