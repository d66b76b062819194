"""Potential: what shifting could have done in days that are over, made of published sums and of a share that can move.

It is an estimate and says what it assumes: that a share of what was used in each slot could have been used in another
slot of the same local day, that nothing used more or less in sum, that no slot went above the day's own highest, and
that whoever moved it knew prices and sun of that day. Real homes know less and reach less. What the share is nobody
measures directly; so it comes as three numbers, and each figure with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

WH_PER_KWH = 1000
SLOTS_AN_HOUR = 4
ROUNDS = 50
"""Halvings by which a level is found."""
_NOTHING = 1e-6

type Assumption = Literal["share", "same_day", "same_sum", "below_peak", "known_ahead", "shared_grid"]

ASSUMES: tuple[Assumption, ...] = ("share", "same_day", "same_sum", "below_peak", "known_ahead", "shared_grid")
"""What words are made of at the page. `shared_grid`: a neighbour's surplus counts as if it were sold and bought between
them at the price of feeding in, as in an energy community."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of what is used in a slot could be used in another: at least, about, at most."""

    low: float
    mid: float
    high: float

    def __post_init__(self) -> None:
        """Refuse what no shares are."""
        if not 0 <= self.low <= self.mid <= self.high <= 1:
            raise ValueError(f"shares go up from 0 to 1: {self}")


@dataclass(frozen=True, slots=True)
class Day:
    """Slots of a local day, 92, 96 or 100 of them; None where nothing was published.

    Prices are those of a kWh from and to the grid, `co2_g` grams of a kWh from it; None where nobody told them.
    """

    used_wh: Sequence[int | None]
    made_wh: Sequence[int | None]
    buy: Sequence[float] | None = None
    sell: Sequence[float] | None = None
    co2_g: Sequence[float] | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of moving one share; sums over the days, `peak_w` the mean by which their highest slots fell.

    `own_sun_wh` is what was made by the homes and used by them instead of being fed in.
    """

    wh: float = 0.0
    own_sun_wh: float = 0.0
    peak_w: float = 0.0
    money: float | None = None
    co2_g: float | None = None


@dataclass(frozen=True, slots=True)
class Potential:
    """What could have been saved, for the three shares; `days` stand behind it, of `of_days`."""

    days: int
    of_days: int
    low: Moved
    mid: Moved
    high: Moved
    assumes: tuple[Assumption, ...] = ASSUMES


def potential(days: Iterable[Day], shares: Shares) -> Potential:
    """Return what moving such shares would have come to. Days with a gap are left out: missing is not zero."""
    every = list(days)
    whole = [(day, used, made) for day in every if (used := _known(day.used_wh)) and (made := _known(day.made_wh))]
    low, mid, high = (
        summed([_moved(day, used, made, share) for day, used, made in whole])
        for share in (shares.low, shares.mid, shares.high)
    )
    return Potential(len(whole), len(every), low, mid, high)


def _known(values: Sequence[int | None]) -> list[int] | None:
    known = [value for value in values if value is not None]
    return known if known and len(known) == len(values) else None


def moved(day: Day, net: Sequence[float], after: Sequence[float]) -> Moved:
    """Return what it comes to that the homes together drew `after` from the grid in a day's slots, instead of `net`."""
    return Moved(
        sum(max(before - now, 0.0) for before, now in zip(net, after, strict=True)),
        _fed_in(net) - _fed_in(after),
        (max(net) - max(after)) * SLOTS_AN_HOUR,
        None if day.buy is None else _cost(net, day.buy, _paid(day)) - _cost(after, day.buy, _paid(day)),
        None if day.co2_g is None else _cost(net, day.co2_g) - _cost(after, day.co2_g),
    )


def _moved(day: Day, used: Sequence[int], made: Sequence[int], share: float) -> Moved:
    """Return what a day would have come to: by price where one is known, to the lowest peak where none is."""
    net = [float(use - make) for use, make in zip(used, made, strict=True)]
    may_leave = [share * use for use in used]
    return moved(day, net, _flat(net, may_leave) if day.buy is None else _cheap(net, may_leave, day.buy, _paid(day)))


