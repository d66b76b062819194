"""A battery: filled when electricity is cheap or abundant, emptied when it is dear, left alone where a person says."""

from dataclasses import dataclass, replace
from datetime import timedelta

from ..core.plan.wants import Battery
from .energy_need import SLOTS_AN_HOUR, now_wh
from .memory import Memory, Phase
from .seen import Order, Seen
from .terms import BatteryTerms

LEFT_ALONE = timedelta(hours=12)
AHEAD = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class BatteryNature:
    """A battery that can be told to charge and to discharge."""

    terms: BatteryTerms

    def step(self, memory: Memory, seen: Seen, token: str) -> Memory:
        """Use it while it can be seen how full it is, unless a person has taken it over."""
        if seen.number is None:
            return memory if memory.phase is Phase.WAITING else memory.rest(Phase.WAITING)
        if seen.touched and (memory.may_act or memory.wrote is not None or memory.phase is Phase.OVERRIDDEN):
            held = memory.rest(Phase.OVERRIDDEN)
            return replace(held, held_until=seen.at + LEFT_ALONE, wrote=None, was=None)
        if memory.phase is Phase.OVERRIDDEN and memory.held_until is not None and seen.at < memory.held_until:
            return memory
        if memory.phase is Phase.RUNNING:
            return memory
        return memory.begin(token, seen.at + AHEAD).run(seen.at, by_hand=False)

    def want(self, memory: Memory, seen: Seen) -> Battery | None:
        """Offer it to the plan as it is filled now."""
        if not memory.open or seen.number is None:
            return None
        terms = self.terms
        return Battery(
            memory.token,
            terms.capacity_wh,
            round(min(max(seen.number, 0.0), 1.0) * terms.capacity_wh),
            terms.reserve_wh,
            terms.charge_w,
            terms.discharge_w,
            terms.efficiency,
        )

    def rest_wh(self, _memory: Memory, _seen: Seen) -> tuple[int, ...]:
        """Nothing of it is ever fixed."""
        return ()

    def order(self, memory: Memory, seen: Seen) -> Order | None:
        """Charge, discharge, or neither."""
        if not memory.open or memory.place is None:
            return None
        watts = now_wh(memory, seen.at) * SLOTS_AN_HOUR
        return Order(on=watts > 0, watts=min(max(watts, -self.terms.discharge_w), self.terms.charge_w))
