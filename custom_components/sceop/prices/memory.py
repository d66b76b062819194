"""The memory of a feed: prices of slots, for as long as a slot may still ask for its own."""

from bisect import bisect
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Self

from ..core.curve import Curve
from ..core.ledger import LONGEST_UNPRICED
from ..core.slots import SLOT, from_number, to_number
from .units import rounded

REMEMBERED = LONGEST_UNPRICED + timedelta(days=1)


class Memory:
    """Prices by slot, of the past week and of the day ahead."""

    def __init__(self, prices: Curve | None = None) -> None:
        self._prices = dict(prices or {})

    @classmethod
    def of(cls, kept: Mapping[str, str]) -> Self:
        """Take up what was kept over a restart."""
        return cls({from_number(int(slot)): Decimal(price) for slot, price in kept.items()})

    def kept(self) -> dict[str, str]:
        """Return it as it is kept over a restart."""
        return {str(to_number(slot)): str(price) for slot, price in self._prices.items()}

    def learn(self, prices: Curve, now: datetime) -> bool:
        """Take prices, the newer for the older; forget what nobody asks for any more; tell whether anything is new."""
        news = {slot: rounded(price) for slot, price in prices.items()}
        changed = any(self._prices.get(slot) != price for slot, price in news.items())
        self._prices = {slot: price for slot, price in (self._prices | news).items() if slot >= now - REMEMBERED}
        return changed

    def price(self, slot: datetime) -> Decimal | None:
        """Return the price of a slot."""
        return self._prices.get(slot)

    def unchanged(self, slot: datetime) -> Decimal | None:
        """Return the price before and after a gap in which nobody looked, if it is the same: then it was that."""
        known = sorted(self._prices)
        after = bisect(known, slot)
        if not 0 < after < len(known):
            return None
        before, following = self._prices[known[after - 1]], self._prices[known[after]]
        return before if before == following else None

    def whole(self, start: datetime, end: datetime) -> bool:
        """Tell whether every slot of a time is known."""
        return all(start + number * SLOT in self._prices for number in range((end - start) // SLOT))
