"""What of the community's plan may be shown: sums over enough homes, drawn anew only when enough of them changed.

A place tells when a home will use how much, so law 7 holds for places as it holds for what was used. Whoever watches
the sum must not learn of one home by what it changes: a sum of which the places of one or two homes changed stays as it
was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..core.slots import to_number
from .plan.places import Slot
from .privacy import FEWEST_CHANGED, Home, largest_share
from .reservation import Reserved

STEP = 20
"""Pressure is told in twentieths."""
HIGHEST = 10.0
"""Beyond that nobody needs to know how much over a limit is."""

type Wh = Mapping[int, int]
"""By slot."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What a home has ahead of it: in its places, and had its loads begun at once."""

    placed: Wh
    once: Wh


@dataclass(frozen=True, slots=True)
class Shown:
    """The places of homes together, as they may be shown; `behind` is what each of these homes put into the sum.

    While nothing may be shown, `last` is what stood behind the sum that was shown last: whoever saw it compares.
    """

    behind: Mapping[Home, Planned] = field(default_factory=dict)
    placed: Wh = field(default_factory=dict)
    once: Wh = field(default_factory=dict)
    last: Mapping[Home, Planned] = field(default_factory=dict)

    @property
    def homes(self) -> int | None:
        """How many homes stand behind it; None where they are too few."""
        return len(self.behind) or None


NOTHING = Shown()


def planned(reserved: Iterable[Reserved]) -> Planned:
    """Sum what a home has in its places."""
    placed: dict[int, int] = {}
    once: dict[int, int] = {}
    for one in reserved:
        _add(placed, one.start, one.wh)
        _add(once, one.once, one.once_wh)
    return Planned(placed, once)


def shown(before: Shown, homes: Mapping[Home, Planned], first: int, fewest: int) -> Shown:
    """Sum the places from a slot on, of homes that are enough and of which none is too large a part of all."""
    counted = _counted({home: one for home, one in homes.items() if any(one.placed.values())}, first, fewest)
    seen = before.behind or before.last
    if not counted:
        return Shown(last=seen)
    if seen and 0 < _changed(seen, counted, first) < FEWEST_CHANGED:
        return before
    return Shown(counted, _sum(one.placed for one in counted.values()), _sum(one.once for one in counted.values()))


def pressure(curve: Sequence[Slot]) -> tuple[float, ...]:
    """Return how full each slot of a curve that may be shown is: 1 at the limit.

    Where nothing says what the limit is, the highest slot is it.
    """
    heights = [max(slot.expected_w + slot.reserved_w + slot.usual_w, 0) for slot in curve]
    highest = max(heights, default=0) or 1
    return tuple(
        round(min(height / (slot.limit_w or highest), HIGHEST) * STEP) / STEP
        for height, slot in zip(heights, curve, strict=True)
    )


def _counted(homes: Mapping[Home, Planned], first: int, fewest: int) -> dict[Home, Planned]:
    """Return the homes that may stand in a sum; those that are too large a part of it are left out."""
    ahead = {home: wh for home, one in homes.items() if (wh := sum(w for at, w in one.placed.items() if at >= first))}
    counted, most = dict(ahead), largest_share(fewest)
    while len(counted) >= fewest:
        total = sum(counted.values())
        largest = max(counted, key=lambda home: (counted[home], home))
        if counted[largest] <= most * total:
            return {home: homes[home] for home in counted}
        del counted[largest]
    return {}


def _changed(before: Mapping[Home, Planned], after: Mapping[Home, Planned], first: int) -> int:
    """Count the homes of which the two sums hold something else."""
    return sum(
        _ahead(before.get(home), first) != _ahead(after.get(home), first) for home in before.keys() | after.keys()
    )


def _ahead(one: Planned | None, first: int) -> tuple[dict[int, int], dict[int, int]]:
    if one is None:
        return {}, {}
    placed, once = ({at: wh for at, wh in part.items() if at >= first and wh} for part in (one.placed, one.once))
    return placed, once


def _sum(parts: Iterable[Wh]) -> dict[int, int]:
    total: dict[int, int] = {}
    for part in parts:
        for at, wh in part.items():
            total[at] = total.get(at, 0) + wh
    return total


def _add(total: dict[int, int], start: datetime, wh: tuple[int, ...]) -> None:
    for at, each in enumerate(wh, to_number(start)):
        total[at] = total.get(at, 0) + each
