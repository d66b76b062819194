"""Costs: what an anomaly comes to in a month if it goes on, at the prices of these days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from ..core.anomaly.anomaly import Anomaly
from ..core.channels import PRODUCTION
from ..core.ledger import Rules
from ..core.slots import SLOT, slot_of
from ..core.tariff import PriceOf

PRICES_OF = timedelta(days=7)
"""A week holds all hours and days of a tariff, and nothing that has long changed."""
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in its currency."""

    amount: Decimal
    currency: str


def mean_price(price: PriceOf | None, now: datetime) -> Decimal | None:
    """Return the mean price of the last week's slots, as far as they are known."""
    if price is None:
        return None
    last = slot_of(now)
    known = [cost for back in range(PRICES_OF // SLOT) if (cost := price(last - back * SLOT)) is not None]
    return sum(known, Decimal(0)) / len(known) if known else None


def a_month(anomaly: Anomaly, rules: Rules, currency: str, now: datetime) -> Money | None:
    """Return what it costs, or None where no price is known or no money is lost, such as at prices below zero.

    What is not produced would have been sold or used: the lower of both prices is what is lost for certain.
    """
    if anomaly.wh_a_month <= 0:
        return None
    asked = (rules.import_price, rules.export_price) if anomaly.channel == PRODUCTION else (rules.import_price,)
    known = [price for each in asked if (price := mean_price(each, now)) is not None]
    if not known:
        return None
    amount = (min(known) * anomaly.wh_a_month / 1000).quantize(CENT)
    return Money(amount, currency) if amount > 0 else None
