"""What a kWh costs, by the clocks and calendars of the people who pay it."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.core.slots import local_day
from custom_components.sceop.core.tariff import (
    Flat,
    MonthDay,
    OnHolidays,
    Period,
    Season,
    Spot,
    TimeOfUse,
    demand_charge,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BASE, PEAK, NIGHT = Decimal("0.20"), Decimal("0.40"), Decimal("0.10")
WORKDAYS = frozenset(range(5))
CHRISTMAS = date(2026, 12, 25)  # a Friday
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


def tariff(*periods, zone=AMSTERDAM, holidays=(CHRISTMAS,)):
    return TimeOfUse(BASE, periods, zone, set(holidays).__contains__)


def test_a_flat_price_holds_always():
    assert Flat(BASE).price(at("2026-06-10 12:00")) == BASE


def test_hours_begin_with_their_first_slot_and_end_before_their_last():
    peak = tariff(Period("Peak", PEAK, begin=time(7), end=time(23)))
    clocks = ("06:45", "07:00", "22:45", "23:00")
    assert [peak.price(at(f"2026-06-10 {clock}")) for clock in clocks] == [BASE, PEAK, PEAK, BASE]


def test_equal_times_mean_the_whole_day():
    weekend = tariff(Period("Weekend", NIGHT, weekdays=frozenset({5, 6})))
    assert {weekend.price(slot) for slot in local_day(date(2026, 6, 13), AMSTERDAM)} == {NIGHT}
    assert {weekend.price(slot) for slot in local_day(date(2026, 6, 12), AMSTERDAM)} == {BASE}


def test_a_night_belongs_to_the_day_on_which_it_begins():
    night = tariff(Period("Night", NIGHT, weekdays=frozenset({4}), begin=time(22), end=time(6)))
    moments = ("2026-06-12 05:45", "2026-06-12 22:00", "2026-06-13 05:45", "2026-06-13 06:00", "2026-06-13 22:00")
    assert [night.price(at(moment)) for moment in moments] == [BASE, NIGHT, NIGHT, BASE, BASE]


def test_the_first_period_that_covers_a_slot_counts():
    both = tariff(Period("Peak", PEAK, begin=time(17), end=time(21)), Period("Day", NIGHT))
    assert [both.price(at(f"2026-06-10 {clock}")) for clock in ("16:45", "17:00")] == [NIGHT, PEAK]


def test_a_season_includes_both_ends_and_may_pass_the_new_year():
    winter = tariff(Period("Winter", PEAK, season=Season(MonthDay(11, 1), MonthDay(2, 29))))
    days = ("2026-10-31", "2026-11-01", "2026-12-31", "2027-02-28", "2028-02-29", "2027-03-01")
    assert [winter.price(at(f"{day} 12:00")) for day in days] == [BASE, PEAK, PEAK, PEAK, PEAK, BASE]


def test_a_day_that_never_comes_is_refused():
    with pytest.raises(ValueError, match="day"):
        MonthDay(4, 31)


@pytest.mark.parametrize(
    ("holidays", "weekdays", "expected"),
    [
        (OnHolidays.AS_USUAL, WORKDAYS, PEAK),
        (OnHolidays.NEVER, WORKDAYS, BASE),
        (OnHolidays.LIKE_SUNDAY, WORKDAYS, BASE),
        (OnHolidays.LIKE_SUNDAY, frozenset({6}), PEAK),
        (OnHolidays.AS_USUAL, frozenset({6}), BASE),
    ],
)
def test_a_period_knows_what_holidays_mean_to_it(holidays, weekdays, expected):
    period = Period("Peak", PEAK, weekdays=weekdays, holidays=holidays)
    assert tariff(period).price(at("2026-12-25 12:00")) == expected


@pytest.mark.parametrize(
    ("day", "slots", "hours"), [("2026-03-29", 92, 0), ("2026-06-10", 96, 4), ("2026-10-25", 100, 8)]
)
def test_a_clock_change_lengthens_the_hour_that_comes_twice_and_skips_the_one_that_never_comes(day, slots, hours):
    early = tariff(Period("Early", PEAK, begin=time(2), end=time(3)))
    prices = [early.price(slot) for slot in local_day(date.fromisoformat(day), AMSTERDAM)]
    assert (len(prices), prices.count(PEAK)) == (slots, hours)


@given(
    begin=CLOCKS,
    end=CLOCKS,
    weekdays=st.frozensets(st.integers(0, 6)),
    week=st.integers(0, 51),
    zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/Phoenix"]),
)
def test_a_week_without_clock_change_holds_a_period_for_its_hours_on_its_days(begin, end, weekdays, week, zone):
    priced = tariff(Period("Some", PEAK, weekdays, begin, end), zone=ZoneInfo(zone))
    monday = date(2026, 1, 5) + timedelta(weeks=week)
    days = [local_day(monday + timedelta(days=number), ZoneInfo(zone)) for number in range(7)]
    minutes = (end.hour * 60 + end.minute - begin.hour * 60 - begin.minute) % 1440 or 1440
    held = sum(priced.price(slot) == PEAK for day in days for slot in day)
    assert held == len(weekdays) * minutes // 15


def test_spot_prices_come_without_fees_and_taxes():
    slot = at("2026-06-10 12:00")
    market = {slot: Decimal("-0.05")}
    spot = Spot(market.get, surcharge=Decimal("0.10"), factor=Decimal("1.21"))
    assert spot.price(slot) == Decimal("0.0605")
    assert spot.price(slot + timedelta(minutes=15)) is None


def test_each_kw_of_the_highest_slot_has_its_price():
    assert demand_charge(Decimal("3.50"), 1250) == Decimal("17.5")
