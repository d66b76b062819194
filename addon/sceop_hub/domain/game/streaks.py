"""Streaks: weeks in a row in which a home kept its word.

A local week with events in which it kept at least one goes on; one in which it was there and kept none ends it. Weeks
without events pause it, and so do those in which nobody was at home or nothing was heard: a vacation costs nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from .outcome import Outcome

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Streak:
    """Weeks in a row up to now, and the most there ever were."""

    now: int = 0
    best: int = 0


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def streak(outcomes: Iterable[Outcome], zone: ZoneInfo, today: date) -> Streak:
    """Count one home's weeks. The running week counts once something was kept, and ends nothing before it is over."""
    weeks: dict[date, set[str]] = {}
    for outcome in outcomes:
        weeks.setdefault(week_of(outcome.start.astimezone(zone).date()), set()).add(outcome.word)
    now = best = 0
    for monday, words in sorted(weeks.items()):
        if "kept" in words:
            now += 1
        elif words != {"paused"} and monday + WEEK <= today:
            now = 0
        best = max(best, now)
    return Streak(now, best)
