"""Progress: how far a challenge has come, from what homes used a slot on the mean.

Each slot is held against the same time of the week in the four weeks before the challenge was announced, so its own
days cannot raise what it is measured by, and a clock that changes moves nothing. It knows nothing of the weather: who
makes a challenge is shown what the last month would have been, and takes a goal beyond that.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from statistics import fmean, median
from typing import Literal
from zoneinfo import ZoneInfo

from ...core.slots import from_number, local_midnight, to_number
from .challenge import Challenge, Hours, Kind
from .outcome import AWAY_SHARE, LEAST_COMPLETE

DAYS_BEFORE = 28
LEAST_PAST = 0.5
"""Of the slots of those days: of two weeks each weekday is known."""

MOST_AWAY = 0.5
"""Of the days of a challenge that a home may not be there for; beyond that nothing can be said of the rest."""

PREVIEWED_DAYS = 30

type Use = Mapping[int, float]
"""Wh a home by the number of the slot; of one home, or on the mean of many. What is not known is not in it."""

type WhyNone = Literal["too_early", "no_past", "incomplete", "away", "no_team"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has come, in the challenge's unit and rounded to a tenth; or why nothing can be said."""

    value: float | None
    why: WhyNone | None = None

    def reaches(self, goal: int) -> bool:
        """Tell whether the goal is reached."""
        return self.value is not None and self.value >= goal


@dataclass(frozen=True, slots=True)
class Trial:
    """What a challenge would have been in days that are over."""

    first: date
    last: date
    progress: Progress


@dataclass(frozen=True, slots=True)
class _Time:
    """When a slot is, as people there live it: the quarter hour of the week, the day and the hour."""

    week: int
    day: int
    hour: int


def before(challenge: Challenge, zone: ZoneInfo) -> tuple[int, int]:
    """Return the slots that a challenge is compared with: the four weeks before the day on which it was announced."""
    day = challenge.announced.astimezone(zone).date()
    return _slots(day - timedelta(days=DAYS_BEFORE), day, zone)


def elapsed(challenge: Challenge, end: datetime) -> tuple[int, int]:
    """Return the slots of a challenge that are over at an instant."""
    start = to_number(challenge.start)
    return start, max(start, to_number(min(end, challenge.end)))


def progress(
    kind: Kind,
    hours: Hours | None,
    use: Use,
    now: tuple[int, int],
    past: tuple[int, int],
    zone: ZoneInfo,
    *,
    one_home: bool = False,
) -> Progress:
    """Return how far it has come in the slots of `now`, against those of `past`.

    Of `one_home` days are left out on which nobody seems to be there: an empty home is no win.
    """
    times, times_past = _times(*now, zone.key), _times(*past, zone.key)
    if not times:
        return Progress(None, "too_early")
    known = [(time, use[slot]) for slot, time in times if slot in use]
    known_past = [(time, use[slot]) for slot, time in times_past if slot in use]
    if len(known_past) < LEAST_PAST * len(times_past):
        return Progress(None, "no_past")
    if len(known) < LEAST_COMPLETE * len(times):
        return Progress(None, "incomplete")
    if one_home:
        days = {time.day for time, _ in known}
        there = _days_there(known, known_past)
        if len(there) < (1 - MOST_AWAY) * len(days):
            return Progress(None, "away")
        known = [(time, wh) for time, wh in known if time.day in there]
    value = _MEASURES[kind](known, known_past, hours)
    return Progress(None, "no_past") if value is None else Progress(round(value, 1))


