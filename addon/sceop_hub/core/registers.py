"""Registers: a thing's counters as people see them, which never run backwards and never leap.

A meter that is replaced starts again at another figure; the register goes on where it stood. A single absurd reading,
a zero while a meter starts say, must not look like that: a counter that fell or leapt is in doubt until it has stayed
at its new level for a while. What flowed meanwhile is counted either way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .meter import ClosedSlot, Meter, advance, begin

DOUBTED_FOR = timedelta(minutes=1)
"""How long a counter must stay at a new level: longer than a meter takes to start, far shorter than a slot."""

COARSE_MWH = 2_000_000
"""Counters move in steps, of a whole kWh some of them; so much is never a leap."""

_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_IN_AN_HOUR = timedelta(hours=1) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Doubt:
    """A level that a counter can not have reached: where it was seen first, and where it is now."""

    since: datetime
    first_mwh: int
    at: datetime
    counter_mwh: int


@dataclass(frozen=True, slots=True)
class Register:
    """One flow: its meter, what to add to a counter that once began anew, and what is hard to believe."""

    meter: Meter
    carried_mwh: int = 0
    doubt: Doubt | None = None
    replaced_at: datetime | None = None
    """When it was last believed that the counter began anew."""

    least_mwh: int | None = None
    """What was shown before a power cut threw the counter back; until it has caught up, it stands there."""

    @property
    def total_mwh(self) -> int:
        """What flowed in all, in thousandths of a Wh."""
        total = self.carried_mwh + self.meter.counter_mwh
        return total if self.least_mwh is None else max(total, self.least_mwh)


type Registers = Mapping[str, Register]


def follow(
    registers: Registers, at: datetime, counters_mwh: Mapping[str, int | None], most_w: int
) -> tuple[Registers, dict[str, tuple[ClosedSlot, ...]]]:
    """Take one reading; return the registers after it and the slots that it closed. More than `most_w` never flows."""
    turned, closed = dict(registers), dict[str, tuple[ClosedSlot, ...]]()
    for flow, counter_mwh in counters_mwh.items():
        if counter_mwh is None:
            continue
        turned[flow], slots = _turn(turned.get(flow), at, counter_mwh, most_w)
        if slots:
            closed[flow] = slots
    return turned, closed


def rewind(registers: Registers, now: datetime) -> Registers:
    """Come back from a future that a wrong clock had shown; only the running slot is lost, as a gap."""
    return {
        flow: replace(register, meter=begin(now, register.meter.counter_mwh), doubt=None)
        if register.meter.at > now
        else register
        for flow, register in registers.items()
    }


def raised(registers: Registers, least_mwh: Mapping[str, int]) -> Registers:
    """Return registers that stand no lower than what was shown of them already."""
    return {flow: replace(register, least_mwh=least_mwh.get(flow)) for flow, register in registers.items()}


def _turn(
    register: Register | None, at: datetime, counter_mwh: int, most_w: int
) -> tuple[Register, tuple[ClosedSlot, ...]]:
    if register is None:
        return Register(begin(at, counter_mwh)), ()
    if at <= register.meter.at:
        return register, ()
    if _follows(register.meter.at, register.meter.counter_mwh, at, counter_mwh, most_w):
        meter, slots = advance(register.meter, at, counter_mwh)
        caught_up = register.carried_mwh + counter_mwh >= (register.least_mwh or 0)
        least_mwh = None if caught_up else register.least_mwh
        return Register(meter, register.carried_mwh, None, register.replaced_at, least_mwh), slots
    doubt = register.doubt
    if doubt is None or not _follows(doubt.at, doubt.counter_mwh, at, counter_mwh, most_w):
        return replace(register, doubt=Doubt(at, counter_mwh, at, counter_mwh)), ()
    if at - doubt.since < DOUBTED_FOR:
        return replace(register, doubt=replace(doubt, at=at, counter_mwh=counter_mwh)), ()
    return Register(begin(at, counter_mwh), register.total_mwh - doubt.first_mwh, replaced_at=at), ()


def _follows(before: datetime, before_mwh: int, at: datetime, counter_mwh: int, most_w: int) -> bool:
    """Tell whether a counter can have come from one level to the other."""
    rise_mwh = counter_mwh - before_mwh
    if rise_mwh <= COARSE_MWH:
        return rise_mwh >= 0
    return rise_mwh - COARSE_MWH <= most_w * 1000 * ((at - before) // _MICROSECOND) // _MICROSECONDS_IN_AN_HOUR
