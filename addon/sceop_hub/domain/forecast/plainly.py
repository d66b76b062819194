"""The plain forecasts of `backtest` once more, and their errors: the server shows them, and loads no numpy for that."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from ...core.slots import SLOT
from .kept import Curve

DAYS_BACK = 7
"""So much of the past before a midnight they are made of."""

_A_DAY = timedelta(days=1) // SLOT


def yesterday(past: Curve, slots: int) -> Curve:
    """Return the last day again."""
    return _again(past, _A_DAY, slots)


def last_week(past: Curve, slots: int) -> Curve:
    """Return the last week again."""
    return _again(past, DAYS_BACK * _A_DAY, slots)


def seven_days(past: Curve, slots: int) -> Curve:
    """Return the mean of the last seven days, slot by slot; days that are not known are left out."""
    week = _last(past, DAYS_BACK * _A_DAY)
    known = [[wh for wh in week[slot::_A_DAY] if wh is not None] for slot in range(_A_DAY)]
    day = [round(sum(some) / len(some)) if some else None for some in known]
    return tuple(day[slot % _A_DAY] for slot in range(slots))


PLAIN: Mapping[str, Callable[[Curve, int], Curve]] = {
    "yesterday": yesterday,
    "last_week": last_week,
    "seven_days": seven_days,
}


def nmae(expected: Curve, truth: Curve) -> float | None:
    """Return the mean error against the mean of the truth's size, over the slots of which both are known."""
    pairs = [(told, came) for told, came in zip(expected, truth, strict=True) if told is not None and came is not None]
    size = sum(abs(came) for _, came in pairs)
    return sum(abs(told - came) for told, came in pairs) / size if size else None


def _again(past: Curve, back: int, slots: int) -> Curve:
    known = _last(past, back)
    return tuple(known[slot % back] for slot in range(slots))


def _last(past: Curve, back: int) -> Curve:
    """Return the end of a past; what lies before its beginning is not known."""
    return (None,) * (back - len(past)) + past[-back:]
