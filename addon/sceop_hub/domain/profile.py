"""The profile: what a community's coordinator decided about it, once its hub runs."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from .privacy import FEWEST_HOMES
from .refusal import Refusal

LONGEST_NAME = 80
SHORTEST_RETENTION, LONGEST_RETENTION = 35, 3660
"""Days: a month and some, so that every roll-up has closed; and ten years."""

LOWEST_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where the community lives; the sun and the holidays follow from it."""

    name: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A community as its coordinator describes it. `published_since` is the click with which its figures began."""

    name: str
    zone: ZoneInfo
    place: Place | None = None
    currency: str = "EUR"
    price_per_kwh: Decimal | None = None
    feed_in_per_kwh: Decimal | None = None
    carbon_g_per_kwh: int | None = None
    retention_days: int = 1100
    fewest_homes: int = FEWEST_HOMES
    approval: bool = False
    address: str | None = None
    """Where households reach the hub, as invites tell it."""
    notify: str | None = None
    """The Home Assistant notify target that hears of alerts."""
    published_since: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse what no community can be."""
        if not 1 <= len(self.name.strip()) <= LONGEST_NAME or not self.name.isprintable():
            raise Refusal("invalid", f"A community's name has 1 to {LONGEST_NAME} characters that can be seen.")
        if not (len(self.currency) == len("EUR") and self.currency.isascii() and self.currency.isupper()):
            raise Refusal("invalid", f"A currency is three letters such as EUR, not {self.currency!r}.")
        if not SHORTEST_RETENTION <= self.retention_days <= LONGEST_RETENTION:
            raise Refusal("invalid", f"Slots are kept for {SHORTEST_RETENTION} to {LONGEST_RETENTION} days.")
        if not LOWEST_FEWEST <= self.fewest_homes <= FEWEST_HOMES:
            raise Refusal("invalid", f"A figure holds at least {LOWEST_FEWEST} homes; {FEWEST_HOMES} is the rule.")
