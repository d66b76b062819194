"""Tariffs: what a kWh costs in a slot, as people there read their clocks; None where that is not known.

A price belongs to the whole slot and is the one that holds at its start. A price of zero or below is a price like any
other: only None says that nobody knows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

type PriceOf = Callable[[datetime], Decimal | None]
"""What a slot's kWh is worth, or its CO2 in g; a slot is named by its start in UTC."""

type IsHoliday = Callable[[date], bool]

SUNDAY = 6
EVERY_DAY = frozenset(range(7))
QUARTERS_OF_AN_HOUR_PER_KW = 4
"""An average of 1 kW over a slot is a quarter of a kWh."""


class Tariff(Protocol):
    """Whatever can tell the price of a slot."""

    def price(self, slot: datetime) -> Decimal | None:
        """Return what a kWh costs in this slot."""


@dataclass(frozen=True, slots=True)
class Flat:
    """The same price at all times."""

    amount: Decimal

    def price(self, _slot: datetime) -> Decimal | None:
        """Return it."""
        return self.amount


@dataclass(frozen=True, slots=True)
class Spot:
    """A market's prices and what is added to them: they come without grid fees and VAT."""

    market: PriceOf
    surcharge: Decimal = Decimal(0)
    factor: Decimal = Decimal(1)

    def price(self, slot: datetime) -> Decimal | None:
        """Return the market's price, the surcharge and the tax on both."""
        price = self.market(slot)
        return None if price is None else (price + self.surcharge) * self.factor


@dataclass(frozen=True, order=True, slots=True)
class MonthDay:
    """A day of any year."""

    month: int
    day: int

    def __post_init__(self) -> None:
        """Refuse 31 April where it is written and not where it never comes; 29 February does, in a leap year."""
        date(2000, self.month, self.day)


@dataclass(frozen=True, slots=True)
class Season:
    """Part of a year, both days included; it may pass the new year."""

    first: MonthDay
    last: MonthDay

    def __contains__(self, day: date) -> bool:
        """Tell whether the day belongs to it."""
        asked = MonthDay(day.month, day.day)
        if self.first <= self.last:
            return self.first <= asked <= self.last
        return asked >= self.first or asked <= self.last


class OnHolidays(StrEnum):
    """What a public holiday does to a period."""

    AS_USUAL = "as_usual"
    NEVER = "never"
    LIKE_SUNDAY = "like_sunday"


@dataclass(frozen=True, slots=True)
class Period:
    """When a price holds: from `begin` up to `end` by local clocks; equal times mean the whole day.

    Hours that pass midnight belong to the day on which they begin: Friday's night lasts into Saturday.
    """

    name: str
    amount: Decimal
    weekdays: frozenset[int] = EVERY_DAY
    begin: time = time()
    end: time = time()
    season: Season | None = None
    holidays: OnHolidays = OnHolidays.AS_USUAL

    def covers(self, local: datetime, is_holiday: IsHoliday) -> bool:
        """Tell whether the price holds at this moment."""
        clock, day = local.time(), local.date()
        if self.begin < self.end:
            return self.begin <= clock < self.end and self.includes(day, is_holiday)
        if clock < self.end:
            return self.includes(day - timedelta(days=1), is_holiday)
        return clock >= self.begin and self.includes(day, is_holiday)

    def includes(self, day: date, is_holiday: IsHoliday) -> bool:
        """Tell whether the hours may begin on this day."""
        if self.season is not None and day not in self.season:
            return False
        weekday = day.weekday()
        if self.holidays is not OnHolidays.AS_USUAL and is_holiday(day):
            if self.holidays is OnHolidays.NEVER:
                return False
            weekday = SUNDAY
        return weekday in self.weekdays


@dataclass(frozen=True, slots=True)
class TimeOfUse:
    """Periods of which the first that covers a slot counts, and the price of all other times."""

    base: Decimal
    periods: Sequence[Period]
    zone: ZoneInfo
    is_holiday: IsHoliday

    def price(self, slot: datetime) -> Decimal | None:
        """Return the price by the clocks and the calendar of the place."""
        local = slot.astimezone(self.zone)
        return next((period.amount for period in self.periods if period.covers(local, self.is_holiday)), self.base)


def demand_charge(per_kw: Decimal, highest_wh: int) -> Decimal:
    """Return what a month costs whose highest slot took this much: each kW of that slot's average has its price."""
    return per_kw * highest_wh * QUARTERS_OF_AN_HOUR_PER_KW / 1000
