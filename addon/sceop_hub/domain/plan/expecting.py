"""Expecting: the forecast of the slots to come, corrected by what came since it was made.

Whoever draws more than was thought goes on to do so for a while. The margin is for what nobody knows yet: the present
slot has none once its live power is known, so what may run now does, and the morning keeps room for surprises.
"""

from collections import deque
from dataclasses import dataclass, field

from ...core.slots import to_number
from .curve import HORIZON
from .places import SLOTS_AN_HOUR, Outlook

A_DAY = 24 * SLOTS_AN_HOUR
MARGIN = 0.8
"""So many sigmas are kept free in each slot to come; `script/bench plan` on days before those that it reports."""
CARRIED = 0.8
"""How much of a slot's error lasts until the next."""
REMEMBERED = 8
"""Slots that ended: their figures may come late."""


@dataclass(slots=True)
class Expecting:
    """The newest outlook, and how far off it is at a slot."""

    outlook: Outlook
    off: float = 0.0
    at: int = 0
    past: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    """What was reserved in slots that ended, so that the rest of what they drew is told apart."""

    def foresee(self, outlook: Outlook) -> None:
        """Take an outlook; a newer one knows what came until it was made."""
        if outlook.start != self.outlook.start:
            self.off, self.at = 0.0, 0
        self.outlook = outlook

    def told(self, slot: int) -> float:
        """Return the Wh that the forecast tells of a slot; beyond its end its last day comes again."""
        return self.outlook.expected_w[self._index(slot)] / SLOTS_AN_HOUR

    def learn(self, slot: int, base_wh: float) -> None:
        """Take what a slot drew without what was planned; older news than what is known changes nothing."""
        if slot >= self.at:
            self.off, self.at = base_wh - self.told(slot), slot

    def learn_closed(self, slot: int, wh: float) -> None:
        """Take what a slot that ended drew altogether."""
        reserved = dict(self.past).get(slot)
        if reserved is not None:
            self.learn(slot, wh - reserved)

    def ahead(self, slot: int) -> tuple[list[int], list[int]]:
        """Return what is to be expected from a slot on with its margin, and the margin alone."""
        known = self.at == slot
        off = self.off * CARRIED ** max(slot - self.at, 0)
        base, margins = [], []
        for at in range(HORIZON):
            index = self._index(slot + at)
            sigma = self.outlook.sigma_w[index] if at or not known else 0.0
            margin = round(MARGIN * sigma / SLOTS_AN_HOUR)
            base.append(round(self.outlook.expected_w[index] / SLOTS_AN_HOUR + off) + margin)
            margins.append(margin)
            off *= CARRIED
        return base, margins

    def _index(self, slot: int) -> int:
        index, count = slot - to_number(self.outlook.start), len(self.outlook.expected_w)
        if index >= count:
            index -= A_DAY * -(-(index - count + 1) // A_DAY)
        return max(index, 0)
