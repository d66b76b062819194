"""Prices that entities show: now and the day ahead, in whatever shape and unit, remembered while a slot may ask."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sceop.core.ledger import Ledger, advance, unpriced_since
from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import SLOT, local_day, slot_of
from custom_components.sceop.prices import SitePrices
from custom_components.sceop.prices.holidays import countries, holidays_of, subdivisions
from custom_components.sceop.prices.units import (
    NotAPrice,
    NotCarbon,
    OtherCurrency,
    carbon_scale,
    number,
    price_scale,
    rounded,
)
from custom_components.sceop.terms import HolidayPlace, Terms
from tests.household.conftest import NOW

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ENTITY = "sensor.price"
FLOWS = frozenset({"grid_import", "grid_export"})
SLOT_NOW = slot_of(NOW)
EURO = {"unit_of_measurement": "EUR/kWh"}
TODAY = local_day(NOW.astimezone(AMSTERDAM).date(), AMSTERDAM)
DAYS = (TODAY, local_day(NOW.astimezone(AMSTERDAM).date() + timedelta(days=1), AMSTERDAM))


def options(**tariff):
    return {"currency": "EUR", "tariff": {"kind": "entity", "entity_id": ENTITY, "surcharge": "0", "vat": "0"} | tariff}


@pytest.fixture
async def prices(hass, now):
    opened = []

    async def make(kept=None, zone=AMSTERDAM, **options_):
        made = await SitePrices.create(hass, Terms.from_options(options_ or options()), FLOWS, zone, kept)
        made.changes = []
        made.open(lambda: made.changes.append(dt_util.utcnow()))
        opened.append(made)
        return made

    yield make
    for one in opened:
        one.close()


def at(span, hour):
    return span.start + timedelta(hours=hour)


def steps(span, minutes, make):
    """Return a day's list in steps, each made of its local start, its end and its price, which is its number."""
    count = len(span) * 15 // minutes
    starts = [(span.start + timedelta(minutes=minutes * number)).astimezone(AMSTERDAM) for number in range(count)]
    return [make(start, start + timedelta(minutes=minutes), number / 100) for number, start in enumerate(starts)]


SHAPES = {
    "nord pool of the marketplace": (
        15,
        {},
        lambda today, tomorrow: {
            "raw_today": steps(today, 15, lambda start, end, price: {"start": start, "end": end, "value": price}),
            "raw_tomorrow": steps(tomorrow, 15, lambda start, end, price: {"start": start, "end": end, "value": price}),
            "today": [9] * 96,
        },
    ),
    "nord pool before tomorrow is there": (
        60,
        {"tomorrow": False},
        lambda today, _tomorrow: {
            "raw_today": steps(today, 60, lambda start, end, price: {"start": start, "end": end, "value": price}),
            "raw_tomorrow": [],
            "tomorrow_valid": False,
        },
    ),
    "energi data service": (
        60,
        {},
        lambda today, tomorrow: {
            f"raw_{name}": steps(day, 60, lambda start, _end, price: {"hour": start, "price": price})
            for name, day in (("today", today), ("tomorrow", tomorrow))
        },
    ),
    "entso-e": (
        60,
        {},
        lambda today, tomorrow: {
            "prices_today": steps(today, 60, lambda start, _end, price: {"time": str(start), "price": price}),
            "prices_tomorrow": steps(tomorrow, 60, lambda start, _end, price: {"time": str(start), "price": price}),
            "prices": steps(today, 60, lambda start, _end, price: {"time": str(start), "price": price}),
        },
    ),
    "frank energie": (
        60,
        {"tomorrow": False},
        lambda today, _tomorrow: {
            "prices": steps(
                today,
                60,
                lambda start, end, price: {"from": start.isoformat(), "till": end.isoformat(), "price": price},
            )
        },
    ),
    "tibber": (
        15,
        {},
        lambda today, tomorrow: {
            name: steps(day, 15, lambda start, _end, price: {"startsAt": start.isoformat(), "total": price, "tax": 1})
            for name, day in (("today", today), ("tomorrow", tomorrow))
        },
    ),
    "epex": (
        30,
        {"tomorrow": False},
        lambda today, _tomorrow: {
            "data": steps(
                today,
                30,
                lambda start, end, price: {
                    "start_time": start.isoformat(),
                    "end_time": end.isoformat(),
                    "price_per_kwh": price,
                },
            )
        },
    ),
    "epex in cents": (
        60,
        {"tomorrow": False},
        lambda today, _tomorrow: {
            "data": steps(
                today,
                60,
                lambda start, end, price: {
                    "start_time": start.isoformat(),
                    "end_time": end.isoformat(),
                    "price_ct_per_kwh": 100 * price,
                },
            )
        },
    ),
    "octopus": (
        30,
        {"state": "2026-06-10T09:58:00+00:00", "unit": None, "currency": "GBP", "tomorrow": False},
        lambda today, _tomorrow: {
            "rates": steps(today, 30, lambda start, end, price: {"start": start, "end": end, "value_inc_vat": price})
        },
    ),
    "amber": (
        30,
        {"tomorrow": False},
        lambda today, _tomorrow: {
            "forecasts": steps(
                today,
                30,
                lambda start, end, price: {
                    "start_time": (start + timedelta(seconds=1)).isoformat(),
                    "end_time": end.isoformat(),
                    "per_kwh": price,
                },
            )
        },
    ),
    "lists without times": (
        60,
        {},
        lambda _today, _tomorrow: {name: [n / 100 for n in range(24)] for name in ("today", "tomorrow")},
    ),
}


