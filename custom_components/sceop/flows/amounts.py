"""Amounts: a form has numbers and the options have text, because no float may carry money."""

from decimal import Decimal


def as_text(typed: float | str) -> str:
    """Return the amount as it was typed, without the point that a form puts behind whole numbers."""
    return format(Decimal(str(typed)).normalize(), "f")


def as_number(kept: str) -> float:
    """Return a kept amount for a form."""
    return float(kept)
