"""What is remembered of a flexible load: where it stands, what it was promised, and what people did with it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from ..core.plan.plan import Placement
from ..core.slots import SLOT


class Phase(StrEnum):
    """Where a load stands."""

    WAITING = "waiting"
    """Nothing is asked of it."""
    READY = "ready"
    """It may run, and no time is known yet."""
    PLANNED = "planned"
    """It will run, and the time is known."""
    RUNNING = "running"
    DONE = "done"
    OVERRIDDEN = "overridden"
    """A person decided otherwise; it is left alone until it is needed the next time."""


OPEN = frozenset({Phase.READY, Phase.RUNNING})
"""Phases in which a plan has to reckon with it; a load that is planned is one that is ready and has a place."""

MOST_STARTS = 60
"""Starts by hand that are remembered: two months of a daily one."""


@dataclass(frozen=True, slots=True)
class Memory:
    """All of it, as it survives a restart."""

    at: datetime
    """When it was looked at last."""
    phase: Phase = Phase.WAITING
    may_act: bool = False
    """Whether a person allowed the plan to act."""
    token: str = ""
    """The need's name outside of this home: random, and another one for each need."""
    ready_by: datetime | None = None
    armed: bool = True
    """Whether a new need may begin: what was done, or stopped by hand, first has to be over."""
    place: Placement | None = None
    started: datetime | None = None
    by_hand: bool = False
    """Whether a person began what runs."""
    held_until: datetime | None = None
    """Until when a person's choice is left alone, where no next need says so."""
    taken_wh: float = 0.0
    """What the need was given so far."""
    quiet_since: datetime | None = None
    """Since when a meter shows no power in a run."""
    still_on: bool = False
    """Whether it was still on when its run was over: that begins no other run."""
    endless: bool = False
    """Whether a run took more than twice its time."""
    shown: str | None = None
    """What the entity that runs it showed last."""
    wrote: str | None = None
    """What the plan wrote to it last, while that holds, as the entity shows it: some round what they are told."""
    asked: str | None = None
    """The same as the plan wrote it."""
    wrote_at: datetime | None = None
    was: str | None = None
    """What it showed before the plan first wrote to it."""
    watts: int | None = None
    """What a meter showed last; it held until the next look."""
    drawn: tuple[float, ...] = ()
    """What a meter showed of the run so far, by slot."""
    runs: tuple[tuple[int, ...], ...] = ()
    """The last runs that a meter saw whole, by slot, the newest last."""
    starts: tuple[datetime, ...] = ()
    """When people started it by hand, the newest last."""
    traces: tuple[tuple[float, ...], ...] = ()
    """What a thermostat's room did in each slot: warming, drive (kWh), and difference to outside."""
    saved_on: date | None = None
    saved: float = 0.0
    """What that day's finished runs saved beside starting at once."""
    reserved: bool = False
    """Whether the community gave it its place."""

    @property
    def open(self) -> bool:
        """Whether a plan has to reckon with it."""
        return self.phase in OPEN

    @property
    def told(self) -> Phase:
        """Where it stands, as people are told."""
        return Phase.PLANNED if self.phase is Phase.READY and self.place is not None else self.phase

    def begin(self, token: str, ready_by: datetime) -> Self:
        """Return it with a new need."""
        return replace(
            self,
            phase=Phase.READY,
            token=token,
            ready_by=ready_by,
            armed=False,
            place=None,
            started=None,
            by_hand=False,
            held_until=None,
            taken_wh=0.0,
            quiet_since=None,
            endless=False,
            drawn=(),
        )

    def run(self, now: datetime, *, by_hand: bool) -> Self:
        """Return it running; what people begin is remembered."""
        starts = (*self.starts, now)[-MOST_STARTS:] if by_hand else self.starts
        return replace(
            self, phase=Phase.RUNNING, started=now, by_hand=by_hand, starts=starts, quiet_since=None, drawn=()
        )

    def rest(self, phase: Phase) -> Self:
        """Return it at rest, with nothing planned."""
        return replace(self, phase=phase, place=None, started=None, by_hand=False, quiet_since=None)

    def missed(self, now: datetime) -> Self:
        """Return it without a place whose time passed while nothing ran."""
        late = self.phase is Phase.READY and self.place is not None and now >= self.place.start + SLOT
        return replace(self, place=None) if late else self
