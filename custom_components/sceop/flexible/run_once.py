"""A load that runs through once it has begun: ready, placed, started, done, and left alone where a person wants it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from ..core.plan.wants import RunOnce
from ..core.slots import SLOT, slot_of
from .clocks import next_time
from .memory import Memory, Phase
from .seen import Order, Seen
from .terms import RunOnceTerms, When

IDLE_W = 5
"""Below, an appliance shows its lamps and does not run."""
QUIET = timedelta(minutes=15)
"""How long a run may pause, to soak or to dry, before it counts as over."""
ENDLESS = 2
"""A run that takes so many times as long as it should has not been noticed to end."""
FEWEST_RUNS = 2
MOST_RUNS = 8
LEAST_OF_A_RUN = 0.3
"""Of the energy that was expected; what took less was no whole run."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RunOnceNature:
    """A dishwasher, a washing machine."""

    terms: RunOnceTerms
    zone: ZoneInfo
    shows: bool
    """Whether the entity that runs it shows whether it runs: a switch does, a button and a script do not."""

    def step(self, memory: Memory, seen: Seen, token: str) -> Memory:
        """Follow the appliance. What people do with it is seen first."""
        now = seen.at
        memory = self._armed(memory, seen)
        if memory.phase is Phase.RUNNING:
            return self._running(memory, seen)
        runs = self._runs(seen)
        if runs is False:
            memory = replace(memory, still_on=False, endless=False)
        if memory.phase is not Phase.READY and self._begins(memory, seen):
            memory = self.ready(memory, now, token)
        if runs and not memory.still_on:
            ours = memory.phase is Phase.READY and self._ours(memory, now)
            open_need = memory if memory.phase is Phase.READY else self.ready(memory, now, token)
            return open_need.run(now, by_hand=not ours)
        if memory.phase is Phase.READY:
            return self._ready(memory, seen)
        return memory

    def ready(self, memory: Memory, now: datetime, token: str, ready_by: datetime | None = None) -> Memory:
        """Take a person's word that it is ready."""
        if memory.phase is Phase.RUNNING:
            return memory
        return replace(memory, wrote=None, was=None).begin(token, ready_by or self.deadline(now))

    def deadline(self, now: datetime) -> datetime:
        """Return by when a run that becomes possible now has to be done."""
        if self.terms.within is not None:
            return slot_of(now + self.terms.within)
        return next_time(now, self.terms.ready_by, self.zone, self.terms.slots * SLOT)

    def want(self, memory: Memory, seen: Seen) -> RunOnce | None:
        """Ask for a place in which it is done in time."""
        if not memory.open or memory.ready_by is None:
            return None
        start = slot_of(seen.at)
        if memory.phase is Phase.READY:
            return RunOnce(memory.token, self.profile(memory), start, memory.ready_by)
        rest = self.rest_wh(memory, seen)
        return RunOnce(memory.token, rest, start, max(memory.ready_by, start + len(rest) * SLOT))

    def profile(self, memory: Memory) -> tuple[int, ...]:
        """Return what a run takes by slot: as the meter saw it, or as a person said."""
        if len(memory.runs) < FEWEST_RUNS:
            return self.terms.profile
        length = round(median(len(run) for run in memory.runs))
        slots = [[run[slot] if slot < len(run) else 0 for run in memory.runs] for slot in range(length)]
        learned = tuple(round(median(slot)) for slot in slots)
        return learned if any(learned) else self.terms.profile

    def rest_wh(self, memory: Memory, seen: Seen) -> tuple[int, ...]:
        """Return what is left of a run; one that goes on and on takes a slot more each time."""
        profile = self.profile(memory)
        if memory.started is None:
            return profile
        gone = (slot_of(seen.at) - slot_of(memory.started)) // SLOT
        left = profile[gone:]
        return left if any(left) else (max(profile[-1], 1),)

    def order(self, memory: Memory, seen: Seen) -> Order | None:
        """Start it when its time has come; switch it off again where that was asked for."""
        if memory.phase is Phase.READY:
            due = memory.place is not None and memory.place.start <= seen.at < memory.place.start + SLOT
            return Order(on=True) if due else None
        if memory.phase is Phase.RUNNING and not memory.by_hand and not self.shows and memory.wrote is None:
            return Order(on=True) if memory.started is not None and seen.at < memory.started + SLOT else None
        done = memory.phase is Phase.DONE and self.terms.switch_off and not memory.endless
        return Order(on=False) if done and memory.wrote == "on" else None

    def _armed(self, memory: Memory, seen: Seen) -> Memory:
        """Tell when a new need may begin: after the former was taken back, or its day is over."""
        over = memory.phase in {Phase.WAITING, Phase.DONE, Phase.OVERRIDDEN}
        if self.terms.when is When.ENTITY:
            again = seen.ready is False
        else:
            again = memory.ready_by is None or seen.at >= memory.ready_by
        return replace(memory, armed=True) if over and again else memory

    def _begins(self, memory: Memory, seen: Seen) -> bool:
        if not memory.armed:
            return False
        return seen.ready is True if self.terms.when is When.ENTITY else self.terms.when is When.EVERY_DAY

    def _ready(self, memory: Memory, seen: Seen) -> Memory:
        """Wait for its place; what a person takes back is needed no more, and what nobody started stays open."""
        now = seen.at
        if self.terms.when is When.ENTITY and seen.ready is False:
            return replace(memory.rest(Phase.WAITING), armed=True)
        if not self._visible and memory.place is not None and now >= memory.place.start:
            return memory.run(memory.place.start, by_hand=False)
        memory = memory.missed(now)
        if memory.ready_by is not None and now >= memory.ready_by and not memory.may_act:
            return replace(memory, ready_by=self.deadline(now))
        return memory

    def _running(self, memory: Memory, seen: Seen) -> Memory:
        """Follow a run to its end."""
        now, started = seen.at, memory.started or seen.at
        whole = len(self.profile(memory)) * SLOT
        memory = self._measured(memory, seen)
        runs = self._runs(seen)
        if runs is None and not self._visible:
            return self._done(memory, now) if now - started >= whole else memory
        if runs is False:
            quiet = memory.quiet_since or now
            patience = QUIET if self.terms.meter is not None and seen.on is not False else timedelta(0)
            if now - quiet < patience:
                return replace(memory, quiet_since=quiet)
            early = quiet - started < whole / 2
            return replace(memory.rest(Phase.OVERRIDDEN), drawn=()) if early else self._done(memory, quiet)
        if runs and self.terms.meter is None and self.terms.switch_off and now - started >= whole:
            return replace(self._done(memory, now), still_on=True)
        if runs and now - started >= ENDLESS * whole:
            return replace(self._done(memory, now), still_on=True, endless=True)
        return replace(memory, quiet_since=None) if runs else memory

    def _done(self, memory: Memory, at: datetime) -> Memory:
        """Put it to rest; a run that a meter saw whole teaches what a run takes."""
        runs, drawn = memory.runs, tuple(round(wh) for wh in memory.drawn)
        expected = sum(self.terms.profile)
        while drawn and drawn[-1] <= IDLE_W // 2:
            drawn = drawn[:-1]
        if sum(drawn) >= max(LEAST_OF_A_RUN * expected, 1):
            runs = (*runs, drawn)[-MOST_RUNS:]
        place, day = memory.place, at.astimezone(self.zone).date()
        saved = memory.saved if memory.saved_on == day else 0.0
        if place is not None and not memory.by_hand:
            saved += place.cost_at_once - place.cost
        return replace(memory.rest(Phase.DONE), runs=runs, drawn=(), saved_on=day, saved=saved)

    def _measured(self, memory: Memory, seen: Seen) -> Memory:
        """Add what the meter shows to the slot that runs."""
        if memory.watts is None or memory.started is None or seen.at <= memory.at:
            return memory
        begin = max(memory.at, memory.started, seen.at - SLOT)
        slot = max((begin - memory.started) // SLOT, 0)
        drawn = list(memory.drawn) + [0.0] * (slot + 1 - len(memory.drawn))
        drawn[slot] += max(memory.watts, 0) * ((seen.at - begin) / timedelta(hours=1))
        return replace(memory, drawn=tuple(drawn))

    @property
    def _visible(self) -> bool:
        """Whether it can be seen that it runs: buttons and scripts show nothing, a switch and a meter do."""
        return self.terms.meter is not None or self.shows

    def _runs(self, seen: Seen) -> bool | None:
        """Tell whether it runs; a meter knows better than a switch that may be on all day."""
        if self.terms.meter is not None:
            if seen.on is False:
                return False
            return None if seen.watts is None else seen.watts > IDLE_W
        return seen.on

    @staticmethod
    def _ours(memory: Memory, now: datetime) -> bool:
        """Tell whether the plan began this run, or somebody who followed its advice."""
        if memory.wrote == "on" and memory.wrote_at is not None and now - memory.wrote_at < SLOT:
            return True
        return memory.place is not None and abs(memory.place.start - now) < SLOT and not memory.may_act
