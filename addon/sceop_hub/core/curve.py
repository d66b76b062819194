"""Curves: prices that come as a list of times, in steps of 5, 15, 30 or 60 minutes, laid out over slots."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from .slots import SLOT, local_day, slot_of

MINUTE = timedelta(minutes=1)
SLOT_MINUTES = SLOT // MINUTE
LONGEST_STEP = timedelta(hours=1)
"""No market trades longer steps; a list with a hole in it must not stretch the price before the hole."""

FINEST = Decimal("1e-9")
"""Sums of money stay exact while a price has an end: a third of a cent has none."""

type Curve = Mapping[datetime, Decimal]


@dataclass(frozen=True, slots=True)
class Step:
    """A price and when it holds; where the list does not say how long, until the next one."""

    start: datetime
    end: datetime | None
    price: Decimal


def spread(steps: Iterable[Step]) -> Curve:
    """Return the price of every slot that the steps cover whole; of shorter steps, their mean.

    Some lists begin a step a second late, so that no two steps share an instant: seconds are cut off. Of two steps
    with the same start the later in the list counts.
    """
    ordered = sorted({_minute(step.start): step for step in steps}.values(), key=lambda step: step.start)
    weights: dict[datetime, dict[Decimal, int]] = {}
    for step, end in zip(ordered, _ends(ordered), strict=True):
        minute, last = _minute(step.start), _minute(end)
        while minute < last:
            edge = min(slot_of(minute) + SLOT, last)
            held = weights.setdefault(slot_of(minute), {})
            held[step.price] = held.get(step.price, 0) + (edge - minute) // MINUTE
            minute = edge
    return {slot: _mean(held) for slot, held in weights.items() if sum(held.values()) == SLOT_MINUTES}


def even(day: date, zone: ZoneInfo, prices: Sequence[Decimal]) -> Curve:
    """Return the curve of a local day from prices without times: as many as the day has steps, or nothing."""
    slots = list(local_day(day, zone))
    if not prices or len(slots) % len(prices):
        return {}
    each = len(slots) // len(prices)
    return {slot: prices[number // each] for number, slot in enumerate(slots)}


def _ends(ordered: Sequence[Step]) -> list[datetime]:
    """Return when each step ends; the last one without an end is as long as the shortest before it."""
    starts = [step.start for step in ordered]
    gaps = [after - before for before, after in pairwise(starts) if after > before]
    usual = min([*gaps, LONGEST_STEP])
    return [
        step.end if step.end is not None else min(following, step.start + LONGEST_STEP)
        for step, following in zip(ordered, [*starts[1:], starts[-1] + usual] if starts else [], strict=True)
    ]


def _minute(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(second=0, microsecond=0)


def _mean(held: Mapping[Decimal, int]) -> Decimal:
    if len(held) == 1:
        return next(iter(held))
    mean = sum((price * minutes for price, minutes in held.items()), Decimal(0)) / SLOT_MINUTES
    return mean.quantize(FINEST)
