"""Units of prices: how the many ways to write money per energy become money per kWh."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from homeassistant.generated.currencies import ACTIVE_CURRENCIES

FINEST = Decimal("1e-9")
"""A float that was divided may have 17 digits; no market quotes more than these, and money stays exact with them."""

BEYOND_REASON = Decimal(10) ** 9
"""No price and no intensity has so many digits before the point; what shows one is broken."""

ENERGY: Mapping[str, Decimal] = {"wh": Decimal(1000), "kwh": Decimal(1), "mwh": Decimal("0.001")}
WHOLE = frozenset({"€", "£", "$", "kr", "kr.", "zł", "kč", "ft", "lei", "лв", "fr", "fr."})
"""Signs of currencies; more than one may share a sign, so they are taken for the site's own."""
HUNDREDTHS = frozenset({"c", "ct", "cts", "cent", "cents", "¢", "p", "pence", "öre", "øre"})
CARBON = re.compile(r"(?P<mass>k?g)\s*(co2|co₂)?\s*-?\s*(eq?|e)?\.?\s*/\s*(?P<energy>[km]?wh)", re.IGNORECASE)


class UnitProblem(Exception):
    """A unit that cannot be used; `key` names its sentence in the dialogs."""

    key = "unit_unknown"


class NotAPrice(UnitProblem):
    """The unit is not money per energy."""


class OtherCurrency(UnitProblem):
    """The unit is in another currency than the site's."""

    key = "unit_currency"


class NotCarbon(UnitProblem):
    """The unit is not CO2 per energy."""

    key = "unit_carbon"


def price_scale(unit: str | None, currency: str) -> Decimal:
    """Return what a price in this unit is multiplied with to become the currency's per kWh."""
    money, _, energy = (part.strip() for part in (unit or "").partition("/"))
    scale = ENERGY.get(energy.lower())
    if scale is None:
        raise NotAPrice(f'it is in "{unit}", which is not a price per kWh')
    if money.lower() in HUNDREDTHS:
        return scale / 100
    if money.lower() in WHOLE or money.upper() == currency:
        return scale
    if money.upper() in ACTIVE_CURRENCIES:
        raise OtherCurrency(f"it is in {unit}, and this site counts in {currency}")
    raise NotAPrice(f'it is in "{unit}", which is not a price per kWh')


def carbon_scale(unit: str | None) -> Decimal:
    """Return what an intensity in this unit is multiplied with to become g per kWh."""
    if (found := CARBON.fullmatch((unit or "").strip())) is None:
        raise NotCarbon(f'it is in "{unit}", which is not CO2 per kWh')
    mass = Decimal(1000) if found["mass"].lower() == "kg" else Decimal(1)
    return mass * ENERGY[found["energy"].lower()]


def number(value: object) -> Decimal | None:
    """Return what something shows as a number, if it is one that can be meant."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        read = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return read if read.is_finite() and abs(read) < BEYOND_REASON else None


def rounded(price: Decimal) -> Decimal:
    """Return the price without digits that mean nothing."""
    short = price.quantize(FINEST)
    return price if short == price else short
