"""A counter for what tells only its power: each power is held until the next one is told, but not for ever.

Whoever has not spoken for longer than `LONGEST_MEASURED_STEP` may have been off or at full load. Its counter is then
unknown, and begins anew, far below where it stood, when it speaks again: registers take that for a replaced meter and
leave a gap, where a counter that merely went on would claim that nothing had flowed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .meter import LONGEST_MEASURED_STEP

_PER_MWH = 3_600_000
"""A thousandth of a Wh in watts times microseconds, which are whole numbers: so no remainder is ever lost."""

_FAR_MWH = 10**6
"""More than flows while registers doubt: a counter that climbed back in that time would not look replaced."""


@dataclass(frozen=True, slots=True)
class Integral:
    """What had flowed when the power was told last. Who does not know the power just now tells nothing.

    `rest` is the part of a thousandth of a Wh that already flowed: thrown away at each message, it would be 6% of a
    meter that tells 50 W every second.
    """

    at: datetime
    watts: int
    counter_mwh: int = 0
    rest: int = 0

    def counter_at(self, at: datetime) -> int | None:
        """Return the counter at an instant, or None where nobody can know it."""
        held = _hold(self, at)
        return None if held is None else held.counter_mwh


def advance(integral: Integral, at: datetime, watts: int) -> Integral:
    """Take the power that is told now; a power against the flow's direction counts as nothing.

    A clock that was put back adds nothing, and counting goes on from the time that it shows.
    """
    held = _hold(integral, at) or Integral(at, watts, min(0, integral.counter_mwh) - _FAR_MWH)
    return Integral(at, watts, held.counter_mwh, held.rest)


def _hold(integral: Integral, at: datetime) -> Integral | None:
    """Return the integral as it stands later at the same power, or None when that has become a guess."""
    passed = at - integral.at
    if passed <= timedelta():
        return integral
    if passed > LONGEST_MEASURED_STEP:
        return None
    flowed = integral.rest + max(integral.watts, 0) * (passed // timedelta(microseconds=1))
    whole, rest = divmod(flowed, _PER_MWH)
    return Integral(at, integral.watts, integral.counter_mwh + whole, rest)
