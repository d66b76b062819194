"""Savings added up: what one event can not prove, ten can.

One home is off by half of its use on a usual evening, so a single event is nearly always no call. Its errors on
different days know nothing of each other (`benchmarks/baseline.py` measures their correlation: none), so the spread of
a sum grows by squares while savings grow by themselves. Windows of the same day go wrong together, and homes on the
same day too: sum homes by what they saved as a group, and only then over events.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .baseline.values import Call, GroupSavings, HomeSavings, Why

Z = 1.6449
"""So many spreads from the middle lies the twentieth: nine of ten sums lie in between."""


@dataclass(frozen=True, slots=True)
class Part:
    """What was saved in one event on a local day, or why that is not known."""

    day: date
    mid_wh: int | None
    spread_wh: float | None
    baseline_wh: int | None
    why: Why | None = None
    raised: bool = False

    @property
    def counts(self) -> bool:
        """Whether it can be added. What is uncertain can; a home that stood empty or raised its baseline can not."""
        return self.why in (None, "uncertain") and not self.raised and None not in (self.mid_wh, self.spread_wh)


@dataclass(frozen=True, slots=True)
class Total:
    """What events come to: nine of ten such sums hold the truth between `low_wh` and `high_wh`.

    `left_out` are events of which nothing is known that could be added, or in which the baseline was raised.
    """

    events: int
    left_out: int
    call: Call
    why: Why | None
    baseline_wh: int
    low_wh: int | None
    mid_wh: int | None
    high_wh: int | None

    @property
    def percent(self) -> float | None:
        """What was saved of the baseline, in percent."""
        return None if self.mid_wh is None or self.baseline_wh <= 0 else round(100 * self.mid_wh / self.baseline_wh, 1)


def part(day: date, found: HomeSavings | GroupSavings) -> Part:
    """Return what one event adds to a sum."""
    raised = isinstance(found, HomeSavings) and found.raised is not None
    return Part(day, found.mid_wh, found.spread_wh, found.baseline_wh, found.why, raised)


def total(parts: Iterable[Part]) -> Total:
    """Return what events come to together, whichever of them is told first."""
    parts = list(parts)
    counted = [one for one in parts if one.counts]
    left_out = len(parts) - len(counted)
    if not counted:
        return Total(0, left_out, "none", "incomplete", 0, None, None, None)
    spreads: dict[date, float] = {}
    for one in sorted(counted, key=lambda one: (one.day, one.spread_wh or 0.0)):
        spreads[one.day] = spreads.get(one.day, 0.0) + (one.spread_wh or 0.0)
    far = Z * math.hypot(*spreads.values())
    mid, baseline = sum(one.mid_wh or 0 for one in counted), sum(one.baseline_wh or 0 for one in counted)
    low, high = math.floor(mid - far), math.ceil(mid + far)
    call: Call = "saved" if low > 0 else "more" if high < 0 else "none"
    return Total(len(counted), left_out, call, "uncertain" if call == "none" else None, baseline, low, mid, high)
