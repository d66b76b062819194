"""Energy by a time: a car that is plugged in, a boiler that has to be hot in the morning."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from ..core.plan.wants import Need
from ..core.slots import SLOT, slot_of
from .clocks import next_time
from .memory import Memory, Phase
from .seen import Order, Seen
from .terms import Amount, NeedTerms

SLOTS_AN_HOUR = 4
FARTHEST = timedelta(hours=48)
"""What runs by hand is looked after for so long: an entity that says that more is missing says nonsense."""
LEAST_WH = 50
"""A need below is met: no charge is ever known that exactly."""


@dataclass(frozen=True, slots=True)
class NeedNature:
    """A car, a boiler."""

    terms: NeedTerms
    zone: ZoneInfo
    shows: bool
    """Whether anything runs it that shows whether it is on."""

    def step(self, memory: Memory, seen: Seen, token: str) -> Memory:
        """Follow what is needed and what was given; who switches by hand is not contradicted."""
        now = seen.at
        memory = self._counted(memory, seen)
        if self.terms.plugged is not None and seen.ready is not True:  # where nobody can tell, what was true goes on
            return memory if seen.ready is None else replace(memory.rest(Phase.WAITING), armed=True)
        goes_on = memory.by_hand and seen.on is True and not seen.touched
        if memory.ready_by is not None and now >= memory.ready_by:
            memory = replace(memory.rest(Phase.WAITING), armed=True)
        missing = self.missing_wh(memory, seen)
        if memory.phase in {Phase.WAITING, Phase.DONE, Phase.OVERRIDDEN}:
            rested = self._resting(memory, seen, missing, token)
            if goes_on and rested.phase is Phase.READY:  # the day is over, what a person began is not
                return replace(rested, phase=Phase.RUNNING, started=now, by_hand=True)
            return rested
        if missing is not None and missing < LEAST_WH:
            return self._done(memory, now)
        if seen.touched and seen.on is not None:
            return self._by_hand(memory, now, on=seen.on)
        return self._follow(memory.missed(now), seen)

    def missing_wh(self, memory: Memory, seen: Seen) -> int | None:
        """Return what is needed still; None where nobody can tell."""
        if self.terms.amount is Amount.FIXED:
            return max(round(self.terms.wh - memory.taken_wh), 0)
        if seen.number is None:
            return None
        if self.terms.amount is Amount.CHARGE:
            return max(round((self.terms.target - seen.number) * self.terms.wh), 0)
        return max(round(seen.number), 0)

    def want(self, memory: Memory, seen: Seen) -> Need | None:
        """Ask for energy until it has to be there."""
        missing = self.missing_wh(memory, seen)
        if not memory.open or memory.ready_by is None or not missing:
            return None
        return Need(
            memory.token,
            missing,
            self.terms.min_w,
            self.terms.max_w,
            self.terms.interruptible,
            slot_of(seen.at),
            memory.ready_by,
        )

    def rest_wh(self, memory: Memory, seen: Seen) -> tuple[int, ...]:
        """Return what it takes at full power until it has enough: so do people who switch it on."""
        missing = self.missing_wh(memory, seen) or 0
        each = self.terms.max_w // SLOTS_AN_HOUR
        slots = min(ceil(missing / each), FARTHEST // SLOT)
        return tuple(min(each, missing - slot * each) for slot in range(slots))

    def order(self, memory: Memory, seen: Seen) -> Order | None:
        """On in its slots and off in the others, for as long as it is needed and no person chose otherwise."""
        if not memory.open or memory.by_hand or memory.place is None:
            return None
        wh = now_wh(memory, seen.at)
        return Order(on=wh > 0, watts=min(wh * SLOTS_AN_HOUR, self.terms.max_w))

    @staticmethod
    def _by_hand(memory: Memory, now: datetime, *, on: bool) -> Memory:
        """Let a person charge now, or not at all until the next need."""
        if not on:
            return memory.rest(Phase.OVERRIDDEN)
        return memory if memory.by_hand else memory.run(now, by_hand=True)

    def _resting(self, memory: Memory, seen: Seen, missing: int | None, token: str) -> Memory:
        """Begin anew when something is needed that was not given up."""
        by_hand = seen.touched and seen.on is True
        if missing is None or missing < LEAST_WH or not (memory.armed or by_hand):
            return memory
        ready_by = next_time(seen.at, self.terms.ready_by, self.zone)
        begun = memory.begin(token, ready_by)
        return begun.run(seen.at, by_hand=True) if by_hand else begun

    def _follow(self, memory: Memory, seen: Seen) -> Memory:
        """Run while it is on; where nothing shows that, while its place says so."""
        if seen.on is None and self.shows:
            return memory  # it is away, and nobody knows what it does
        on = now_wh(memory, seen.at) > 0 if seen.on is None else seen.on
        if on and memory.phase is Phase.READY:
            return replace(memory, phase=Phase.RUNNING, started=seen.at)
        if not on and memory.phase is Phase.RUNNING:
            return replace(memory, phase=Phase.READY, started=None, by_hand=False)
        return memory

    def _counted(self, memory: Memory, seen: Seen) -> Memory:
        """Add what it took since the last look: as a meter shows it, or at its power while it is on."""
        if not memory.open or seen.at <= memory.at:
            return memory
        hours = min(seen.at - memory.at, SLOT) / timedelta(hours=1)
        running = seen.on if seen.on is not None else memory.phase is Phase.RUNNING and not self.shows
        watts = memory.watts if memory.watts is not None else self._power(memory, seen) * running
        return replace(memory, taken_wh=memory.taken_wh + max(watts, 0) * hours)

    def _power(self, memory: Memory, seen: Seen) -> int:
        """Return what it takes while it is on, as far as the plan tells."""
        planned = now_wh(memory, seen.at) * SLOTS_AN_HOUR
        return self.terms.max_w if memory.by_hand or not planned else min(planned, self.terms.max_w)

    def _done(self, memory: Memory, at: datetime) -> Memory:
        place, day = memory.place, at.astimezone(self.zone).date()
        saved = memory.saved if memory.saved_on == day else 0.0
        if place is not None and not memory.by_hand:
            saved += place.cost_at_once - place.cost
        return replace(memory.rest(Phase.DONE), saved_on=day, saved=saved)


def now_wh(memory: Memory, now: datetime) -> int:
    """Return what the plan gives a load in the running slot."""
    place = memory.place
    if place is None or not place.start <= now < place.end:
        return 0
    return place.wh[(now - place.start) // SLOT]
