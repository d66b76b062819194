"""Places: what a household asked for and where the community put it; energy and windows, and no appliance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...core.plan.wants import Need, RunOnce
from ...core.slots import SLOT

type Request = RunOnce | Need

SLOTS_AN_HOUR = timedelta(hours=1) // SLOT


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request lies: Wh of each slot from `start` on, with zeros where it pauses."""

    household: int
    id: str
    start: datetime
    wh: tuple[int, ...]

    @property
    def end(self) -> datetime:
        """The end of its last slot."""
        return self.start + len(self.wh) * SLOT


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was first asked: it is what the next days are expected to bring again."""

    household: int
    at: datetime
    request: Request


@dataclass(frozen=True, slots=True)
class Usual:
    """A request that will probably come at a time; so much of it that all of a kind add up to a usual day."""

    comes: datetime
    request: Request
    weight: float


@dataclass(frozen=True, slots=True)
class Lately:
    """How a home fared and did of late, both from 0 to 1; every place that it had moves them a little."""

    waited: float = 0.5
    """How long it waited: 0 is served at once, 1 at the last moment. Who waited longer is served sooner."""
    kept: float = 1.0
    """How often it began when its place did; places that are not used hold so much less room."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the community is expected to draw in the slots from `start` on without what is planned, and its limit.

    `expected_w` is net: below zero is a surplus. `sigma_w` is by how much a slot is usually missed when it was told an
    hour before; the margin is made of it.
    """

    start: datetime
    expected_w: Sequence[float]
    sigma_w: Sequence[float]
    limit_w: float


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of the congestion curve, in W: what is expected, reserved and usually comes, beside the limit."""

    start: datetime
    expected_w: int
    reserved_w: int
    usual_w: int
    limit_w: int

    @property
    def over(self) -> bool:
        """Tell whether it is above the limit."""
        return self.expected_w + self.reserved_w + self.usual_w > self.limit_w
