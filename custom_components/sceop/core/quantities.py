"""Quantities: figures as sensors write them, turned into whole numbers without ever being a float."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

_MWH_IN_JOULES = Fraction(1000, 3600)
_JOULES_IN_A_CALORIE = Fraction("4.184")

ENERGY_UNITS: Mapping[str, Fraction] = {
    "mWh": Fraction(1),
    "Wh": Fraction(10**3),
    "kWh": Fraction(10**6),
    "MWh": Fraction(10**9),
    "GWh": Fraction(10**12),
    "TWh": Fraction(10**15),
    "J": _MWH_IN_JOULES,
    "kJ": _MWH_IN_JOULES * 10**3,
    "MJ": _MWH_IN_JOULES * 10**6,
    "GJ": _MWH_IN_JOULES * 10**9,
    "cal": _MWH_IN_JOULES * _JOULES_IN_A_CALORIE,
    "kcal": _MWH_IN_JOULES * _JOULES_IN_A_CALORIE * 10**3,
    "Mcal": _MWH_IN_JOULES * _JOULES_IN_A_CALORIE * 10**6,
    "Gcal": _MWH_IN_JOULES * _JOULES_IN_A_CALORIE * 10**9,
}
"""How many thousandths of a Wh one of each is."""

POWER_UNITS: Mapping[str, Fraction] = {
    "mW": Fraction(1, 10**3),
    "W": Fraction(1),
    "kW": Fraction(10**3),
    "MW": Fraction(10**6),
    "GW": Fraction(10**9),
    "TW": Fraction(10**12),
}
"""How many watts one of each is."""

_REMEMBERED = 512
"""A sensor repeats itself, and its figure is asked for more than once."""

_DIGITS = 18
"""No figure is taken that is longer than this on either side of its point."""

_MOST_MWH, _MOST_W = 10**18, 10**10
"""What the world uses in days, and more than any power station gives. JSON ends at 2^63."""


@lru_cache(maxsize=_REMEMBERED)
def mwh_of(text: str, unit: str | None) -> int | None:
    """Return an amount of energy in thousandths of a Wh, rounded down, or None where the text or the unit is none."""
    if (number := number_of(text)) is None or (factor := ENERGY_UNITS.get(unit or "")) is None:
        return None
    over, under = number.as_integer_ratio()
    return possible_mwh(over * factor.numerator // (under * factor.denominator))


@lru_cache(maxsize=_REMEMBERED)
def watts_of(text: str, unit: str | None) -> int | None:
    """Return a power to the nearest watt, or None where the text or the unit is none."""
    if (number := number_of(text)) is None or (factor := POWER_UNITS.get(unit or "")) is None:
        return None
    over, under = number.as_integer_ratio()
    watts = (2 * over * factor.numerator + under * factor.denominator) // (2 * under * factor.denominator)
    return watts if abs(watts) <= _MOST_W else None


def possible_mwh(mwh: int | None) -> int | None:
    """Return a counter, or None where no meter can have counted so much; a file of ours could not even hold it."""
    return None if mwh is None or abs(mwh) > _MOST_MWH else mwh


def number_of(text: str) -> Decimal | None:
    """Return a finite figure of a length that a sensor can mean."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _DIGITS else None
