"""Prices of Home Assistant's Nord Pool integration.

Nord Pool itself cannot be reached by a test. What answers here is a stand-in for the integration's action, which takes
the same fields and returns the same structure.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from homeassistant.core import SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sceop.core.slots import SLOT, local_midnight, slot_of
from custom_components.sceop.prices import SitePrices
from custom_components.sceop.terms import Terms

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MORNING = datetime(2026, 6, 10, 8, 7, tzinfo=UTC)
OPTIONS = {
    "currency": "EUR",
    "tariff": {"kind": "nordpool", "entry": "np", "area": "NL", "surcharge": "0.10", "vat": "20"},
}


class NordPool:
    """Publishes tomorrow when it is told to; a day's price is its day of the month, in EUR per MWh."""

    def __init__(self, hass):
        self.days = {"2026-06-09", "2026-06-10"}
        self.asked = []
        self.error = None
        hass.services.async_register(
            "nordpool", "get_prices_for_date", self.answer, supports_response=SupportsResponse.ONLY
        )

    async def answer(self, call):
        self.asked.append(call.data["date"])
        assert call.data["config_entry"] == "np"
        assert call.data["currency"] == "EUR"
        if self.error is not None:
            raise self.error
        (area,) = call.data["areas"]
        if call.data["date"] not in self.days:
            return {area: []}
        day = datetime.fromisoformat(call.data["date"]).date()
        start, end = (local_midnight(day + timedelta(days=number), AMSTERDAM) for number in (0, 1))
        steps = [start + number * SLOT for number in range((end - start) // SLOT)]
        return {
            area: [
                {"start": step.isoformat(), "end": (step + SLOT).isoformat(), "price": float(day.day)} for step in steps
            ]
        }


@pytest.fixture
async def clock(hass, freezer):
    await hass.config.async_set_time_zone("Europe/Amsterdam")
    freezer.move_to(MORNING)
    return freezer


@pytest.fixture
async def open_prices(hass, clock):
    opened = []

    async def make(kept=None):
        site = await SitePrices.create(hass, Terms.from_options(OPTIONS), frozenset({"grid_import"}), AMSTERDAM, kept)
        site.changes = []
        site.open(lambda: site.changes.append(dt_util.utcnow()))
        opened.append(site)
        await hass.async_block_till_done(wait_background_tasks=True)
        return site

    yield make
    for site in opened:
        site.close()


async def pass_time(hass, clock, passed):
    clock.tick(passed)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


def price(day):
    return (Decimal(day) / 1000 + Decimal("0.10")) * Decimal("1.2")


async def test_prices_come_per_mwh_and_without_fees(hass, open_prices):
    NordPool(hass)
    site = await open_prices()
    assert site.rules.import_price(slot_of(MORNING)) == price(10)
    assert site.rules.import_price(slot_of(MORNING - timedelta(days=1))) == price(9)
    assert site.rules.import_price(slot_of(MORNING + timedelta(days=1))) is None
    assert site.problem is None
    assert site.changes == [MORNING]


async def test_it_asks_every_hour_until_tomorrow_is_there_and_then_no_more(hass, clock, open_prices):
    nordpool = NordPool(hass)
    site = await open_prices()
    assert nordpool.asked == ["2026-06-09", "2026-06-10", "2026-06-11"]
    await pass_time(hass, clock, timedelta(hours=1))
    nordpool.days.add("2026-06-11")
    await pass_time(hass, clock, timedelta(hours=1))
    await pass_time(hass, clock, timedelta(hours=1))
    assert nordpool.asked[3:] == ["2026-06-11"] * 2
    assert site.rules.import_price(slot_of(MORNING + timedelta(days=1))) == price(11)
    assert len(site.changes) == 2


async def test_a_new_day_asks_for_the_next_one(hass, clock, open_prices):
    nordpool = NordPool(hass)
    nordpool.days.add("2026-06-11")
    await open_prices()
    clock.move_to(MORNING + timedelta(days=1))
    await pass_time(hass, clock, timedelta(hours=1))
    assert nordpool.asked[3:] == ["2026-06-12"]


async def test_it_asks_soon_again_while_today_is_missing(hass, clock, open_prices):
    site = await open_prices()
    assert "Nord Pool tells no price for NL" in site.problem
    nordpool = NordPool(hass)
    nordpool.error = ServiceValidationError("The service is down")
    await pass_time(hass, clock, timedelta(minutes=1))
    assert "The service is down" in site.problem
    nordpool.error, nordpool.days = None, set()
    await pass_time(hass, clock, timedelta(minutes=1))
    assert "today's prices are missing" in site.problem
    nordpool.days = {"2026-06-10"}
    await pass_time(hass, clock, timedelta(minutes=1))
    assert site.problem is None
    assert len(site.changes) == 1


async def test_prices_survive_a_restart_without_the_network(hass, open_prices):
    nordpool = NordPool(hass)
    before = await open_prices()
    before.close()
    nordpool.error = ServiceValidationError("The service is down")
    after = await open_prices(before.kept())
    assert after.rules.import_price(slot_of(MORNING)) == price(10)
    assert after.problem is None


async def test_nobody_is_asked_after_the_end(hass, clock, open_prices):
    nordpool = NordPool(hass)
    site = await open_prices()
    site.close()
    asked = len(nordpool.asked)
    await pass_time(hass, clock, timedelta(hours=2))
    assert len(nordpool.asked) == asked