@pytest.mark.parametrize("name", SHAPES)
async def test_the_day_ahead_is_read_in_every_known_shape(hass, prices, name):
    minutes, other, write = SHAPES[name]
    unit = other.get("unit", "EUR/kWh")
    attributes = write(*DAYS) | ({} if unit is None else {"unit_of_measurement": unit})
    hass.states.async_set(ENTITY, other.get("state", "9.99"), attributes)
    site = await prices(**options() | {"currency": other.get("currency", "EUR")})
    for day in DAYS if other.get("tomorrow", True) else DAYS[:1]:
        read = [site.rules.import_price(slot) for slot in day]
        assert read == [Decimal(number * 15 // minutes) / 100 for number in range(96)]
    assert site.rules.import_price(DAYS[1].end) is None
    assert site.problem is None


@pytest.mark.parametrize(
    ("unit", "scale"),
    [
        ("EUR/kWh", "1"),
        ("€/kWh", "1"),
        ("eur / kWh", "1"),
        ("ct/kWh", "0.01"),
        ("¢/kWh", "0.01"),
        ("p/kWh", "0.01"),
        ("öre/kWh", "0.01"),
        ("EUR/MWh", "0.001"),
        ("kr/kWh", "1"),
        ("EUR/Wh", "1000"),
    ],
)
def test_units_of_money_per_energy_are_understood(unit, scale):
    assert price_scale(unit, "EUR") == Decimal(scale)


@pytest.mark.parametrize("unit", [None, "", "EUR", "kWh", "EUR/m³", "W", "EUR/h", "cars/kWh"])
def test_other_units_are_no_prices(unit):
    with pytest.raises(NotAPrice):
        price_scale(unit, "EUR")


def test_another_currency_is_another_price():
    with pytest.raises(OtherCurrency, match="SEK"):
        price_scale("SEK/kWh", "EUR")


def test_carbon_has_units_of_its_own():
    assert [
        carbon_scale(unit) for unit in ("g/kWh", "gCO2eq/kWh", "gCO₂/kWh", "kg/kWh", "kgCO2e/MWh", "g CO2-eq/kWh")
    ] == [
        1,
        1,
        1,
        1000,
        1,
        1,
    ]
    with pytest.raises(NotCarbon):
        carbon_scale("EUR/kWh")


def test_only_sensible_numbers_are_numbers():
    assert [number(value) for value in (1, 0.3, "-0.05", " 2 ")] == [1, Decimal("0.3"), Decimal("-0.05"), 2]
    assert [number(value) for value in (None, True, "nan", "inf", "1e12", "on", [], "")] == [None] * 8
    assert rounded(Decimal("0.12345678901")) == Decimal("0.123456789")
    assert str(rounded(Decimal("0.30"))) == "0.30"


async def test_a_state_alone_is_the_price_of_the_slot_in_which_it_was_seen(
    hass, prices, freezer: FrozenDateTimeFactory
):
    hass.states.async_set(ENTITY, "30", {"unit_of_measurement": "ct/kWh"})
    site = await prices(**options(surcharge="0.10", vat="20"))
    assert site.rules.import_price(SLOT_NOW) == Decimal("0.48")
    assert site.rules.import_price(SLOT_NOW + SLOT) is None
    freezer.move_to(SLOT_NOW + SLOT)
    async_fire_time_changed(hass)
    freezer.tick(3)
    hass.states.async_set(ENTITY, "-10", {"unit_of_measurement": "ct/kWh"})
    await hass.async_block_till_done()
    assert site.rules.import_price(SLOT_NOW + SLOT) == 0
    assert site.rules.import_price(SLOT_NOW) == Decimal("0.48")
    assert len(site.changes) == 2


async def test_an_entity_is_looked_at_when_a_slot_begins(hass, prices, freezer):
    hass.states.async_set(ENTITY, "0.30", EURO)
    site = await prices()
    for number_ in (1, 2):
        freezer.move_to(SLOT_NOW + number_ * SLOT)
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
    hass.states.async_set(ENTITY, "0.40", EURO)
    await hass.async_block_till_done()
    known = [site.rules.import_price(SLOT_NOW + n * SLOT) for n in range(3)]
    assert known == [Decimal("0.30"), Decimal("0.30"), Decimal("0.40")]


async def test_a_price_that_is_the_same_after_a_silence_was_the_same_in_it(hass, prices, freezer):
    hass.states.async_set(ENTITY, "0.30", EURO)
    before = await prices()
    kept = json.loads(json.dumps(before.kept()))
    before.close()
    freezer.move_to(SLOT_NOW + 4 * SLOT)
    after = await prices(kept)
    assert after.rules.import_price(SLOT_NOW) == Decimal("0.30")
    assert after.rules.import_price(SLOT_NOW + SLOT) == Decimal("0.30")
    after.close()
    hass.states.async_set(ENTITY, "0.40", EURO)
    after = await prices(kept)
    assert after.rules.import_price(SLOT_NOW + SLOT) is None
    assert after.rules.import_price(SLOT_NOW + 4 * SLOT) == Decimal("0.40")


async def test_past_prices_are_remembered_as_long_as_a_slot_may_ask(hass, prices, freezer):
    hass.states.async_set(ENTITY, "0.30", EURO)
    site = await prices()
    freezer.tick(timedelta(days=7))
    hass.states.async_set(ENTITY, "0.40", EURO)
    await hass.async_block_till_done()
    assert site.rules.import_price(SLOT_NOW) == Decimal("0.30")
    freezer.tick(timedelta(days=2))
    hass.states.async_set(ENTITY, "0.50", EURO)
    await hass.async_block_till_done()
    assert site.rules.import_price(SLOT_NOW) is None


@pytest.mark.parametrize(
    ("state", "unit", "said"),
    [
        (None, None, "it does not exist"),
        ("unavailable", "EUR/kWh", 'it shows "unavailable"'),
        ("cheap", "EUR/kWh", 'it shows "cheap"'),
        ("0.30", "W", "which is not a price per kWh"),
        ("0.30", "SEK/kWh", "this site counts in EUR"),
    ],
)
async def test_a_feed_says_why_it_is_silent_and_since_when_slots_wait(hass, prices, state, unit, said):
    if state is not None:
        hass.states.async_set(ENTITY, state, {"unit_of_measurement": unit})
    site = await prices()
    assert site.problem is not None
    assert said in site.problem
    assert ENTITY in site.problem
    ledger = advance(Ledger(), {"grid_import": [ClosedSlot(SLOT_NOW, 100, "measured")]}, site.rules, NOW)
    assert unpriced_since(ledger, site.rules) == SLOT_NOW
    hass.states.async_set(ENTITY, "0.30", EURO)
    await hass.async_block_till_done()
    assert site.problem is None
    assert site.changes == [NOW]
    ledger = advance(ledger, {}, site.rules, NOW)
    assert unpriced_since(ledger, site.rules) is None
    assert ledger.import_cost == Decimal("0.03")


async def test_a_broken_list_is_no_curve(hass, prices):
    broken = {"raw_today": ["x", {"start": "soon", "value": 1}, {"start": NOW, "value": None}], "today": "cheap"}
    hass.states.async_set(ENTITY, "0.30", EURO | broken)
    site = await prices()
    assert site.rules.import_price(SLOT_NOW) == Decimal("0.30")


async def test_import_and_export_may_share_an_entity(hass, prices):
    hass.states.async_set(ENTITY, "0.10", EURO)
    shared = {"kind": "entity", "entity_id": ENTITY, "surcharge": "-0.02", "vat": "0"}
    site = await prices(**options(surcharge="0.15", vat="21"), export=shared)
    assert site.rules.import_price(SLOT_NOW) == Decimal("0.3025")
    assert site.rules.export_price(SLOT_NOW) == Decimal("0.08")
    assert len(site.kept()) == 1


async def test_export_may_earn_what_import_costs(hass, prices):
    flat = {"currency": "EUR", "tariff": {"kind": "flat", "price": "0.30", "demand_charge": "4"}}
    site = await prices(**flat, export={"kind": "same"}, carbon={"kind": "fixed", "grams": "350"})
    assert site.rules.import_price(NOW) == site.rules.export_price(NOW) == Decimal("0.30")
    assert site.rules.demand_per_kw == 4
    assert site.rules.carbon(NOW) == 350
    assert site.problem is None


async def test_carbon_comes_from_an_entity_of_its_own(hass, prices):
    hass.states.async_set("sensor.co2", "0.412", {"unit_of_measurement": "kgCO2eq/kWh"})
    site = await prices(
        currency="EUR", tariff={"kind": "flat", "price": "0.3"}, carbon={"kind": "entity", "entity_id": "sensor.co2"}
    )
    assert site.rules.carbon(SLOT_NOW) == 412
    assert site.rules.import_price(SLOT_NOW) == Decimal("0.3")


async def test_a_site_without_terms_has_no_prices(hass, prices):
    site = await prices(other="option")
    assert (site.rules.import_price, site.rules.export_price, site.rules.carbon) == (None, None, None)


async def test_periods_know_the_holidays_of_a_place(hass, prices):
    peak = {
        "name": "Peak",
        "price": "0.40",
        "weekdays": ["mon", "tue", "wed", "thu", "fri"],
        "from": "07:00:00",
        "to": "23:00:00",
        "season_from_month": "4",
        "season_from_day": 1,
        "season_to_month": "9",
        "season_to_day": 30,
        "holidays": "never",
    }
    site = await prices(
        currency="EUR",
        tariff={"kind": "time_of_use", "base": "0.20", "periods": [peak]},
        holidays={"country": "DE", "subdivision": "BY"},
    )
    assert site.rules.import_price(NOW) == Decimal("0.40")
    corpus_christi = datetime(2026, 6, 4, 10, tzinfo=UTC)  # a Thursday, and a holiday in Bavaria
    assert site.rules.import_price(corpus_christi) == Decimal("0.20")
    assert site.rules.import_price(datetime(2026, 12, 1, 10, tzinfo=UTC)) == Decimal("0.20")


async def test_holidays_are_those_of_the_place(hass, now):
    anywhere = await holidays_of(hass, None)
    whole, bavaria = [await holidays_of(hass, HolidayPlace("DE", part)) for part in (None, "BY")]
    corpus_christi, christmas = datetime(2026, 6, 4, tzinfo=UTC).date(), datetime(2026, 12, 25, tzinfo=UTC).date()
    assert [known(corpus_christi) for known in (anywhere, whole, bavaria)] == [False, False, True]
    assert [known(christmas) for known in (anywhere, whole, bavaria)] == [False, True, True]
    assert {"DE", "NL", "US"} <= set(await countries(hass))
    assert (await subdivisions(hass, "DE"))["BY"] == "Bayern"
    assert await subdivisions(hass, "NL") == {}
