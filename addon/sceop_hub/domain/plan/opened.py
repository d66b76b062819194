"""Opened: a request that is not done, with its place; slots by number."""

from dataclasses import dataclass
from typing import Self

from ...core.plan.wants import Need, RunOnce
from ...core.slots import from_number
from .places import Place, Request
from .placing import full_power, lay_need, lay_run, window


@dataclass(slots=True)
class Opened:
    """Where it lies, what it has not taken yet, and how much of it counts."""

    household: int
    request: Request
    running: bool
    share: float
    """How much room its place holds: less for a home that does not use its places."""
    opens: int
    closes: int
    """Its window: the first slot in which it may run, and the first in which it may not any more."""
    left: int
    first: int = 0
    wh: tuple[int, ...] = ()
    counted: tuple[int, ...] = ()
    """The Wh that its place holds in the curve."""
    fresh: bool = True
    """Placed as it came, and not yet beside all others."""

    @classmethod
    def of(cls, household: int, request: Request, share: float, *, running: bool) -> Self:
        """Return a request without a place."""
        opens, closes = window(request)
        return cls(household, request, running, share, opens, closes, total(request))

    @property
    def place(self) -> Place:
        """Return its place as it is told."""
        return Place(self.household, self.request.id, from_number(self.first), self.wh)

    @property
    def pauses(self) -> bool:
        """Tell whether it may stop and go on."""
        return isinstance(self.request, Need) and self.request.interruptible

    @property
    def movable(self) -> bool:
        """Tell whether it may be placed anew: what runs through stays where it began."""
        return self.pauses or not self.running

    def lies(self, first: int, wh: tuple[int, ...]) -> None:
        """Take a place."""
        self.first, self.wh = first, wh
        self.counted = wh if self.share == 1 or self.running else tuple(round(one * self.share) for one in wh)

    def best(self, slot: int, curve: list[int], haste: float) -> tuple[int, tuple[int, ...]]:
        """Return the place that adds least to what is high in a curve that begins with this slot."""
        first = 0 if self.running else max(self.opens - slot, 0)
        end = min(self.closes - slot, len(curve)) if self.movable else 0
        match self.request:
            case RunOnce(wh=wh):
                at, laid = lay_run(wh, first, end, curve, haste)
            case Need():
                at, laid = lay_need(self.request, self.left, first, end, curve, haste)
        return slot + at, laid

    def shorten(self, less: int) -> None:
        """Take away the end of its place: it has taken more than was thought."""
        wh = list(self.wh)
        self.left -= less
        while less and wh:
            taken = min(less, wh[-1])
            wh[-1] -= taken
            less -= taken
            while wh and not wh[-1]:
                wh.pop()
        self.lies(self.first, tuple(wh))

    def pass_to(self, slot: int) -> None:
        """Take what lies before a slot for done."""
        first, wh = ahead(self.first, self.wh, slot)
        self.left -= sum(self.wh) - sum(wh)
        self.lies(first, wh)

    def waited(self, end: int) -> float | None:
        """Return how long it waited if it ends now: 0 where it could not end sooner, 1 where not later."""
        soonest = self.opens + shortest(self.request)
        if self.closes <= soonest:
            return None
        return min(max((end - soonest) / (self.closes - soonest), 0.0), 1.0)


def ahead(first: int, wh: tuple[int, ...], slot: int) -> tuple[int, tuple[int, ...]]:
    """Return what is left of a place from a slot on."""
    if first >= slot:
        return first, wh
    rest = wh[slot - first :]
    paused = next((at for at, one in enumerate(rest) if one), len(rest))
    return slot + paused, rest[paused:]


def total(request: Request) -> int:
    """Return the Wh of a request."""
    return sum(request.wh) if isinstance(request, RunOnce) else request.wh


def shortest(request: Request) -> int:
    """Return how many slots a request takes at least."""
    return len(request.wh if isinstance(request, RunOnce) else full_power(request, request.wh))
