"""What can be seen of a load, and what it is told to do; the natures of loads know no more of the world than this."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ..core.plan.wants import Want
from .memory import Memory


@dataclass(frozen=True, slots=True)
class Seen:
    """A look at the entities of a load; None is what cannot be known."""

    at: datetime
    ready: bool | None = None
    """Whether it is ready, or plugged in."""
    on: bool | None = None
    """Whether what runs it is on."""
    touched: bool = False
    """Whether somebody else than the plan changed that since the last look."""
    watts: int | None = None
    number: float | None = None
    """How much is missing in Wh, or how full it is as a share, or the temperature."""
    outside_c: float | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What the entity of a load should do now."""

    on: bool
    watts: int = 0
    """Below zero to discharge."""
    celsius: float | None = None


class Nature(Protocol):
    """What sets one kind of load apart. All of it is pure: a memory and a look give the next memory."""

    def step(self, memory: Memory, seen: Seen, token: str) -> Memory:
        """Return what is so now; `token` names a need that begins."""

    def want(self, memory: Memory, seen: Seen) -> Want | None:
        """Return what it asks of a plan; None asks nothing."""

    def rest_wh(self, memory: Memory, seen: Seen) -> tuple[int, ...]:
        """Return what a load that runs will take from the running slot on, where no plan can change it."""

    def order(self, memory: Memory, seen: Seen) -> Order | None:
        """Return what its entity should do; None leaves it alone."""
