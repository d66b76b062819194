"""Counters: what an energy sensor shows, as one figure that goes on when the sensor begins anew.

Sensors begin anew each midnight, show nothing for a while and then what they showed before a restart, and repeat an
hour-old figure every ten seconds. A certain reset is carried; a fall that nothing explains is handed on as it is.
When a figure was true matters as much: a meter that is read once an hour did not stand still in between.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from statistics import median_low

from .meter import LONGEST_MEASURED_STEP

_REMEMBERED_STEPS = 8
_SHORTEST_PATIENCE, _LONGEST_PATIENCE = LONGEST_MEASURED_STEP, timedelta(minutes=65)
COARSE_MWH = 25_000
"""A counter that moves by more at a time is not finely read: what it repeats in between says nothing."""

FASTER, LEAST_LEAP_MWH = 10, 2_000_000
"""How much more than lately a home may use, and what is never too much: sensors may show whole kWh."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What an energy sensor shows, and since when nobody told otherwise."""

    at: datetime
    mwh: int
    last_reset: datetime | None = None
    only_rises: bool = False
    """It promises to fall only when it begins anew."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rise, and the time since the one before it."""

    gap: timedelta
    mwh: int


@dataclass(frozen=True, slots=True)
class Counter:
    """A sensor's figure, with what it counted before it began anew.

    `doubted_since` is set after a restart: until the figure moves or is repeated for long, it may be a memory.
    `fell` is what it showed before it began anew by falling, for a sensor may fall by mistake and come back at once.
    """

    shown: Shown
    moved_at: datetime
    carried_mwh: int = 0
    steps: tuple[Step, ...] = ()
    doubted_since: datetime | None = None
    fell: Shown | None = None

    @property
    def total_mwh(self) -> int:
        """What it counted in all."""
        return self.carried_mwh + self.shown.mwh

    @property
    def patience(self) -> timedelta:
        """How long after it moved it may have moved on unseen; longer means that it stands."""
        if not self.steps:
            return _SHORTEST_PATIENCE
        usual = 2 * median_low(step.gap for step in self.steps)
        return min(max(usual, _SHORTEST_PATIENCE), _LONGEST_PATIENCE)

    def doubted(self, now: datetime) -> bool:
        """Tell whether the figure may still be one from before a restart."""
        return self.doubted_since is not None and timedelta() <= now - self.doubted_since <= self.patience

    def known_at(self, now: datetime) -> datetime:
        """Return the instant at which the counter stood like this: when it was told, or now if it stands still."""
        told = self.moved_at if self.moved_at != self.shown.at and self._coarse else self.shown.at
        lately = now - told <= _SHORTEST_PATIENCE or now - told <= self.patience
        return min(told, now) if lately or self.doubted(now) else now

    @property
    def _coarse(self) -> bool:
        """Whether it moves in steps that say when they happened, and nothing of the time between them."""
        return bool(self.steps) and median_low(step.mwh for step in self.steps) > COARSE_MWH


def begin(shown: Shown) -> Counter:
    """Start to follow a sensor."""
    return Counter(shown, shown.at)


def doubt(counter: Counter, now: datetime) -> Counter:
    """Take up a counter that was kept over a restart."""
    return replace(counter, doubted_since=now)


def advance(counter: Counter, shown: Shown) -> Counter:
    """Take what the sensor shows next."""
    before = counter.shown
    shown = _with_its_reset(before, shown)
    began_anew = before.last_reset is not None and shown.last_reset != before.last_reset
    if shown.mwh == before.mwh and not began_anew:
        if counter.doubted(shown.at):
            return counter
        return replace(counter, shown=shown, doubted_since=None)
    if (fell := counter.fell) is not None and shown.mwh >= fell.mwh and shown.at - fell.at <= LONGEST_MEASURED_STEP:
        return Counter(shown, shown.at, counter.carried_mwh - fell.mwh, counter.steps)
    if began_anew:
        return Counter(shown, shown.at, counter.carried_mwh + before.mwh, counter.steps)
    if shown.only_rises and shown.mwh * 10 < before.mwh and _can_have_flowed(counter, shown):
        fall = replace(before, at=shown.at)
        return Counter(shown, shown.at, counter.carried_mwh + before.mwh, counter.steps, fell=fall)
    return Counter(shown, shown.at, counter.carried_mwh, _steps(counter, shown))


def _can_have_flowed(counter: Counter, shown: Shown) -> bool:
    """Tell whether a figure can have grown from zero since the one before; a meter that served elsewhere did not."""
    if not counter.steps:
        return True
    microsecond = timedelta(microseconds=1)
    gap = max((shown.at - counter.shown.at) // microsecond, 0)
    fastest = max(Fraction(step.mwh, step.gap // microsecond) for step in counter.steps)
    return shown.mwh <= FASTER * fastest * gap + LEAST_LEAP_MWH


def _with_its_reset(before: Shown, shown: Shown) -> Shown:
    """Believe a new time of reset once the figure agrees; some sensors tell it before they fall, or at each start."""
    if shown.last_reset == before.last_reset:
        return shown
    if shown.only_rises or shown.last_reset is None:
        return replace(shown, last_reset=before.last_reset)
    if before.last_reset is None:
        return shown
    soon = shown.at - before.at <= LONGEST_MEASURED_STEP
    early = shown.mwh == before.mwh or (shown.mwh > before.mwh and soon)
    if shown.last_reset <= before.last_reset or early:
        return replace(shown, last_reset=before.last_reset)
    return shown


def _steps(counter: Counter, shown: Shown) -> tuple[Step, ...]:
    rise, gap = shown.mwh - counter.shown.mwh, shown.at - counter.moved_at
    if rise <= 0 or gap <= timedelta() or counter.doubted_since is not None:
        return counter.steps
    return (*counter.steps, Step(gap, rise))[-_REMEMBERED_STEPS:]
