"""A thermostat between two temperatures: ahead of what is dear it warms (or cools) to one, then coasts to the other.

How fast a room follows is learned of the room itself, slot by slot.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from math import isfinite

import numpy as np

from ..core.plan.wants import Comfort
from ..core.slots import SLOT, slot_of
from .energy_need import now_wh
from .memory import Memory, Phase
from .seen import Order, Seen
from .terms import BandTerms, Purpose

LEFT_ALONE = timedelta(hours=12)
"""How long a temperature that a person chose is kept: the rest of a day, or of a night."""
AHEAD = timedelta(hours=24)
USUAL_GAIN_C, USUAL_LOSS = 0.5, 0.03
"""A kWh of a heat pump's electricity warms a home by half a degree, and it loses 3% of the difference an hour."""
LEAST_GAIN_C, MOST_GAIN_C, MOST_LOSS = 0.02, 20.0, 0.5
FEWEST_TRACES, MOST_TRACES = 96, 96 * 7
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class BandNature:
    """A heat pump, an air conditioner."""

    terms: BandTerms

    def step(self, memory: Memory, seen: Seen, token: str) -> Memory:
        """Keep its temperature, unless it is off or a person has set another."""
        if seen.number is None or seen.on is not True:
            return memory if memory.phase is Phase.WAITING else memory.rest(Phase.WAITING)
        if seen.touched and (memory.may_act or memory.wrote is not None or memory.phase is Phase.OVERRIDDEN):
            held = memory.rest(Phase.OVERRIDDEN)
            starts = (*memory.starts, seen.at)[-60:]
            return replace(held, held_until=seen.at + LEFT_ALONE, wrote=None, was=None, starts=starts)
        if memory.phase is Phase.OVERRIDDEN and memory.held_until is not None and seen.at < memory.held_until:
            return memory
        if memory.phase is Phase.RUNNING:
            return memory
        return memory.begin(token, seen.at + AHEAD).run(seen.at, by_hand=False)

    def want(self, memory: Memory, seen: Seen) -> Comfort | None:
        """Ask to be kept within the band for a day."""
        if not memory.open or seen.number is None:
            return None
        gain, loss = learned(memory, self.terms.purpose)
        start = slot_of(seen.at)
        return Comfort(
            memory.token,
            self.terms.low_c,
            self.terms.high_c,
            seen.number,
            self.terms.max_w,
            gain,
            loss,
            start,
            start + AHEAD,
        )

    def rest_wh(self, _memory: Memory, _seen: Seen) -> tuple[int, ...]:
        """Nothing of it is ever fixed."""
        return ()

    def order(self, memory: Memory, seen: Seen) -> Order | None:
        """Set the temperature to which it works, or the one to which it may coast."""
        if not memory.open or memory.place is None:
            return None
        works = now_wh(memory, seen.at) > 0
        heats = self.terms.purpose is Purpose.HEAT
        return Order(on=True, celsius=self.terms.high_c if works == heats else self.terms.low_c)


def learned(memory: Memory, purpose: Purpose) -> tuple[float, float]:
    """Return how much a kWh changes a room, and which share of the difference to outside it loses in an hour.

    A fit of what the room did; what no room can do is not believed.
    """
    sign = 1 if purpose is Purpose.HEAT else -1
    usual = sign * USUAL_GAIN_C, USUAL_LOSS
    if len(memory.traces) < FEWEST_TRACES:
        return usual
    rows = np.array(memory.traces)
    warming, drive = rows[:, 0], rows[:, 1:]
    if np.linalg.matrix_rank(drive) < drive.shape[1]:
        return usual
    gain, leak = np.linalg.lstsq(drive, warming, rcond=None)[0]
    loss = -float(leak) * (_HOUR / SLOT)
    if not isfinite(gain) or not LEAST_GAIN_C <= sign * gain <= MOST_GAIN_C or not 0 <= loss <= MOST_LOSS:
        return usual
    return float(gain), loss


def traced(memory: Memory, warming_c: float, kwh: float, difference_c: float) -> Memory:
    """Return it with one more slot of what the room did."""
    return replace(memory, traces=(*memory.traces, (warming_c, kwh, difference_c))[-MOST_TRACES:])
