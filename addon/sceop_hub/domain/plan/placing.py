"""Placing: where one request fits best into a curve, in whole Wh that add up exactly.

A curve is a list of Wh, a slot each from the present one on; what is placed there later is added to it. Of equally good
places the earliest is taken, and `haste` says how much more a slot may hold if it comes one slot sooner.
"""

from bisect import bisect_right
from collections.abc import Sequence
from math import ceil, sumprod

from ...core.plan.wants import Need
from ...core.slots import EPOCH, SLOT, to_number
from .places import SLOTS_AN_HOUR, Request

type Curve = Sequence[int]
type Laid = tuple[int, tuple[int, ...]]
"""The first slot, counted from the curve's first, and the Wh from there on."""


def window(request: Request) -> tuple[int, int]:
    """Return the numbers of the first slot in which a request may run, and of the first in which it may no more."""
    return -((EPOCH - request.earliest) // SLOT), to_number(request.ready_by)


def full_power(need: Need, wh: int) -> tuple[int, ...]:
    """Return what so much of a need takes slot by slot if nothing holds it back."""
    most = most_wh(need)
    whole, rest = divmod(wh, most)
    return (most,) * whole + ((rest,) if rest else ())


def most_wh(need: Need) -> int:
    """Return what it takes in a slot at most."""
    return max(need.max_w // SLOTS_AN_HOUR, 1)


def lay_run(wh: tuple[int, ...], first: int, end: int, curve: Curve, haste: float = 0.0) -> Laid:
    """Return the start at which a run adds least to what is high; too late for its end, it starts at once."""
    last = end - len(wh)
    if last <= first:
        return first, wh
    best, least, later = first, float("inf"), haste * sum(wh)
    for start in range(first, last + 1):
        weight = sumprod(wh, curve[start : start + len(wh)]) + later * (start - first)
        if weight < least:
            best, least = start, weight
    return best, wh


def lay_need(need: Need, wh: int, first: int, end: int, curve: Curve, haste: float = 0.0) -> Laid:
    """Return where so much of a need adds least to what is high; where time is short, at once at full power."""
    at_once = full_power(need, wh)
    if end - first < len(at_once):
        return first, at_once
    if not need.interruptible:
        return lay_run(at_once, first, end, curve, haste)
    heights = curve[first:end] if not haste else [curve[at] + haste * (at - first) for at in range(first, end)]
    least, most = -(-need.min_w // SLOTS_AN_HOUR), most_wh(need)
    if least >= most or wh < least * len(at_once):
        return _lowest(at_once, first, heights)
    return _level(wh, least, most, first, heights)


def _lowest(pieces: tuple[int, ...], first: int, heights: Sequence[float]) -> Laid:
    """Return the lowest slots, each at full power; the piece that is left over goes into the highest of them."""
    lowest = sorted(range(len(heights)), key=heights.__getitem__)[: len(pieces)]
    start, end = min(lowest), max(lowest) + 1
    laid = [0] * (end - start)
    for at, piece in zip(lowest, pieces, strict=True):
        laid[at - start] = piece
    return first + start, tuple(laid)


def _level(wh: int, least: int, most: int, first: int, heights: Sequence[float]) -> Laid:
    """Return slots filled up to one level, each with at least and at most so much."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    fewest = -(-wh // most)
    useful = _useful([heights[at] for at in order], wh, least, most)
    count = max(fewest, min(useful, wh // least if least else len(order)), 1)
    chosen = order[:count]
    over = fill([heights[at] + least for at in chosen], wh - least * count, most - least)
    parts = whole(over, wh - least * count, most - least)
    start, end = min(chosen), max(chosen) + 1
    laid = [0] * (end - start)
    for at, part in zip(chosen, parts, strict=True):
        laid[at - start] = least + part
    return _trimmed(first + start, laid)


def _useful(heights: Sequence[float], wh: int, least: int, most: int) -> int:
    """Return how many of the slots, the lowest first, are best used by so much.

    Where a slot may hold nothing, or from `least` on, the next one is worth it once half of its least lies below the
    level that the others have reached; that level is taken as high as all of it reaches.
    """
    if not least:
        return sum(part >= 1 for part in fill(heights, wh, most))

    def holds(count: int) -> int:
        level = heights[count - 1] + least / 2
        return ceil(sum(min(max(level - height, least), most) for height in heights[:count]))

    return bisect_right(range(1, len(heights) + 1), wh, key=holds)


def fill(heights: Sequence[float], amount: float, most: float) -> list[float]:
    """Fill slots up to a common level with so much, each with at most `most`."""
    level = level_of(heights, amount, most)
    return [min(max(level - height, 0.0), most) for height in heights]


def level_of(heights: Sequence[float], amount: float, most: float) -> float:
    """Return the level up to which so much fills slots; it rises past slots that it reaches and slots that are full."""
    order, count = sorted(heights), len(heights)
    reached, full, level = 1, 0, float(order[0])
    while True:
        if reached == full:
            level, reached = order[reached], reached + 1
        until = order[full] + most
        joins = reached < count and order[reached] <= until
        if joins:
            until = order[reached]
        room = (reached - full) * (until - level)
        if room >= amount:
            return level + amount / (reached - full)
        amount -= room
        level = until
        if joins:
            reached += 1
        else:
            full += 1
            if full == count:
                return level


def whole(parts: Sequence[float], total: int, most: int) -> list[int]:
    """Round parts to whole Wh that come to the total, none above `most`: the largest remainders are rounded up."""
    rounded = [min(int(part), most) for part in parts]
    missing = total - sum(rounded)
    order = sorted(range(len(parts)), key=lambda at: rounded[at] - parts[at])
    while missing > 0:
        before = missing
        for at in order:
            if missing and rounded[at] < most:
                rounded[at] += 1
                missing -= 1
        if missing == before:
            raise ValueError(f"{total} Wh do not fit into {len(parts)} slots of {most} Wh")
    return rounded


def _trimmed(first: int, laid: list[int]) -> Laid:
    """Leave out slots before and after in which nothing happens."""
    start = next((at for at, wh in enumerate(laid) if wh), 0)
    end = next((at for at in range(len(laid), 0, -1) if laid[at - 1]), len(laid))
    return first + start, tuple(laid[start:end])
