"""The curve: Wh of the slots to come: what is expected, what is reserved, and all together with what usually comes.

Whole numbers, so that what is put in and taken out again leaves nothing behind, in whatever order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import add, sub

HORIZON = 200
"""Slots ahead: the two days for which may be asked, and what is left of an hour."""


def _nothing() -> list[int]:
    return [0] * HORIZON


@dataclass(slots=True)
class Curve:
    """Each list begins with the present slot."""

    slot: int
    whole: list[int] = field(default_factory=_nothing)
    base: list[int] = field(default_factory=_nothing)
    """What is expected, with its margin."""
    margin: list[int] = field(default_factory=_nothing)
    reserved: list[int] = field(default_factory=_nothing)

    def reserve(self, first: int, wh: Sequence[int]) -> None:
        """Put a place in."""
        self._change(self.reserved, first, wh, add)
        self.lift(first, wh)

    def free(self, first: int, wh: Sequence[int]) -> None:
        """Take a place out."""
        self._change(self.reserved, first, wh, sub)
        self.drop(first, wh)

    def lift(self, first: int, wh: Sequence[int]) -> None:
        """Put in what holds room without being reserved."""
        self._change(self.whole, first, wh, add)

    def drop(self, first: int, wh: Sequence[int]) -> None:
        """Take out what holds room, to look at the rest."""
        self._change(self.whole, first, wh, sub)

    def expect(self, base: Sequence[int], margin: Sequence[int]) -> None:
        """Take what is expected from now on in place of what was."""
        whole, before = self.whole, self.base
        for at, wh in enumerate(base):
            whole[at] += wh - before[at]
        self.base[:], self.margin[:] = base, margin

    def pass_to(self, slot: int) -> None:
        """Let slots pass."""
        passed = min(slot - self.slot, HORIZON)
        if passed <= 0:
            return
        for part in (self.whole, self.base, self.margin, self.reserved):
            part[:] = part[passed:] + [0] * passed
        self.slot = slot

    def _change(self, part: list[int], first: int, wh: Sequence[int], change: Callable[[int, int], int]) -> None:
        at = first - self.slot
        if at < 0:
            wh, at = wh[-at:], 0
        end = at + len(wh)
        part[at:end] = map(change, part[at:end], wh, strict=False)