def trials(kind: Kind, hours: Hours | None, days: int, use: Use, today: date, zone: ZoneInfo) -> tuple[Trial, ...]:
    """Return what a challenge of so many days would have been in the last month, the latest first.

    Each as if it had been announced on the day before it began.
    """
    found = []
    for back in range(max(PREVIEWED_DAYS // days, 1)):
        end = today - timedelta(days=days * back)
        start = end - timedelta(days=days)
        past = _slots(start - timedelta(days=DAYS_BEFORE + 1), start - timedelta(days=1), zone)
        came = progress(kind, hours, use, _slots(start, end, zone), past, zone)
        found.append(Trial(start, end - timedelta(days=1), came))
    return tuple(found)


def previewed(days: int, today: date, zone: ZoneInfo) -> tuple[int, int]:
    """Return the slots that `trials` looks at."""
    first = today - timedelta(days=days * max(PREVIEWED_DAYS // days, 1) + DAYS_BEFORE + 1)
    return _slots(first, today, zone)


type _Known = Sequence[tuple[_Time, float]]


def _saved(now: _Known, past: _Known, hours: Hours | None) -> float | None:
    """Return by how many percent less was used than at the same times of the weeks before."""
    usual = _by_week(past)
    both = [(wh, usual[time.week]) for time, wh in now if time.week in usual and (hours is None or time.hour in hours)]
    expected = sum(before for _, before in both)
    return 100 * (1 - sum(wh for wh, _ in both) / expected) if expected > 0 else None


def _shaved(now: _Known, past: _Known, _hours: Hours | None) -> float | None:
    """Return by how many percent the days' highest quarter hours lie below those of the weeks before."""
    usual: dict[int, list[float]] = defaultdict(list)
    for day, highest in _highest(past):
        usual[day % 7].append(highest)
    both = [(highest, fmean(usual[day % 7])) for day, highest in _highest(now) if day % 7 in usual]
    expected = sum(before for _, before in both)
    return 100 * (1 - sum(highest for highest, _ in both) / expected) if expected > 0 else None


def _filled(now: _Known, past: _Known, hours: Hours | None) -> float | None:
    """Return by how many percentage points more of the use lies in the hours of the sun than in the weeks before."""
    shares = []
    for known in (now, past):
        total = sum(wh for _, wh in known)
        if hours is None or total <= 0:
            return None
        shares.append(sum(wh for time, wh in known if time.hour in hours) / total)
    return 100 * (shares[0] - shares[1])


_MEASURES = {"save_together": _saved, "lights_out": _saved, "shave_peaks": _shaved, "solar_noon": _filled}


def _by_week(known: _Known) -> dict[int, float]:
    values: dict[int, list[float]] = defaultdict(list)
    for time, wh in known:
        values[time.week].append(wh)
    return {week: fmean(found) for week, found in values.items()}


def _highest(known: _Known) -> Iterator[tuple[int, float]]:
    """Give each day's highest slot, of the days that are known well enough to have one."""
    days: dict[int, list[float]] = defaultdict(list)
    for time, wh in known:
        days[time.day].append(wh)
    most = max((len(values) for values in days.values()), default=0)
    yield from ((day, max(values)) for day, values in days.items() if len(values) >= LEAST_COMPLETE * most)


def _days_there(now: _Known, past: _Known) -> set[int]:
    means: list[dict[int, float]] = []
    for known in (now, past):
        days: dict[int, list[float]] = defaultdict(list)
        for time, wh in known:
            days[time.day].append(wh)
        means.append({day: fmean(values) for day, values in days.items()})
    usual = median(means[1].values())
    return {day for day, mean in means[0].items() if mean >= AWAY_SHARE * usual}


def _slots(first: date, end: date, zone: ZoneInfo) -> tuple[int, int]:
    return to_number(local_midnight(first, zone)), to_number(local_midnight(end, zone))


@lru_cache(maxsize=64)
def _times(first: int, end: int, zone: str) -> tuple[tuple[int, _Time], ...]:
    """Return when each slot is; the same for all homes."""
    there = ZoneInfo(zone)
    found = []
    for slot in range(first, end):
        local = from_number(slot).astimezone(there)
        quarter = (local.weekday() * 24 + local.hour) * 4 + local.minute // 15
        found.append((slot, _Time(quarter, local.toordinal(), local.hour)))
    return tuple(found)
