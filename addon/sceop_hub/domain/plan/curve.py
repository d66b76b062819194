"""The curve: Wh of the slots to come, of what is expected, reserved and usually comes, and of all together.

Whole numbers, so that what is put in and taken out again leaves nothing behind, in whatever order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

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
    usual: list[int] = field(default_factory=_nothing)

    def reserve(self, first: int, wh: Sequence[int], sign: int = 1) -> None:
        """Put a place in, or take it out again."""
        self._lift(self.reserved, first, wh, sign)

    def anticipate(self, first: int, wh: Sequence[int], sign: int = 1) -> None:
        """Put in what usually comes, or take it out again."""
        self._lift(self.usual, first, wh, sign)

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
        for part in (self.whole, self.base, self.margin, self.reserved, self.usual):
            part[:] = part[passed:] + [0] * passed
        self.slot = slot

    def _lift(self, part: list[int], first: int, wh: Sequence[int], sign: int) -> None:
        whole, at = self.whole, first - self.slot
        for one in wh:
            if one and 0 <= at < HORIZON:
                part[at] += sign * one
                whole[at] += sign * one
            at += 1
