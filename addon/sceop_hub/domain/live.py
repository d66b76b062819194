"""Live power: what every member draws at this moment, and the sum of the homes that may be shown.

The sum is one of few figures that a neighbour could watch from second to second. So it is a mean over a minute, made
anew every ten seconds and rounded; and the homes in it change at the quarter hours only. Who falls silent stays in it
with what it last said, for a quarter of an hour at least: a sum that drops by one home would tell of it.

The slot of the same quarter hour is held against the homes that were in it (see `mirror`). So the sum holds the same
homes for the whole of a quarter hour; where the hub starts anew in the middle and does not hear them all, it waits for
the next.
"""

from collections import deque
from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..core.channels import CONSUMPTION, FLOWS, consumption
from ..core.slots import EPOCH, to_number
from .community import FIGURES, Power
from .mirror import LiveHomes
from .privacy import NOBODY, Group, Home

SILENT_AFTER = timedelta(seconds=90)
"""Members report every 5 to 60 seconds; who misses one report and a half is silent, which is not zero."""

HELD_FOR = timedelta(minutes=15)

SAMPLES = 6
"""Of ten seconds each: the minute over which the sum is a mean."""

GATHERED = 0.9
GATHER_AT_MOST = timedelta(seconds=60)
"""The first sum after a start is made once so many of the homes have reported, or after so long of enough of them."""

CURVE_MINUTES = 24 * 60
MINUTE = timedelta(minutes=1)

_STEPS = (1, 2, 5)
_FINENESS = 100
"""A figure is rounded to steps of at most a hundredth of it."""


def rounded(value: int) -> int:
    """Round to about one percent, in steps of 1, 2 or 5 of some power of ten."""
    step, size = 1, abs(value) // _FINENESS
    while step * 10 <= size:
        step *= 10
    step *= max((part for part in _STEPS if step * part <= size), default=1)
    return (2 * value + step) // (2 * step) * step


@dataclass(frozen=True, slots=True)
class Report:
    """What a member last said."""

    at: datetime
    watts: Power


@dataclass(slots=True)
class LiveBoard:
    """The last report of every member."""

    reports: dict[int, Report] = field(default_factory=dict)

    def report(self, household: int, watts: Power, now: datetime) -> None:
        """Take what a member says it draws."""
        self.reports[household] = Report(now, watts)

    def power(self, now: datetime) -> Mapping[int, Power]:
        """Return the power of all members that are not silent."""
        return {who: report.watts for who, report in self.reports.items() if abs(now - report.at) <= SILENT_AFTER}


@dataclass(frozen=True, slots=True)
class LivePower:
    """The homes' power together. `reporting` counts those in the sum that are not silent."""

    gathering: bool
    reporting: int
    power_w: Power


@dataclass(slots=True)
class _Home:
    """A home's last report in which it knew all of its flows, and the samples of its minute."""

    heard: datetime
    watts: Mapping[str, int]
    samples: deque[Mapping[str, int]] = field(default_factory=lambda: deque(maxlen=SAMPLES))


