"""Shapes: how the price entities of others write the day ahead into their attributes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.util import dt as dt_util

from ..core.curve import Curve, Step, even, spread
from .units import number


@dataclass(frozen=True, slots=True)
class Shape:
    """Lists of steps in some attributes, and the names that a step's parts have there."""

    attributes: tuple[str, ...]
    start: str
    price: str
    end: str | None = None
    unit: str | None = None
    """Where it is always the same, whatever the entity's own is."""


SHAPES = (
    Shape(("raw_today", "raw_tomorrow"), "start", "value", "end"),  # Nord Pool of the Marketplace
    Shape(("raw_today", "raw_tomorrow"), "hour", "price"),  # Energi Data Service
    Shape(("prices", "prices_today", "prices_tomorrow"), "time", "price"),  # ENTSO-e
    Shape(("prices",), "from", "price", "till"),  # Frank Energie
    Shape(("today", "tomorrow"), "startsAt", "total"),  # Tibber, as templates copy it
    Shape(("data",), "start_time", "price_per_kwh", "end_time"),  # EPEX Spot
    Shape(("data",), "start_time", "price_ct_per_kwh", "end_time", unit="ct/kWh"),  # older ones
    Shape(("rates",), "start", "value_inc_vat", "end", unit="GBP/kWh"),  # Octopus Energy
    Shape(("forecasts",), "start_time", "per_kwh", "end_time"),  # Amber Electric
)
PLAIN_DAYS = (("today", 0), ("tomorrow", 1))
"""Prices without times, one list for each day."""


@dataclass(frozen=True, slots=True)
class Written:
    """The day ahead as an entity writes it: a curve in its unit, or in the entity's own."""

    curve: Curve
    unit: str | None = None


def day_ahead(attributes: Mapping[str, Any], today: date, zone: ZoneInfo) -> Written | None:
    """Return the curve that an entity's attributes hold in any of the known shapes."""
    for shape in SHAPES:
        if curve := spread(_steps(attributes, shape, zone)):
            return Written(curve, shape.unit)
    plain: dict[datetime, Decimal] = {}
    for name, ahead in PLAIN_DAYS:
        plain |= even(today + timedelta(days=ahead), zone, _numbers(attributes.get(name)))
    return Written(plain) if plain else None


def _steps(attributes: Mapping[str, Any], shape: Shape, zone: ZoneInfo) -> Iterator[Step]:
    for name in shape.attributes:
        listed = attributes.get(name)
        for one in listed if isinstance(listed, list | tuple) else ():
            if not isinstance(one, Mapping):
                continue
            start, price = _instant(one.get(shape.start), zone), number(one.get(shape.price))
            if start is not None and price is not None:
                yield Step(start, None if shape.end is None else _instant(one.get(shape.end), zone), price)


def _numbers(listed: object) -> list[Decimal]:
    """Return a list of numbers; a day that is an hour short may have a hole instead of it."""
    if not isinstance(listed, list | tuple):
        return []
    return [price for one in listed if (price := number(one)) is not None]


def _instant(value: object, zone: ZoneInfo) -> datetime | None:
    """Return an instant, whether it is written or already one; without a zone it is the place's own time."""
    instant = dt_util.parse_datetime(value) if isinstance(value, str) else value
    if not isinstance(instant, datetime):
        return None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)
