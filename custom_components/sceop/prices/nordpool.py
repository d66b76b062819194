"""Prices of Home Assistant's Nord Pool integration, which tells them by day when it is asked."""

from asyncio import Task
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

import probatio
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..const import DOMAIN as SCEOP
from ..core.curve import Curve, Step, spread
from ..core.slots import slot_of
from ..terms import NordPoolMarket
from .memory import Memory
from .units import number

DOMAIN = "nordpool"
GET_PRICES = "get_prices_for_date"
CURRENCIES = frozenset({"DKK", "EUR", "NOK", "PLN", "SEK"})
PER_MWH = 1000
ASK_AGAIN = timedelta(hours=1)
"""Tomorrow's prices come at noon or some time after."""
ASK_SOON = timedelta(minutes=1)
"""Today's are there; it is Nord Pool's integration that is not, or not yet."""
AROUND_TODAY = (-1, 0, 1)
"""A delivery day is Central Europe's: east of it, today begins in yesterday's."""


async def prices_of(hass: HomeAssistant, market: NordPoolMarket, day: date, currency: str) -> Curve:
    """Ask for a delivery day; before its prices are published it has none. Raise HomeAssistantError on failure."""
    asked = {
        "config_entry": market.entry_id,
        "date": day.isoformat(),
        "areas": [market.area],
        "currency": currency,
    }
    try:
        answer = await hass.services.async_call(DOMAIN, GET_PRICES, asked, blocking=True, return_response=True)
    except probatio.Invalid as error:
        raise HomeAssistantError(
            translation_domain=SCEOP,
            translation_key="nordpool_refuses",
            translation_placeholders={"sentence": str(error)},
        ) from error
    return spread(_steps((answer or {}).get(market.area)))


def _steps(listed: object) -> Iterator[Step]:
    for one in listed if isinstance(listed, list) else ():
        start, end, price = (
            dt_util.parse_datetime(one["start"]),
            dt_util.parse_datetime(one["end"]),
            number(one["price"]),
        )
        if start is not None and end is not None and price is not None:
            yield Step(start, end, price / PER_MWH)


class NordPoolFeed:
    """One area's prices, of yesterday, today and as soon as they are there tomorrow."""

    def __init__(self, hass: HomeAssistant, market: NordPoolMarket, currency: str, kept: Mapping[str, str]) -> None:
        self._hass = hass
        self._market = market
        self._currency = currency
        self._memory = Memory.of(kept)
        self._fetched: set[date] = set()
        self._reason = "it was not asked yet"
        self._timer: CALLBACK_TYPE | None = None
        self._task: Task[None] | None = None

    @property
    def problem(self) -> str | None:
        """A sentence that says why the running slot has no price."""
        if self._is_known(dt_util.utcnow()):
            return None
        return f"Nord Pool tells no price for {self._market.area}: {self._reason}. Check its integration."

    def price(self, slot: datetime) -> Decimal | None:
        """Return the price of a slot."""
        return self._memory.price(slot)

    def open(self, changed: Callable[[], None]) -> None:
        """Ask now, and again whenever there may be more."""

        @callback
        def ask(_now: datetime | None = None) -> None:
            self._timer = None
            self._task = self._hass.async_create_background_task(refresh(), "sceop Nord Pool prices")

        async def refresh() -> None:
            learned = await self._refresh()
            self._timer = async_call_later(self._hass, ASK_AGAIN if self._is_known(dt_util.utcnow()) else ASK_SOON, ask)
            if learned:
                changed()

        ask()

    def close(self) -> None:
        """Ask no more."""
        if self._timer is not None:
            self._timer()
            self._timer = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def kept(self) -> dict[str, str]:
        """Return the prices."""
        return self._memory.kept()

    async def _refresh(self) -> bool:
        """Fetch the days that are missing; tell whether anything is new."""
        today, learned = dt_util.now().date(), False
        days = [today + timedelta(days=ahead) for ahead in AROUND_TODAY]
        self._fetched &= set(days)
        for day in days:
            if day in self._fetched:
                continue
            try:
                curve = await prices_of(self._hass, self._market, day, self._currency)
            except HomeAssistantError as error:
                self._reason = str(error)
                continue
            if curve:
                self._fetched.add(day)
                learned |= self._memory.learn(curve, dt_util.utcnow())
            elif day == today:
                self._reason = "today's prices are missing"
        return learned

    def _is_known(self, now: datetime) -> bool:
        return self._memory.price(slot_of(now)) is not None
