"""Whoever types periods is told what is odd about them."""

from datetime import time
from decimal import Decimal

from custom_components.sceop.core.tariff import MonthDay, OnHolidays, Period, Season
from custom_components.sceop.core.timetable import Overlap, hidden, on_the_quarter, overlaps

WORKDAYS, WEEKEND = frozenset(range(5)), frozenset({5, 6})


def period(name, begin=0, end=0, **other):
    return Period(name, Decimal(1), begin=time(begin), end=time(end), **other)


def test_periods_side_by_side_are_fine():
    fine = [period("Day", 7, 23), period("Night", 23, 7)]
    assert not list(overlaps(fine))
    assert not list(hidden(fine))


def test_a_shared_hour_is_told():
    assert list(overlaps([period("Day", 7, 23), period("Evening", 22, 2)])) == [Overlap("Day", "Evening")]


def test_a_night_reaches_into_the_next_day():
    friday, saturday = frozenset({4}), frozenset({5})
    night = period("Night", 22, 6, weekdays=friday)
    assert list(overlaps([night, period("Morning", 5, 8, weekdays=saturday)]))
    assert not list(overlaps([night, period("Morning", 5, 8, weekdays=friday)]))
    sunday, monday = frozenset({6}), frozenset({0})
    assert list(overlaps([period("Night", 22, 6, weekdays=sunday), period("Morning", 5, 8, weekdays=monday)]))


def test_seasons_keep_periods_apart():
    winter, summer = Season(MonthDay(10, 1), MonthDay(3, 31)), Season(MonthDay(4, 1), MonthDay(9, 30))
    assert not list(overlaps([period("Winter", season=winter), period("Summer", season=summer)]))
    assert not list(hidden([period("Winter", season=winter), period("All year")]))
    assert list(hidden([period("W", season=winter), period("S", season=summer), period("All year")])) == ["All year"]


def test_a_period_behind_others_never_counts():
    split = [period("Workdays", weekdays=WORKDAYS), period("Weekend", weekdays=WEEKEND), period("Evening", 18, 22)]
    assert list(hidden(split)) == ["Evening"]


def test_a_period_that_pauses_on_holidays_hides_nothing_that_does_not():
    assert not list(hidden([period("A", holidays=OnHolidays.NEVER), period("B")]))


def test_a_period_without_days_never_counts():
    assert list(hidden([period("None", weekdays=frozenset())])) == ["None"]


def test_a_slot_has_one_price():
    assert on_the_quarter(Period("A", Decimal(1), begin=time(7, 15), end=time(22, 45)))
    assert not on_the_quarter(Period("A", Decimal(1), begin=time(7, 10)))
    assert not on_the_quarter(Period("A", Decimal(1), end=time(7, 0, 1)))
