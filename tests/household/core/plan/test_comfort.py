"""A band of temperatures in a plan: kept whenever it can be, and warmed ahead while energy costs little."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from custom_components.sceop.core.plan.making import plan
from custom_components.sceop.core.plan.plan import Reason
from custom_components.sceop.core.plan.wants import Comfort
from tests.household.core.plan.homes import START, at, cheap, flat, horizons, rooms

FEW = settings(max_examples=40)
ROOM = Comfort("room", 20.0, 22.0, 20.5, 2000, 1.0, 0.04, START, at(96))


def degrees(room, placement, outside):
    """Return the temperature at the end of each slot of the band."""
    first = max(round((room.earliest - START).total_seconds() / 900), 0)
    end = min(round((room.until - START).total_seconds() / 900), len(outside))
    begin = round((placement.start - START).total_seconds() / 900)
    now, found = room.now_c, []
    for slot in range(first, end):
        keeps = (1 - room.loss_per_hour) ** 0.25
        wh = placement.wh[slot - begin] if 0 <= slot - begin < len(placement.wh) else 0
        now = outside[slot] + keeps * (now - outside[slot]) + room.gain_c_per_kwh * wh / 1000
        found.append(now)
    return found


def best_possible(room, outside):
    """Return the temperatures that full power against the weather would reach, held within the band."""
    heats = room.gain_c_per_kwh > 0
    now, found = room.now_c, []
    for slot in range(min(round((room.until - START).total_seconds() / 900), len(outside))):
        drifted = outside[slot] + (1 - room.loss_per_hour) ** 0.25 * (now - outside[slot])
        reached = drifted + room.gain_c_per_kwh * (room.max_w // 4) / 1000
        now = min(max(drifted, room.low_c), reached) if heats else max(min(drifted, room.high_c), reached)
        found.append(now)
    return found


@FEW
@given(rooms(), horizons())
def test_the_band_is_kept_whenever_it_can_be(room, horizon):
    outside = 12 + 14 * np.sin(np.arange(len(horizon)) / 12)
    (placement,) = plan([room], replace(horizon, outside_c=outside)).placements
    reachable = best_possible(room, outside)
    heats = room.gain_c_per_kwh > 0
    for now, best in zip(degrees(room, placement, outside), reachable, strict=True):
        if heats:
            assert now >= min(room.low_c, best) - 0.01
            assert now <= max(room.high_c, best) + 0.01
        else:
            assert now <= max(room.high_c, best) + 0.01
            assert now >= min(room.low_c, best) - 0.01
    assert max(placement.wh, default=0) <= room.max_w / 4
    assert min(placement.wh, default=0) >= 0


def test_it_is_warmed_while_energy_costs_little_and_coasts():
    horizon = replace(cheap(*range(30, 38)), outside_c=np.full(96, 5.0))
    made = plan([ROOM], horizon)
    (placement,) = made.placements
    now = degrees(ROOM, placement, horizon.outside_c)
    assert now[37] == pytest.approx(22, abs=0.02)
    assert min(now) >= 20 - 0.001
    assert placement.reasons[0] == Reason.CHEAP
    assert Reason.COMFORT in placement.reasons
    assert made.cost < made.cost_at_once


def test_at_one_price_it_is_only_kept():
    (placement,) = plan([ROOM], flat(outside_c=np.full(96, 5.0))).placements
    assert placement.reasons == (Reason.COMFORT,)
    assert max(degrees(ROOM, placement, np.full(96, 5.0))) <= 20.6


def test_an_air_conditioner_cools_ahead():
    cooled = Comfort("room", 21.0, 24.0, 23.5, 2000, -1.5, 0.05, START, at(96))
    horizon = replace(cheap(*range(30, 38)), outside_c=np.full(96, 33.0))
    (placement,) = plan([cooled], horizon).placements
    now = degrees(cooled, placement, horizon.outside_c)
    assert now[37] == pytest.approx(21, abs=0.02)
    assert max(now) <= 24.001


def test_a_room_that_is_too_cold_is_warmed_at_once_whatever_it_costs():
    cold = replace(ROOM, now_c=17.0)
    horizon = replace(cheap(*range(40, 50)), outside_c=np.full(96, 5.0))
    (placement,) = plan([cold], horizon).placements
    assert placement.start == START
    assert placement.wh[:4] == (500,) * 4


def test_while_nobody_knows_the_temperature_outside_nothing_is_planned():
    (placement,) = plan([ROOM], flat()).placements
    assert placement.wh == ()
    assert placement.reasons == (Reason.COMFORT,)


def test_a_band_that_is_over_is_left_alone():
    over = replace(ROOM, earliest=at(-20), until=at(-2))
    (placement,) = plan([over], flat(outside_c=np.full(96, 5.0))).placements
    assert placement.wh == ()
