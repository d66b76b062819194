"""What a feed promises: prices of slots, and a word when it has none."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Protocol


class Feed(Protocol):
    """Somebody who tells prices, or grams of CO2, by slot."""

    @property
    def problem(self) -> str | None:
        """A sentence that says why the running slot has no price and what to do, or None while it has one."""

    def price(self, slot: datetime) -> Decimal | None:
        """Return what is known of a slot, past, running or to come."""

    def open(self, changed: Callable[[], None]) -> None:
        """Begin to listen or to ask; `changed` is called whenever prices were learned."""

    def close(self) -> None:
        """End everything that `open` began."""

    def kept(self) -> dict[str, str]:
        """Return what it wants to find again after a restart."""
