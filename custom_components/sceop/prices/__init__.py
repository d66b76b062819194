"""Prices: where those of a site come from, gathered into the rules that its ledger counts by."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Self
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant

from ..core.ledger import Rules
from ..core.tariff import Flat, IsHoliday, PriceOf, Spot, Tariff, TimeOfUse
from ..terms import EntityMarket, Market, NordPoolMarket, PeriodTerms, SameAsImport, SpotTerms, Terms
from .entity import EntityFeed
from .feed import Feed
from .holidays import holidays_of
from .nordpool import NordPoolFeed
from .units import carbon_scale, price_scale


class SitePrices:
    """The prices of one site: its rules, and the feeds behind them."""

    def __init__(
        self,
        hass: HomeAssistant,
        terms: Terms,
        flows: frozenset[str],
        zone: ZoneInfo,
        is_holiday: IsHoliday,
        kept: Mapping[str, Any],
    ) -> None:
        self._hass = hass
        self._terms = terms
        self._zone = zone
        self._kept = kept
        self._feeds: dict[str, Feed] = {}
        tariff = self._tariff(terms, zone, is_holiday)
        export = tariff if isinstance(terms.export, SameAsImport) else self._simple(terms.export)
        self.rules = Rules(
            zone=zone,
            flows=flows,
            import_price=None if tariff is None else tariff.price,
            export_price=None if export is None else export.price,
            carbon=self._carbon(terms.carbon),
            demand_per_kw=terms.demand_per_kw,
        )

    @classmethod
    async def create(
        cls, hass: HomeAssistant, terms: Terms, flows: frozenset[str], zone: ZoneInfo, kept: Mapping[str, Any] | None
    ) -> Self:
        """Prepare the prices of a site that has these flows; `kept` is what `kept()` returned before a restart."""
        return cls(hass, terms, flows, zone, await holidays_of(hass, terms.holidays), kept or {})

    @property
    def problem(self) -> str | None:
        """A sentence about the first feed that has nothing to say of the running slot, or None."""
        return next((problem for feed in self._feeds.values() if (problem := feed.problem) is not None), None)

    def open(self, changed: Callable[[], None]) -> None:
        """Begin to follow all feeds; `changed` is called whenever prices were learned."""
        for feed in self._feeds.values():
            feed.open(changed)

    def close(self) -> None:
        """End it."""
        for feed in self._feeds.values():
            feed.close()

    def kept(self) -> dict[str, Any]:
        """Return what was learned, as it is kept over a restart."""
        return {name: feed.kept() for name, feed in self._feeds.items()}

    def _tariff(self, terms: Terms, zone: ZoneInfo, is_holiday: IsHoliday) -> Tariff | None:
        if isinstance(terms.tariff, PeriodTerms):
            return TimeOfUse(terms.tariff.base, terms.tariff.periods, zone, is_holiday)
        return self._simple(terms.tariff)

    def _simple(self, terms: Flat | SpotTerms | None) -> Tariff | None:
        if isinstance(terms, SpotTerms):
            return Spot(self._market(terms.market).price, terms.surcharge, terms.factor)
        return terms

    def _market(self, market: Market) -> Feed:
        """Return the feed of a market; import and export may share one."""
        currency = self._terms.currency or self._hass.config.currency
        match market:
            case EntityMarket(entity_id):
                name = f"{entity_id} {currency}"
                scale = partial(price_scale, currency=currency)
                return self._feeds.setdefault(
                    name, EntityFeed(self._hass, entity_id, scale, self._zone, self._before(name))
                )
            case NordPoolMarket(_, area):
                name = f"nordpool {area} {currency}"
                return self._feeds.setdefault(name, NordPoolFeed(self._hass, market, currency, self._before(name)))

    def _carbon(self, carbon: Decimal | EntityMarket | None) -> PriceOf | None:
        if isinstance(carbon, EntityMarket):
            name = f"{carbon.entity_id} carbon"
            self._feeds[name] = EntityFeed(self._hass, carbon.entity_id, carbon_scale, self._zone, self._before(name))
            return self._feeds[name].price
        return None if carbon is None else Flat(carbon).price

    def _before(self, name: str) -> Mapping[str, str]:
        kept: Mapping[str, str] = self._kept.get(name, {})
        return kept
