"""Registers: a site's counters as people see them, which never run backwards.

A meter that is replaced starts again at a lower figure; the register goes on where it stood. Consumption has no meter:
it is gathered from the flows at moments when all of them are known, and what it showed once it does not take back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from .channels import consumption
from .meter import ClosedSlot, Meter, advance, begin


@dataclass(frozen=True, slots=True)
class Register:
    """One channel: its meter, and what to add to a counter that once began anew."""

    meter: Meter
    carried_mwh: int = 0

    @property
    def total_mwh(self) -> int:
        """What flowed in all, in thousandths of a Wh."""
        return self.carried_mwh + self.meter.counter_mwh


@dataclass(frozen=True, slots=True)
class Consumed:
    """What the site used: at first what its counters leave, and from then on what flows.

    `counted_mwh` says up to where each register is contained in it. Meters are not read in the same instant, so the
    sum may dip by a little; `highest_mwh` is what is shown.
    """

    counted_mwh: Mapping[str, int] = field(default_factory=dict)
    sum_mwh: int = 0
    highest_mwh: int = 0


@dataclass(frozen=True, slots=True)
class Registers:
    """All registers of a site."""

    channels: Mapping[str, Register] = field(default_factory=dict)
    consumed: Consumed = field(default_factory=Consumed)


def follow(
    registers: Registers, at: datetime, counters_mwh: Mapping[str, int | None]
) -> tuple[Registers, dict[str, tuple[ClosedSlot, ...]]]:
    """Take one reading of all counters; return the registers after it and the slots that it closed."""
    channels, closed = dict(registers.channels), dict[str, tuple[ClosedSlot, ...]]()
    for channel, counter_mwh in counters_mwh.items():
        if counter_mwh is None:
            continue
        channels[channel], slots = _turn(channels.get(channel), at, counter_mwh)
        if slots:
            closed[channel] = slots
    totals = {name: None if read is None else channels[name].total_mwh for name, read in counters_mwh.items()}
    return Registers(channels, _consume(registers.consumed, totals)), closed


def rewind(registers: Registers, now: datetime) -> Registers:
    """Come back from a future that a wrong clock had shown; only the running slot is lost, as a gap."""
    channels = {
        name: replace(register, meter=begin(now, register.meter.counter_mwh)) if register.meter.at > now else register
        for name, register in registers.channels.items()
    }
    return replace(registers, channels=channels)


def _turn(register: Register | None, at: datetime, counter_mwh: int) -> tuple[Register, tuple[ClosedSlot, ...]]:
    if register is None:
        return Register(begin(at, counter_mwh)), ()
    meter, slots = advance(register.meter, at, counter_mwh)
    if meter.counter_mwh < register.meter.counter_mwh:
        return Register(meter, register.total_mwh - meter.counter_mwh), slots
    return Register(meter, register.carried_mwh), slots


def _consume(consumed: Consumed, totals_mwh: Mapping[str, int | None]) -> Consumed:
    """Count what flowed since the last moment at which every flow was known."""
    moved = {
        name: None if total is None else total - consumed.counted_mwh.get(name, total)
        for name, total in totals_mwh.items()
    }
    used = consumption(moved)
    if used is None:
        return consumed
    if not consumed.counted_mwh:
        used = max(consumption(totals_mwh) or 0, 0)
    counted = dict(consumed.counted_mwh) | {name: total for name, total in totals_mwh.items() if total is not None}
    total = consumed.sum_mwh + used
    return Consumed(counted, total, max(consumed.highest_mwh, total))
