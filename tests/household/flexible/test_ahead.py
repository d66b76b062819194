"""The slots ahead and what of them is offered: what is not known is never made up, and taking part costs nothing."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.ahead import AHEAD, PROMISED, Pressure, cost_of, horizon, in_promised_wh, spared
from custom_components.sceop.core.forecast.band import Band, Model
from custom_components.sceop.core.ledger import Rules
from custom_components.sceop.core.plan.wants import RunOnce
from custom_components.sceop.core.slots import SLOT
from custom_components.sceop.flexible.clocks import next_time, usual_time
from custom_components.sceop.offers import GIVEN_SHARE, offered

START = datetime(2026, 6, 10, 18, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
STEPS = AHEAD // SLOT


def rules(price=None, export=None):
    return Rules(
        zone=AMSTERDAM,
        flows=frozenset({"grid_import"}),
        import_price=price,
        export_price=export,
        carbon=None,
        demand_per_kw=None,
    )


def ahead(price=lambda _slot: Decimal("0.30"), bands=None, pressures=()):
    return horizon(START, rules(price, lambda _slot: Decimal("0.08")), bands or {}, None, pressures)


def test_a_price_that_is_not_known_yet_is_that_of_the_day_before():
    known_until = START + timedelta(hours=6)
    told = ahead(lambda slot: Decimal(slot.hour) if slot < known_until else None)
    hours = [(START + number * SLOT).hour for number in range(STEPS)]
    assert told.buy.tolist() == hours


def test_without_any_price_own_sun_goes_first():
    sun = Band(START, SLOT, *[np.full(STEPS, 500.0)] * 3, Model.WEEK, 7.0)
    told = horizon(START, rules(), {"production": sun}, None, ())
    assert cost_of(told, START, [500]) == 0
    assert cost_of(told, START, [600]) == pytest.approx(0.1)


def test_what_would_be_sold_costs_what_it_would_bring():
    sun = Band(START, SLOT, *[np.full(STEPS, 500.0)] * 3, Model.WEEK, 7.0)
    assert cost_of(ahead(bands={"production": sun}), START, [500, 600]) == pytest.approx(
        (1000 * 0.08 + 100 * 0.3) / 1000
    )


def test_the_highest_pressure_counts():
    pressures = [Pressure(START, (0.2, 0.9)), Pressure(START + SLOT, (0.5, 4.0))]
    assert ahead(pressures=pressures).pressure[:4].tolist() == [0.2, 0.9, 4.0, 0.0]
    assert ahead().pressure is None


@given(prices=st.lists(st.integers(5, 60), min_size=STEPS, max_size=STEPS), slots=st.integers(1, 12))
def test_no_start_that_is_offered_costs_noticeably_more_than_the_best(prices, slots):
    told = ahead(lambda slot: Decimal(prices[min(max((slot - START) // SLOT, 0), STEPS - 1)]) / 100)
    want = RunOnce("a", (250,) * slots, START, START + timedelta(hours=13))
    offer = offered(want, told)
    assert want.earliest <= offer.earliest < offer.ready_by <= want.ready_by
    count = (offer.ready_by - offer.earliest) // SLOT - slots + 1
    costs = [cost_of(told, offer.earliest + number * SLOT, want.wh) for number in range(count)]
    latest = (want.ready_by - START) // SLOT - slots
    best = min(cost_of(told, START + number * SLOT, want.wh) for number in range(latest + 1))
    usual = float(np.mean(told.buy))
    assert max(costs) <= best + GIVEN_SHARE * usual * sum(want.wh) / 1000 + 1e-6


def test_who_pays_the_same_at_all_times_offers_the_whole_window():
    want = RunOnce("a", (250,) * 4, START, START + timedelta(hours=13))
    assert offered(want, ahead()) == want


def test_a_time_in_which_this_home_promised_to_use_less_is_not_offered_though_it_is_the_cheapest():
    cheap = Pressure(START + 8 * SLOT, (PROMISED,) * 8)
    told = ahead(lambda slot: Decimal("0.20" if 8 <= (slot - START) // SLOT < 16 else "0.40"), pressures=[cheap])
    want = RunOnce("a", (250,) * 4, START, START + timedelta(hours=13))
    assert in_promised_wh(told, offered(want, told).earliest, want.wh) > 0
    offer = offered(want, spared(told))
    assert offer.ready_by <= cheap.start or offer.earliest >= cheap.start + 8 * SLOT


def test_what_lies_in_a_promised_time_is_counted_slot_by_slot():
    told = ahead(pressures=[Pressure(START, (1.0, PROMISED, PROMISED, 3.9))])
    assert in_promised_wh(told, START - SLOT, (1, 10, 100, 1000, 10000)) == 1100
    assert in_promised_wh(ahead(), START, (1, 10, 100)) == 0


def test_what_fits_nowhere_is_not_offered():
    assert offered(RunOnce("a", (250,) * 4, START, START + SLOT), ahead()) is None


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - given one
    clock=st.times(),
    zone=st.sampled_from(["Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
def test_the_next_time_lies_ahead_and_within_a_day_as_people_live_it(now, clock, zone):
    at = next_time(now, clock, ZoneInfo(zone))
    assert timedelta(0) < at - now <= timedelta(hours=25)


def test_a_habit_is_found_where_half_of_the_starts_lie():
    days = [datetime(2026, 6, day, 17, 30 + day, tzinfo=UTC) for day in range(1, 8)]
    assert usual_time(days, AMSTERDAM) == time(19, 34)
    assert usual_time(days[:2], AMSTERDAM) is None
    scattered = [datetime(2026, 6, 1, hour, tzinfo=UTC) for hour in range(0, 24, 3)]
    assert usual_time(scattered, AMSTERDAM) is None
    midnight = [datetime(2026, 6, 1, 21, 50, tzinfo=UTC), datetime(2026, 6, 2, 22, 10, tzinfo=UTC)] * 2
    assert usual_time(midnight, AMSTERDAM) in {time(23, 50), time(0, 10)}
