"""Store: what is put in now and taken later at least cost, exactly: cost to go is kept as lengths of equal slope.

What a store will still cost is a convex function of what it holds. One slot earlier it is the same function joined
with that slot's costs, which sorts the pieces of both by slope: no grid of states is laid, so nothing is lost between
its lines. A battery and a heated room are both such stores; the room loses a share of what it holds in each slot.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

type Pieces = list[tuple[float, float]]
"""Price of a unit, and for how many units it holds."""

_CLOSE = 1e-7
"""Of a unit: what is shorter is a rounding error."""
_TIE = 1e-12
_SMALL = 1e-30


@dataclass(frozen=True, slots=True)
class Step:
    """What a slot lets the store do: it keeps a share, gains from outside, and gives or takes at a price."""

    giving: Pieces
    """What a unit given brings, the dearest first."""
    taking: Pieces
    """What a unit taken costs, the cheapest first."""
    keeps: float = 1.0
    gains: float = 0.0


@dataclass(frozen=True, slots=True)
class ToGo:
    """What the slots that follow cost by what the store holds then, from `low` on: lengths of equal slope.

    Slopes are to be multiplied by `scale`, and lengths divided: so a store that loses a share need not touch each.
    """

    low: float
    slopes: list[float]
    lengths: list[float]
    scale: float

    def edges(self) -> list[float]:
        """Return where the slopes begin and end, counted from `low` in scaled units."""
        return list(accumulate(self.lengths, initial=0.0))


def corridor(steps: Sequence[Step], held: float, low: float, high: float) -> tuple[list[float], list[float]]:
    """Return the least and the most that the store may hold after each step, so that the band can be kept later, too.

    Where it begins outside of the band, or cannot be kept in it, that is as near to the band as it can be.
    """
    if low <= held <= high and all(step.keeps == 1 and not step.gains for step in steps):
        return [low] * len(steps), [high] * len(steps)
    takes = [sum(length for _, length in step.taking) for step in steps]
    gives = [sum(length for _, length in step.giving) for step in steps]
    lows, highs = [low], [high]
    for step, taken, given in zip(reversed(steps[1:]), reversed(takes[1:]), reversed(gives[1:]), strict=True):
        lows.append(min(max(low, (lows[-1] - step.gains - taken) / step.keeps), high))
        highs.append(max(min(high, (highs[-1] - step.gains + given) / step.keeps), low))
    lows.reverse()
    highs.reverse()
    least = most = held
    for index, step in enumerate(steps):
        lows[index] = least = min(lows[index], step.keeps * least + step.gains + takes[index])
        highs[index] = most = max(highs[index], step.keeps * most + step.gains - gives[index], least)
    return lows, highs


def to_go(steps: Sequence[Step], lows: Sequence[float], highs: Sequence[float], left_price: float) -> list[ToGo]:
    """Return the cost to go after each step, for a store whose content is worth so much after the last."""
    slopes, lengths, scale = [-left_price], [highs[-1] - lows[-1]], 1.0
    found = []
    for index in range(len(steps) - 1, -1, -1):
        found.append(ToGo(lows[index], slopes, lengths, scale))
        if not index:
            break
        step = steps[index]
        slopes, lengths = slopes.copy(), lengths.copy()
        left = step.keeps * lows[index - 1] + step.gains - lows[index]
        right = highs[index] - step.keeps * highs[index - 1] - step.gains
        for price, length in step.taking:
            _join(slopes, lengths, -price / scale, length * scale)
            left += length
        for price, length in step.giving:
            _join(slopes, lengths, -price / scale, length * scale)
            right += length
        _cut(slopes, lengths, left * scale, 0)
        _cut(slopes, lengths, right * scale, -1)
        scale *= step.keeps
        if scale < _SMALL:
            slopes, lengths = [slope * scale for slope in slopes], [length / scale for length in lengths]
            scale = 1.0
    found.reverse()
    return found


def _join(slopes: list[float], lengths: list[float], slope: float, length: float) -> None:
    if length <= 0:
        return
    place = bisect_right(slopes, slope)
    slopes.insert(place, slope)
    lengths.insert(place, length)


def _cut(slopes: list[float], lengths: list[float], length: float, end: int) -> None:
    """Take so much away at an end."""
    while lengths and lengths[end] <= length:
        length -= lengths.pop(end)
        slopes.pop(end)
    if lengths:
        lengths[end] -= length


def move(step: Step, after: ToGo, edges: list[float], held: float) -> float:
    """Return how much is best taken in a step, or given, below zero. Of equal times the earlier is used."""
    slopes, scale = after.slopes, after.scale
    at = (step.keeps * held + step.gains - after.low) * scale
    taken = _walk([(price, length * scale) for price, length in step.taking], edges, slopes, at, scale)
    if taken:
        return taken / scale
    # Giving is taking in the mirror: what is held is counted from the top, and prices from below.
    top = edges[-1]
    mirrored = [top - edge for edge in reversed(edges)]
    giving = [(-price, length * scale) for price, length in step.giving]
    return -_walk(giving, mirrored, [-slope for slope in reversed(slopes)], top - at, scale) / scale


def value(after: ToGo, edges: list[float], held: float) -> float:
    """Return what a unit more in the store would save later."""
    if not after.slopes:
        return 0.0
    place = bisect_right(edges, (held - after.low) * after.scale) - 1
    return -after.slopes[min(max(place, 0), len(after.slopes) - 1)] * after.scale


def _walk(pieces: Pieces, edges: list[float], slopes: list[float], at: float, scale: float) -> float:
    """Return how far it pays to go up from `at`; up to the first edge it has to be, whatever it costs."""
    close, moved = _CLOSE * scale, 0.0
    place = bisect_right(edges, at + close)
    for price, length in pieces:
        left = length
        while left > close and place < len(edges) and (not place or price + slopes[place - 1] * scale <= _TIE):
            part = min(left, edges[place] - at)
            at, moved, left = at + part, moved + part, left - part
            place += at >= edges[place] - close
    return moved


def rising(pieces: Pieces) -> Pieces:
    """Return pieces that get dearer the more is taken: where one is cheaper than those before, it is had with them."""
    found: Pieces = []
    for piece in pieces:
        price, length = piece
        while found and found[-1][0] >= price:
            before, longer = found.pop()
            price, length = (before * longer + price * length) / (longer + length), longer + length
        found.append((price, length))
    return found
