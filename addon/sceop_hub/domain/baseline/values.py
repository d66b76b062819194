"""What is said of savings: figures with their interval, and everything needed to reckon them again by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

type Call = Literal["saved", "none", "more"]
"""Less was used, neither is sure, or more was."""

type Why = Literal["uncertain", "incomplete", "young", "idle"]
"""Why nothing is called: the interval holds zero, slots are missing, too short a past is known, or the home stood empty
and would have used next to nothing."""

type Raised = Literal["days", "hours"]
"""What lifted a home's own baseline by more than it ever varies: the days before, or the hours before the notice."""


@dataclass(frozen=True, slots=True)
class DayUsed:
    """A day that the baseline is made of: how much it counts, and what was used in the window's slots on it.

    `alike` is how much it counts towards what is usual in the hours before the notice, and `before_wh` what these held;
    None where something of them is not known.
    """

    day: date
    weight: float
    wh: tuple[float | None, ...]
    alike: float
    before_wh: float | None


@dataclass(frozen=True, slots=True)
class SameDay:
    """How the hours before the notice moved the baseline.

    `wh` is what came less what is usual, taken for as long as the window is; `capped_wh` is what is left of it when
    nothing above `cap_wh` either way counts, and `weight` how much of that the days before taught to add.
    """

    start: datetime
    end: datetime
    came_wh: float | None
    usual_wh: float | None
    wh: float
    cap_wh: float
    capped_wh: float
    weight: float


@dataclass(frozen=True, slots=True)
class Warmth:
    """How the weather moved the baseline, where it is known and helped on the days before.

    By how many degrees more than usual the window asked for heating and for cooling, the share of `of_wh` that the days
    before taught to add for each, and what that comes to.
    """

    heating_c: float
    heating_share: float
    cooling_c: float
    cooling_share: float
    of_wh: float
    wh: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What homes of a like day that were not asked did meanwhile: `ratio` of what they used to their own baseline.

    Of what is above or below 1 the share `trust` counts, which grows with their number; `factor` is what comes of it.
    """

    homes: int
    ratio: float
    trust: float
    factor: float


NO_COMPARISON = Comparison(0, 1.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class HomeAudit:
    """How one home's baseline came about.

    Each slot is the days' slots, each times its weight, summed; times `level`. Same day and weather are shared out over
    the slots as these are large; the comparison homes' factor moves all of it. `errors_wh` are what the same method
    missed in the same window on the days before, baseline less use: the interval is their quantiles.
    """

    days: tuple[DayUsed, ...]
    level: float
    same_day: SameDay
    warmth: Warmth | None
    comparison: Comparison
    slots_wh: tuple[float, ...]
    actual_wh: tuple[float | None, ...]
    errors_wh: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class HomeSavings:
    """What one home saved: of ten such figures nine hold the truth between `low_wh` and `high_wh`.

    `spread_wh` is how far the method is off on a usual day, by which sums over events know their own interval. None
    stands where data are missing; `why` says why there is no call.
    """

    call: Call
    why: Why | None
    complete: bool
    baseline_wh: int | None = None
    actual_wh: int | None = None
    low_wh: int | None = None
    mid_wh: int | None = None
    high_wh: int | None = None
    spread_wh: float | None = None
    raised: Raised | None = None
    audit: HomeAudit | None = None


@dataclass(frozen=True, slots=True)
class GroupAudit:
    """How the sum came about: its slots, its comparison, and the shares by which it was off on the days before."""

    homes: int
    left_out: int
    """Homes of which something is missing; nothing is said of them."""
    comparison: Comparison
    slots_wh: tuple[float, ...]
    actual_wh: tuple[float, ...]
    days: tuple[date, ...]
    errors: tuple[float, ...]
    """By day: baseline less use, as a share of the baseline."""


@dataclass(frozen=True, slots=True)
class GroupSavings:
    """What homes saved together; closer than any of them alone, as their errors make up for each other."""

    call: Call
    why: Why | None
    complete: bool
    baseline_wh: int | None = None
    actual_wh: int | None = None
    low_wh: int | None = None
    mid_wh: int | None = None
    high_wh: int | None = None
    spread_wh: float | None = None
    audit: GroupAudit | None = None


@dataclass(frozen=True, slots=True)
class EventSavings:
    """What those who joined an event saved, each and together."""

    homes: Mapping[int, HomeSavings]
    group: GroupSavings
