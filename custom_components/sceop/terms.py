"""Terms: what a site pays and earns, as its options say it; dialogs write them, everybody else reads them here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any, Self

from .core.tariff import EVERY_DAY, Flat, MonthDay, OnHolidays, Period, Season

CONF_CARBON = "carbon"
CONF_CURRENCY = "currency"
CONF_EXPORT = "export"
CONF_HOLIDAYS = "holidays"
CONF_TARIFF = "tariff"

CONF_KIND = "kind"
FLAT, TIME_OF_USE, ENTITY, NORDPOOL, SAME, FIXED, NONE = (
    "flat",
    "time_of_use",
    "entity",
    "nordpool",
    "same",
    "fixed",
    "none",
)

CONF_AREA = "area"
CONF_BASE = "base"
CONF_COUNTRY = "country"
CONF_DEMAND_CHARGE = "demand_charge"
CONF_ENTITY = "entity_id"
CONF_ENTRY = "entry"
CONF_GRAMS = "grams"
CONF_PERIODS = "periods"
CONF_PRICE = "price"
CONF_SUBDIVISION = "subdivision"
CONF_SURCHARGE = "surcharge"
CONF_VAT = "vat"

CONF_BEGIN, CONF_END = "from", "to"
CONF_NAME = "name"
CONF_ON_HOLIDAYS = "holidays"
CONF_WEEKDAYS = "weekdays"
CONF_SEASON = ("season_from_month", "season_from_day", "season_to_month", "season_to_day")

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class EntityMarket:
    """Prices that an entity shows."""

    entity_id: str


@dataclass(frozen=True, slots=True)
class NordPoolMarket:
    """Prices that Home Assistant's Nord Pool integration fetches: its config entry, and one of its areas."""

    entry_id: str
    area: str


type Market = EntityMarket | NordPoolMarket


@dataclass(frozen=True, slots=True)
class SpotTerms:
    """A market's prices, and what the supplier and the state add: (price + surcharge) * factor."""

    market: Market
    surcharge: Decimal
    factor: Decimal


@dataclass(frozen=True, slots=True)
class PeriodTerms:
    """A price for each period, and one for all other times."""

    base: Decimal
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class SameAsImport:
    """Export earns what import would cost."""


@dataclass(frozen=True, slots=True)
class HolidayPlace:
    """Whose public holidays count."""

    country: str
    subdivision: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """All of them; None is what nobody has told, or what does not exist here."""

    currency: str | None = None
    tariff: Flat | PeriodTerms | SpotTerms | None = None
    demand_per_kw: Decimal | None = None
    export: Flat | SpotTerms | SameAsImport | None = None
    carbon: Decimal | EntityMarket | None = None
    """Grams of CO2 per kWh of import, or the entity that knows them."""
    holidays: HolidayPlace | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Read the options of a site's entry; they were checked when they were typed."""
        tariff, holidays = options.get(CONF_TARIFF, {}), options.get(CONF_HOLIDAYS)
        demand = tariff.get(CONF_DEMAND_CHARGE)
        return cls(
            currency=options.get(CONF_CURRENCY),
            tariff=_tariff(tariff),
            demand_per_kw=None if demand is None else Decimal(demand),
            export=_export(options.get(CONF_EXPORT, {})),
            carbon=_carbon(options.get(CONF_CARBON, {})),
            holidays=None if holidays is None else HolidayPlace(holidays[CONF_COUNTRY], holidays.get(CONF_SUBDIVISION)),
        )


def period(kept: Mapping[str, Any]) -> Period:
    """Read one period; raise ValueError where its times or its season are none."""
    seasons = [kept.get(key) for key in CONF_SEASON]
    season = None
    if any(part is not None for part in seasons):
        if None in seasons:
            raise ValueError("a season needs its first and its last day, each with its month")
        first_month, first_day, last_month, last_day = (int(part) for part in seasons if part is not None)
        season = Season(MonthDay(first_month, first_day), MonthDay(last_month, last_day))
    days = kept.get(CONF_WEEKDAYS)
    return Period(
        name=kept[CONF_NAME],
        amount=Decimal(str(kept[CONF_PRICE])),
        weekdays=EVERY_DAY if days is None else frozenset(WEEKDAYS.index(day) for day in days),
        begin=time.fromisoformat(kept.get(CONF_BEGIN, "00:00:00")),
        end=time.fromisoformat(kept.get(CONF_END, "00:00:00")),
        season=season,
        holidays=OnHolidays(kept.get(CONF_ON_HOLIDAYS, OnHolidays.AS_USUAL)),
    )


def spot(kept: Mapping[str, Any]) -> SpotTerms:
    """Read a market's prices and what is added to them."""
    market: Market
    if kept[CONF_KIND] == ENTITY:
        market = EntityMarket(kept[CONF_ENTITY])
    else:
        market = NordPoolMarket(kept[CONF_ENTRY], kept[CONF_AREA])
    return SpotTerms(market, Decimal(kept.get(CONF_SURCHARGE, 0)), 1 + Decimal(kept.get(CONF_VAT, 0)) / 100)


def _tariff(kept: Mapping[str, Any]) -> Flat | PeriodTerms | SpotTerms | None:
    match kept.get(CONF_KIND, NONE):
        case "flat":
            return Flat(Decimal(kept[CONF_PRICE]))
        case "time_of_use":
            return PeriodTerms(Decimal(kept[CONF_BASE]), tuple(period(one) for one in kept[CONF_PERIODS]))
        case "entity" | "nordpool":
            return spot(kept)
    return None


def _export(kept: Mapping[str, Any]) -> Flat | SpotTerms | SameAsImport | None:
    match kept.get(CONF_KIND, NONE):
        case "flat":
            return Flat(Decimal(kept[CONF_PRICE]))
        case "same":
            return SameAsImport()
        case "entity" | "nordpool":
            return spot(kept)
    return None


def _carbon(kept: Mapping[str, Any]) -> Decimal | EntityMarket | None:
    match kept.get(CONF_KIND, NONE):
        case "fixed":
            return Decimal(kept[CONF_GRAMS])
        case "entity":
            return EntityMarket(kept[CONF_ENTITY])
    return None
