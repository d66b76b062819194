"""Kinds: requests that usually come in the same half hour and end in the same, taken as one that flows.

Of single ones nobody knows; together they are as sure as a habit. So a kind fills slots to a level, without pieces.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...core.plan.wants import Need, RunOnce
from ...core.slots import to_number
from .places import SLOTS_AN_HOUR, Usual
from .placing import level_of, window

BUCKET = SLOTS_AN_HOUR // 2
"""Half hours are fine enough, and few enough to be filled anew at each slot."""
HALF = 0.5


@dataclass(slots=True)
class Kind:
    """What is still to come of a kind; slots by number."""

    comes: int
    first: int
    end: int
    waiting: list[tuple[int, float, float]] = field(default_factory=list)
    """Of each request when it comes, its Wh and its most in a slot; the first to come at the end."""
    wh: float = 0.0
    most: float = 0.0
    laid: tuple[int, list[int]] = (0, [])
    """Where it lies now: the first slot and the Wh from there on."""

    def forget(self, slot: int) -> None:
        """Let go of those whose time has come: they ask themselves now, or do not."""
        while self.waiting and self.waiting[-1][0] < slot:
            _, wh, most = self.waiting.pop()
            self.wh -= wh
            self.most -= most

    def lay(self, slot: int, curve: list[int]) -> None:
        """Fill slots of a curve that begins with this one and does not hold it: those after it, as it is to come.

        What does not fit comes too late anyway.
        """
        self.forget(slot)
        first, end = max(self.first, slot + 1), max(self.end, slot + 2)
        heights = curve[first - slot : end - slot]
        if not self.waiting or not heights:
            self.laid = slot, []
            return
        most = self.most
        level = level_of(heights, min(self.wh, most * len(heights)), most)
        full, short = round(most), level - most
        self.laid = (
            first,
            [0 if height >= level else full if height <= short else int(level - height + HALF) for height in heights],
        )


def kinds(usual: Iterable[Usual]) -> list[Kind]:
    """Put what usually comes into kinds, the first to come first."""
    found: dict[tuple[int, int], Kind] = {}
    for one in usual:
        request, comes = one.request, to_number(one.comes)
        first, end = window(request)
        kind = found.setdefault((comes // BUCKET, end // BUCKET), Kind(comes, first, end))
        kind.comes, kind.first, kind.end = min(kind.comes, comes), min(kind.first, first), min(kind.end, end)
        match request:
            case RunOnce(wh=profile):
                wh, most = sum(profile), sum(profile) / len(profile)
            case Need(wh=wh):
                most = min(request.max_w / SLOTS_AN_HOUR, wh)
        kind.waiting.append((comes, wh * one.weight, most * one.weight))
        kind.wh += wh * one.weight
        kind.most += most * one.weight
    for kind in found.values():
        kind.waiting.sort(reverse=True)
    return sorted(found.values(), key=lambda kind: (kind.comes, kind.end))
