"""Peak windows as people hear of them: whose they are, and how they live on when they are worked out anew each hour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from .core.forecast.windows import Window
from .core.slots import slot_of
from .core.warnings.matter import GRAVITY

KEPT = timedelta(days=2)
"""How long a window that is over still stands in the calendar."""


class Whose(StrEnum):
    """Who is expected to run hot."""

    SITE = "site"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class PeakWindow:
    """A window, and whose it is."""

    whose: Whose
    window: Window

    @property
    def start(self) -> datetime:
        """When it begins."""
        return self.window.start

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.window.end

    def holds(self, now: datetime) -> bool:
        """Tell whether it is now."""
        return self.start <= now < self.end


def follow(kept: Iterable[Window], new: Iterable[Window], now: datetime) -> tuple[Window, ...]:
    """Return the windows that hold now: those that are over, as they were told, and the new ones.

    A forecast begins now, and so does a window that runs; it keeps the beginning that it had. One that is not expected
    any more ends with the slot that runs, if it had begun, and else vanishes.
    """
    begun = [window for window in kept if window.start <= now]
    over = [window for window in begun if now - KEPT < window.end <= now]
    running = [window for window in begun if window.end > now]
    fresh = sorted(new, key=lambda window: window.start)
    first = next((window for window in fresh if window.start <= now < window.end), None)
    if running and first is not None:
        begin = min(running, key=lambda window: window.start)
        told = replace(first, start=min(begin.start, first.start), power_w=max(begin.power_w, first.power_w))
        fresh = [told, *(window for window in fresh if window is not first)]
    else:
        edge = slot_of(now)
        over += [replace(window, end=edge) for window in running if window.start < edge]
    return tuple(sorted([*over, *fresh], key=lambda window: window.start))


def leading(told: Sequence[PeakWindow], now: datetime) -> PeakWindow | None:
    """Return the window that stands for those that run, or else for the next and those that meet it.

    It is the graver one, and the site's own where they are equally grave, as in warnings.
    """
    to_come = [each for each in told if each.end > now]
    running = [each for each in to_come if each.holds(now)]
    first = min(to_come, key=lambda each: each.start, default=None)
    meeting = running or [each for each in to_come if first is not None and each.start < first.end]
    return max(meeting, key=_weight, default=None)


def _weight(each: PeakWindow) -> tuple[int, bool]:
    return GRAVITY.index(each.window.severity), each.whose is Whose.SITE


def next_edge(told: Sequence[PeakWindow], now: datetime) -> datetime | None:
    """Return when a window begins or ends next."""
    return min((edge for each in told for edge in (each.start, each.end) if edge > now), default=None)
