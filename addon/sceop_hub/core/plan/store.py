"""Store: what is put in now and taken later at least cost, exactly: cost to go is kept as lengths of equal slope.

What a store will still cost is a convex function of what it holds. One slot earlier it is the same function joined with
that slot's costs, which sorts the pieces of both by slope: no grid of states is laid, so nothing is lost between its lines.
A battery and a heated room are both such stores; the room loses a share of what it holds each slot, and gains from outside.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

type Pieces = list[tuple[float, float]]
"""Slope and length, ascending by slope."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a slot lets the store do: it keeps a share, gains from outside, and gives or takes at a price."""

    giving: Pieces
    """What a unit given brings, from the first (the dearest) to the last; and what a unit taken costs, cheapest first."""
    taking: Pieces
    keeps: float = 1.0
    gains: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What the store may hold; outside of the band each unit costs, but can be."""

    lowest: float
    highest: float
    band_low: float
    band_high: float
    outside_costs: float


@dataclass(frozen=True, slots=True)
class ToGo:
    """What the slots that follow cost by what the store holds then: `slopes` between `edges`."""

    edges: list[float]
    slopes: list[float]

    def value(self, held: float) -> float:
        """Return what a unit more would save then."""
        if not self.slopes:
            return 0.0
        place = bisect_right(self.edges, held) - 1
        return -self.slopes[min(max(place, 0), len(self.slopes) - 1)]


_CLOSE = 1e-7
"""Of a unit: what is shorter is a rounding error."""
_TIE = 1e-12


def to_go(steps: Sequence[Step], limits: Limits, left_price: float) -> list[ToGo]:
    """Return the cost to go after each step, for a store whose content is worth so much after the last."""
    pieces: Pieces = [(-left_price, limits.highest - limits.lowest)]
    found = []
    for step in reversed(steps):
        pieces = _banded(pieces, limits)
        edges = list(accumulate((length for _, length in pieces), initial=limits.lowest))
        found.append(ToGo(edges, [slope for slope, _ in pieces]))
        pieces = _earlier(pieces, step, limits)
    found.reverse()
    return found


def move(step: Step, after: ToGo, held: float) -> float:
    """Return how much is best taken in a step, or given, below zero. Of equal times the earlier is used."""
    at = step.keeps * held + step.gains
    edges, slopes = after.edges, after.slopes
    place = max(bisect_right(edges, at + _CLOSE) - 1, 0)
    taken = 0.0
    for price, length in step.taking:
        while length > _CLOSE and place < len(slopes) and price + slopes[place] <= _TIE:
            part = min(length, edges[place + 1] - at)
            at, taken, length = at + part, taken + part, length - part
            place += at >= edges[place + 1] - _CLOSE
    if taken:
        return taken
    place = min(bisect_left(edges, at - _CLOSE) - 1, len(slopes) - 1)
    for price, length in step.giving:
        while length > _CLOSE and place >= 0 and price + slopes[place] >= -_TIE:
            part = min(length, at - edges[place])
            at, taken, length = at - part, taken - part, length - part
            place -= at <= edges[place] + _CLOSE
    return taken


def rising(pieces: Pieces) -> Pieces:
    """Return pieces that get dearer the more is taken: where one is cheaper than those before, it is had with them."""
    found: Pieces = []
    for price, length in pieces:
        while found and found[-1][0] >= price:
            before, longer = found.pop()
            price, length = (before * longer + price * length) / (longer + length), longer + length
        found.append((price, length))
    return found


def _earlier(pieces: Pieces, step: Step, limits: Limits) -> Pieces:
    """Return the cost to go before a step: its moves joined in, cut to what the store can hold before it."""
    joined = list(pieces)
    for price, length in (*step.giving, *step.taking):
        insort(joined, (-price, length))
    takes, gives = (sum(length for _, length in moves) for moves in (step.taking, step.giving))
    lost = 1 - step.keeps
    joined = _cut(joined, takes + step.gains - lost * limits.lowest)
    joined.reverse()
    joined = _cut(joined, gives + lost * limits.highest - step.gains)
    joined.reverse()
    if lost:
        joined = [(slope * step.keeps, length / step.keeps) for slope, length in joined]
    return joined


def _cut(pieces: Pieces, length: float) -> Pieces:
    """Return the pieces without so much at the beginning."""
    for index, (slope, piece) in enumerate(pieces):
        if piece > length + _CLOSE:
            return [(slope, piece - length), *pieces[index + 1 :]]
        length -= piece
    return []


def _banded(pieces: Pieces, limits: Limits) -> Pieces:
    """Return the pieces with what it costs to be outside of the band."""
    if limits.band_low <= limits.lowest and limits.band_high >= limits.highest:
        return pieces
    found: Pieces = []
    at = limits.lowest
    for slope, length in pieces:
        low = min(max(limits.band_low - at, 0), length)
        high = min(max(at + length - limits.band_high, 0), length - low)
        for part, extra in ((low, -limits.outside_costs), (length - low - high, 0.0), (high, limits.outside_costs)):
            if part > 0:
                found.append((slope + extra, part))
        at += length
    return found
