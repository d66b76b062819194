"""Numbers as people write them in the languages of this house: a text for a phone is made where no browser is.

After Unicode's common locale data: what stands before decimals and between groups, and on which side money stands.
"""

from dataclasses import dataclass
from decimal import Decimal

NARROW, WIDE = "\u202f", "\u00a0"
_INDIAN_GROUP = 2

SYMBOLS = {
    "AUD": "A$",
    "CAD": "CA$",
    "CHF": "CHF",
    "EUR": "\u20ac",
    "GBP": "\u00a3",
    "INR": "\u20b9",
    "JPY": "\u00a5",
    "USD": "$",
}
_NO_CENTS = frozenset({"HUF", "ISK", "JPY", "KRW"})


@dataclass(frozen=True, slots=True)
class Style:
    """How a language writes numbers."""

    decimal: str
    group: str
    money_first: bool
    money_gap: str = ""
    """Between a symbol and its amount."""
    indian: bool = False
    """Groups of two above the thousands."""
    from_five_digits: bool = False
    """Four digits stand together."""


STYLES = {
    "en": Style(".", ",", money_first=True),
    "de": Style(",", ".", money_first=False, money_gap=WIDE),
    "fr": Style(",", NARROW, money_first=False, money_gap=WIDE),
    "nl": Style(",", ".", money_first=True, money_gap=WIDE),
    "es": Style(",", ".", money_first=False, money_gap=WIDE, from_five_digits=True),
    "hi": Style(".", ",", money_first=True, indian=True),
}


def number(value: Decimal | float, language: str, places: int = 0) -> str:
    """Write a number with so many places."""
    style = _style(language)
    whole, _, rest = f"{abs(Decimal(str(value))):.{places}f}".partition(".")
    sign = "\u2212" if Decimal(str(value)) < 0 and (whole + rest).strip("0") else ""
    return sign + _grouped(whole, style) + (style.decimal + rest if rest else "")


def power(watts: float, language: str) -> str:
    """Write power: in kW from a kilowatt on."""
    if abs(watts) < 1000:  # noqa: PLR2004 - a kilowatt
        return f"{number(round(watts), language)}{WIDE}W"
    return f"{number(Decimal(str(watts)) / 1000, language, 1)}{WIDE}kW"


def energy(wh: float, language: str) -> str:
    """Write energy in kWh, small amounts with a place."""
    kwh = Decimal(str(wh)) / 1000
    return f"{number(kwh, language, 0 if abs(kwh) >= 10 else 1)}{WIDE}kWh"  # noqa: PLR2004 - two digits are enough


def share(part: float, language: str) -> str:
    """Write a share of one as a percentage."""
    gap = "" if language.partition("-")[0] in ("en", "hi", "nl") else WIDE
    return f"{number(round(part * 100), language)}{gap}%"


def money(amount: Decimal, currency: str, language: str) -> str:
    """Write money."""
    style = _style(language)
    symbol = SYMBOLS.get(currency, currency)
    written = number(amount, language, 0 if currency in _NO_CENTS else 2)
    gap = style.money_gap or (WIDE if symbol.isalpha() else "")
    return f"{symbol}{gap}{written}" if style.money_first else f"{written}{gap}{symbol}"


def _style(language: str) -> Style:
    return STYLES.get(language.partition("-")[0], STYLES["en"])


def _grouped(digits: str, style: Style) -> str:
    if style.from_five_digits and len(digits) < 5:  # noqa: PLR2004 - as the flag says
        return digits
    head, tail = digits[:-3], digits[-3:]
    size = _INDIAN_GROUP if style.indian else 3
    groups = [tail]
    while head:
        groups.insert(0, head[-size:])
        head = head[:-size]
    return style.group.join(groups)