@dataclass(slots=True)
class LiveSum:
    """The sum of the homes of a group, who are the same from one quarter hour to the next."""

    _group: Group = NOBODY
    _homes: dict[Home, _Home] = field(default_factory=dict)
    _summed: frozenset[Home] | None = None
    _quarter: int = 0
    _gathering_since: datetime | None = None

    @property
    def behind(self) -> Mapping[Home, frozenset[str]]:
        """The homes in the sum with their flows; nobody where none of its figures may be shown."""
        flows = {home: self._group.flows[home] for home in self._summed or ()}
        return flows if self._group.figures_of(flows) else {}

    def renew(
        self,
        board: LiveBoard,
        group: Group,
        active: AbstractSet[Home],
        now: datetime,
        shown: LiveHomes | None = None,
    ) -> LivePower:
        """Take a sample, and return the sum over the last minute.

        `active` are the homes that still take part, and `shown` those that were in a sum of this quarter hour already.
        """
        quarter = to_number(now)
        if quarter != self._quarter or not self._group.shown:
            self._take(group)
        self._sample(board)
        if not self._group.shown:
            self._summed = self._gathering_since = None
        elif shown is not None and (self._summed is None or quarter != self._quarter):
            self._gather_again(shown, now)
        elif self._summed is None:
            self._gather(active, now)
        elif quarter != self._quarter:
            self._summed = frozenset(home for home in self._homes.keys() & active if self._may_stay(home, now))
        self._quarter = quarter
        return self._sum(now)

    def _take(self, group: Group) -> None:
        """Sum this group from now on; what a home said in other flows than it has now does not count.

        Whoever was entered by hand says nothing at this moment, and is not waited for.
        """
        group = self._group = group.by_themselves()
        self._homes = {
            home: known
            for home, known in self._homes.items()
            if home in group.flows and known.watts.keys() == group.flows[home]
        }

    def _sample(self, board: LiveBoard) -> None:
        """Hear every home that reports just the flows it was measured in, and knows them all."""
        for home, expected in self._group.flows.items():
            said = board.reports.get(home)
            known = self._homes.get(home)
            if said is not None and (known is None or known.heard != said.at):
                watts = {flow: said.watts[flow] for flow in FLOWS if flow in said.watts}
                whole = {flow: value for flow, value in watts.items() if value is not None}
                if whole.keys() == watts.keys() == expected:
                    known = self._homes[home] = _Home(said.at, whole, known.samples if known else _no_samples())
            if known is not None:
                known.samples.append(known.watts)

    def _gather(self, active: AbstractSet[Home], now: datetime) -> None:
        """Begin to sum once most homes have reported, or after a while as many as a figure needs."""
        since = self._gathering_since = self._gathering_since or now
        speaking = frozenset(home for home in self._homes.keys() & active if self._speaks(home, now))
        most = len(speaking) >= GATHERED * len(self._group.flows)
        if most or (abs(now - since) >= GATHER_AT_MOST and len(speaking) >= self._group.fewest):
            self._summed, self._gathering_since = speaking, None

    def _gather_again(self, shown: LiveHomes, now: datetime) -> None:
        """Sum just the homes that were in the sum before; where one does not speak, there is none until the next."""
        self._summed, self._gathering_since = None, self._gathering_since or now
        there = shown.flows.keys() <= self._homes.keys() and all(self._speaks(home, now) for home in shown.flows)
        if there and shown.within(self._group):
            self._summed, self._gathering_since = frozenset(shown.flows), None

    def _speaks(self, home: Home, now: datetime) -> bool:
        return abs(now - self._homes[home].heard) <= SILENT_AFTER

    def _may_stay(self, home: Home, now: datetime) -> bool:
        """Tell whether a home is in the sum of a quarter hour that begins."""
        was_in = self._summed is not None and home in self._summed
        return self._speaks(home, now) or (was_in and abs(now - self._homes[home].heard) < HELD_FOR)

    def _sum(self, now: datetime) -> LivePower:
        sums: dict[str, int | None] = dict.fromkeys(FIGURES)
        if self._summed is None:
            return LivePower(gathering=self._gathering_since is not None, reporting=0, power_w=sums)
        totals = dict.fromkeys(FLOWS, 0.0)
        for home in self._summed:
            samples = self._homes[home].samples
            for flow in self._homes[home].watts:
                totals[flow] += sum(watts.get(flow, 0) for watts in samples) / len(samples)
        whole = {flow: round(total) for flow, total in totals.items()}
        for figure in self._group.figures_of({home: self._homes[home].watts for home in self._summed}):
            sums[figure] = rounded((consumption(whole) or 0) if figure == CONSUMPTION else whole[figure])
        return LivePower(gathering=False, reporting=sum(self._speaks(home, now) for home in self._summed), power_w=sums)


def _no_samples() -> deque[Mapping[str, int]]:
    return deque(maxlen=SAMPLES)


@dataclass(frozen=True, slots=True)
class PowerCurve:
    """Power minute by minute; empty where `start` is None."""

    start: datetime | None
    step_s: int
    power_w: Mapping[str, tuple[int | None, ...]]


@dataclass(slots=True)
class LiveCurve:
    """The published sums of the last day, one for each minute."""

    _minutes: deque[tuple[int, Power]] = field(default_factory=lambda: deque(maxlen=CURVE_MINUTES))

    def add(self, at: datetime, power: Power) -> None:
        """Keep the first sum of each minute; nothing waits for a time that a clock, wrong by more than a day, told."""
        minute = (at - EPOCH) // MINUTE
        while self._minutes and self._minutes[-1][0] > minute + CURVE_MINUTES:
            self._minutes.pop()
        if not self._minutes or minute > self._minutes[-1][0]:
            self._minutes.append((minute, power))

    def drawn(self) -> PowerCurve:
        """Return the curve up to the last minute; a minute that is missing is a gap."""
        if not self._minutes:
            return PowerCurve(None, 60, {})
        last = self._minutes[-1][0]
        first = max(self._minutes[0][0], last - CURVE_MINUTES + 1)
        known = dict(self._minutes)
        figures = {
            figure: tuple(known.get(minute, {}).get(figure) for minute in range(first, last + 1)) for figure in FIGURES
        }
        return PowerCurve(EPOCH + first * MINUTE, int(MINUTE.total_seconds()), figures)