def _paid(day: Day) -> Sequence[float]:
    """Return what feeding in brings; nothing where nobody told, which makes own sun worth most."""
    return day.sell if day.sell is not None else [0.0] * len(day.used_wh)


def _fed_in(net: Sequence[float]) -> float:
    return sum(max(-wh, 0.0) for wh in net)


def _cost(net: Sequence[float], buy: Sequence[float], sell: Sequence[float] | None = None) -> float:
    """Return what all slots cost; what is fed in takes nothing off where it has no price."""
    bought = sum(max(wh, 0.0) * price for wh, price in zip(net, buy, strict=True))
    sold = 0.0 if sell is None else sum(max(-wh, 0.0) * price for wh, price in zip(net, sell, strict=True))
    return (bought - sold) / WH_PER_KWH


def _flat(net: Sequence[float], may_leave: Sequence[float]) -> list[float]:
    """Lower the day's highest slots as far as what may leave them finds room below, and fill the lowest with it."""
    lowest, highest = min(net), max(net)
    for _ in range(ROUNDS):
        level = (lowest + highest) / 2
        above = sum(_above(net, may_leave, level))
        room = sum(max(level - wh, 0.0) for wh in net)
        held = all(wh - left <= level for wh, left in zip(net, may_leave, strict=True))
        lowest, highest = (lowest, level) if held and above <= room else (level, highest)
    off = _above(net, may_leave, highest)
    return _filled([wh - left for wh, left in zip(net, off, strict=True)], sum(off))


def _above(net: Sequence[float], may_leave: Sequence[float], level: float) -> list[float]:
    return [min(max(wh - level, 0.0), left) for wh, left in zip(net, may_leave, strict=True)]


def _filled(net: Sequence[float], wh: float) -> list[float]:
    """Pour energy into the lowest slots, as water finds its level."""
    lowest, highest = min(net), max(net) + wh
    for _ in range(ROUNDS):
        level = (lowest + highest) / 2
        poured = sum(max(level - slot, 0.0) for slot in net)
        lowest, highest = (level, highest) if poured < wh else (lowest, level)
    return [max(slot, highest) for slot in net] if wh > 0 else list(net)


def _cheap(
    net: Sequence[float], may_leave: Sequence[float], buy: Sequence[float], sell: Sequence[float]
) -> list[float]:
    """Move the dearest Wh to the cheapest slots as long as that saves anything; none rises above the day's highest.

    What is drawn is worth its price, what would have been fed in what that brings; so a slot has a dear and a cheap
    part, of what may leave it and of the room that it has.
    """
    top = max(net)
    after, left = list(net), list(may_leave)
    while True:
        giving = [(buy[at] if after[at] > 0 else sell[at], at) for at in range(len(net)) if left[at] > _NOTHING]
        taking = [(sell[at] if after[at] < 0 else buy[at], at) for at in range(len(net)) if top - after[at] > _NOTHING]
        if not giving or not taking:
            return after
        (dear, source), (cheap, target) = max(giving), min(taking)
        if source == target or dear - cheap <= _NOTHING:
            return after
        wh = min(left[source], top - after[target])
        wh = min(wh, after[source]) if after[source] > 0 else wh
        wh = min(wh, -after[target]) if after[target] < 0 else wh
        after[source] -= wh
        left[source] -= wh
        after[target] += wh


def summed(days: Sequence[Moved]) -> Moved:
    """Sum up days; of peaks it is the mean."""
    if not days:
        return Moved()
    money, co2 = ([getattr(day, name) for day in days] for name in ("money", "co2_g"))
    return Moved(
        sum(day.wh for day in days),
        sum(day.own_sun_wh for day in days),
        sum(day.peak_w for day in days) / len(days),
        None if None in money else sum(money),
        None if None in co2 else sum(co2),
    )
