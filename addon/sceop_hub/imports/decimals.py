"""Decimals: figures as people and programs write them, read without ever being a float."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from ..core.quantities import ENERGY_UNITS, POWER_UNITS
from ..domain.intervals import NJ_IN_A_WH
from .hints import refused

_NJ_IN_A_MWH = Fraction(NJ_IN_A_WH, 1000)
ENERGY_NJ = {unit: factor * _NJ_IN_A_MWH for unit, factor in ENERGY_UNITS.items()}
"""Nanojoules of one unit of energy; the table that it is made of counts in thousandths of a Wh."""

POWER_NJ = {unit: factor * 10**9 for unit, factor in POWER_UNITS.items()}
"""Nanojoules of one unit of power in a second."""

LONGEST = 40
"""Signs in a figure: more than any meter writes, few enough that a number of a million digits costs nothing."""

_BLANKS = str.maketrans("", "", " \u00a0\u202f'\u2019")
_FIGURE = re.compile(r"[+-]?(\d+([.,]\d*)*|[.,]\d+)([eE][+-]?\d{1,2})?")
_THOUSANDS = {sign: re.compile(rf"[+-]?[1-9]\d{{0,2}}(\{sign}\d{{3}})+") for sign in ",."}
_OTHER = {",": ".", ".": ","}


def is_figure(text: str) -> bool:
    """Tell whether this looks like a number, in whatever notation."""
    return len(text) <= LONGEST and _FIGURE.fullmatch(text.translate(_BLANKS)) is not None


def decimal_mark(figures: Iterable[str]) -> str:
    """Tell the decimal mark of a file by its figures, or ask where they leave it open."""
    grouped = False
    for figure in figures:
        text = figure.translate(_BLANKS)
        comma, point = text.rfind(","), text.rfind(".")
        if comma >= 0 and point >= 0:
            return "," if comma > point else "."
        if comma < 0 and point < 0:
            continue
        mark = "," if comma >= 0 else "."
        if _THOUSANDS[mark].fullmatch(text) is None:
            return mark if text.count(mark) == 1 else _OTHER[mark]
        if text.count(mark) > 1:
            return _OTHER[mark]
        grouped = grouped or mark == ","
    if grouped:
        raise refused(
            "In figures such as 1,234 the comma may stand before decimals or between thousands."
            " Say which when you send the file again (on the command line with --decimal)."
        )
    return "."


def amount_of(text: str, mark: str, factor: Fraction) -> int | None:
    """Read a figure and count it in a smaller unit, to the nearest whole one; None where it is no figure."""
    if len(text) > LONGEST:
        return None
    plain = text.translate(_BLANKS).replace(_OTHER[mark], "").replace(mark, ".")
    if _FIGURE.fullmatch(plain) is None:
        return None
    whole, _, decimals = plain.partition(".")
    if decimals.isdecimal() or not decimals:
        try:
            over = int(whole + decimals) * factor.numerator
        except ValueError:  # an exponent, or no digit before the mark
            return _long_way(plain, factor)
        under: int = 10 ** len(decimals) * factor.denominator
        return (2 * over + under) // (2 * under)
    return _long_way(plain, factor)


def _long_way(plain: str, factor: Fraction) -> int | None:
    try:
        return round(Fraction(Decimal(plain)) * factor)
    except InvalidOperation:
        return None
