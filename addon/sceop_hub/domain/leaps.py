"""Leaps: from one day on a home counts many times what it ever did, and what homes do. Its meter broke, or it is none.

While that lasts the home stands behind no figure, just as one that is too large a part of a sum. Its share is measured
over a month, and so would tell too late; what has lasted for most of that month is a new level, and its share decides.
Days before the hub noticed are published and stay so; but where it made up much of them, nobody learns what homes do.
"""

from collections.abc import Collection, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field
from statistics import median, median_low

from .privacy import Home

TIMES_EVER = 10
"""Nobody's habits make a home use ten times its highest day."""

TIMES_OTHERS = 20
"""Whoever moves into an empty house with electric heating uses ten times what the home in the middle does."""

LEAST_DAY_WH = 150_000
"""Less is a home that was empty, or lived off its own roof, and now heats and charges two cars."""

FEWEST_BEFORE = 7
"""Days that say how it was."""

FEWEST_HOMES = 4
"""So many say what homes do. Who has nothing of a flow does not: most meters count an export that never comes."""

FEWEST_DAYS = 2
"""One may be a glitch, and a home that is left out comes back only with others."""

LATELY = 3
"""Days of which two say whether it goes on."""

MUCH = 0.1
"""Of what the others came to on a day: less than that a forecast errs by anyway."""

OUTBURST_EVER, OUTBURST_OTHERS, OUTBURST_PART, OUTBURST_WH = 5, 8, 0.25, 50_000
"""So many times its highest day and what homes do, so much of all, and so much at all: it may be true, and the home
stays. But such a day tells what one home does, and not what homes do."""

OUTBURSTS = 7
"""Days: what comes more often is how a home lives, and is learned."""

type Days = Sequence[float | None]
"""A home's Wh of a flow, day by day; None where too little of a day is known."""


@dataclass(frozen=True, slots=True)
class Leaps:
    """The homes to be left out, and the days, by their place, on which a home that leapt made up much of the sum."""

    homes: frozenset[Home] = frozenset()
    days: Mapping[Home, frozenset[int]] = field(default_factory=dict)

    def doubtful(self, counted: AbstractSet[Home]) -> frozenset[int]:
        """Return the days that tell of a broken meter more than of homes, given who was counted in them."""
        return frozenset().union(*(days for home, days in self.days.items() if home in counted))


def leaps(flows: Mapping[str, Mapping[Home, Days]], by_hand: AbstractSet[Home] = frozenset()) -> Leaps:
    """Return who leapt, of days that are the same for all homes and flows.

    What homes do is told by those that speak for themselves, if there are any: nobody shall enter homes by hand, and
    learn from who is left out then how much another used.
    """
    out: set[Home] = set()
    doubtful: dict[Home, frozenset[int]] = {}
    for homes in flows.values():
        telling = {home: own for home, own in homes.items() if home not in by_hand} or homes
        days = list(zip(*telling.values(), strict=True))
        middle = [_middle(day) for day in days]
        sums = [sum(wh for wh in day if wh is not None) for day in days]
        for home, own in homes.items():
            found = _leapt(own, middle)
            if len(found) >= FEWEST_DAYS and _goes_on(own, found):
                out.add(home)
            part = own if home in telling else [None] * len(own)
            others = [total - (mine or 0.0) for total, mine in zip(sums, part, strict=True)]
            much = {at for at, wh in found.items() if wh > MUCH * others[at]} | _outbursts(own, middle, others)
            if much:
                doubtful[home] = doubtful.get(home, frozenset()).union(much)
    return Leaps(frozenset(out), doubtful)


def _leapt(days: Days, middle: Days) -> dict[int, float]:
    """Return the days beyond belief, held against those before the first of them, and what was told of each."""
    found: dict[int, float] = {}
    before: list[float] = []
    for at, (wh, usual) in enumerate(zip(days, middle, strict=True)):
        if wh is None or usual is None:
            continue
        most = max(TIMES_EVER * max(before, default=0.0), TIMES_OTHERS * usual, LEAST_DAY_WH)
        if len(before) >= FEWEST_BEFORE and wh > most:
            found[at] = wh
        elif not found:
            before.append(wh)
    return found


def _outbursts(days: Days, middle: Days, others: Sequence[float]) -> set[int]:
    """Return the first days on which a home used far more than ever, and made up much of what all used."""
    found: set[int] = set()
    before: list[float] = []
    for at, (wh, usual, rest) in enumerate(zip(days, middle, others, strict=True)):
        if wh is None or usual is None or len(found) == OUTBURSTS:
            continue
        own = OUTBURST_EVER * max(before, default=0.0)
        if len(before) >= FEWEST_BEFORE and wh > max(
            own, OUTBURST_OTHERS * usual, OUTBURST_PART * (rest + wh), OUTBURST_WH
        ):
            found.add(at)
        else:
            before.append(wh)
    return found


def _goes_on(days: Days, found: Collection[int]) -> bool:
    lately = [at in found for at, wh in enumerate(days) if wh is not None and at >= min(found)][-LATELY:]
    return bool(median_low(lately))


def _middle(homes: Sequence[float | None]) -> float | None:
    known = [wh for wh in homes if wh]
    return median(known) if len(known) >= FEWEST_HOMES else None
