"""Reckoning: from what was kept to the ledger, the badges and the cheers, for all homes at once.

The same facts give the same rows, whatever the order in which they became known; and what stands in the ledger already
is left alone, so reckoning again adds nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from ...core.slots import local_midnight
from . import badges
from .cheers import STREAKS, Cheer
from .levels import Level
from .outcome import Outcome
from .points import Booked, Key, Kind, Placed, Row, missing, of_events, of_places, proven_share
from .rewards import Reward
from .streaks import Streak, streak, week_of

type Counted = Mapping[tuple[int, Kind], int]


def year_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day's year began; points are added up from there."""
    return local_midnight(date(day.year, 1, 1), zone)


def rows_due(
    outcomes: Iterable[Outcome], placed: Iterable[Placed], booked: Mapping[Key, Booked], zone: ZoneInfo
) -> list[tuple[Row, datetime]]:
    """Return what the ledger lacks, each row with the instant at which it was earned.

    The events of each local year add up by themselves: whoever had a bad year begins the next one anew.
    """
    outcomes = list(outcomes)
    years: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        years[outcome.start.astimezone(zone).year].append(outcome)
    wanted = of_places(placed)
    for year in years.values():
        wanted |= of_events(year)
    starts = {outcome.event: outcome.start for outcome in outcomes}

    @cache
    def noon(day: str) -> datetime:
        return datetime.combine(date.fromisoformat(day), time(12), zone).astimezone(UTC)

    return [
        (row, noon(row.key.ref) if row.key.kind == "place" else starts[row.key.ref]) for row in missing(booked, wanted)
    ]


def streaks(outcomes: Iterable[Outcome], zone: ZoneInfo, today: date) -> dict[int, Streak]:
    """Return the streak of every home that had any event."""
    homes: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        homes[outcome.household].append(outcome)
    return {household: streak(mine, zone, today) for household, mine in homes.items()}


@dataclass(frozen=True, slots=True)
class Won:
    """What the books hold of all homes that play, once the ledger is right."""

    homes: Collection[int]
    points: Mapping[int, int]
    counted: Counted
    badges: Mapping[int, Collection[str]]
    balances: Mapping[int, int]
    streaks: Mapping[int, Streak]
    proven: Mapping[int, float]
    rewards: Sequence[Reward]
    level: Level | None


def proven_shares(outcomes: Iterable[Outcome]) -> dict[int, float]:
    """Return what each home provably saved of its usual use, where it is anything."""
    homes: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        homes[outcome.household].append(outcome)
    return {household: share for household, mine in homes.items() if (share := proven_share(mine)) > 0}


def new_badges(won: Won) -> list[tuple[int, str]]:
    """Return the badges that homes have earned and do not have yet."""
    return [
        (household, badge)
        for household in won.homes
        for badge in sorted(badges.earned(_record(won, household)) - set(won.badges.get(household, ())))
    ]


def _record(won: Won, household: int) -> badges.Record:
    return badges.Record(
        events_kept=won.counted.get((household, "kept"), 0),
        best_streak=won.streaks.get(household, Streak()).best,
        places_kept=won.counted.get((household, "place"), 0),
        challenges=won.counted.get((household, "challenge"), 0),
        proven=won.proven.get(household, 0.0),
        points=won.points.get(household, 0),
    )


def good_news(won: Won, fresh: Iterable[tuple[int, str]], today: date, now: datetime) -> list[Cheer]:
    """Return what there is to cheer about; the books tell each only once."""
    news = [Cheer(household, "badge", badge, {"badge": badge}) for household, badge in fresh]
    monday = week_of(today).isoformat()
    for household in won.homes:
        weeks = won.streaks.get(household, Streak()).now
        if weeks in STREAKS:
            news.append(Cheer(household, "streak", f"{weeks}:{today.year}", {"weeks": weeks, "week": monday}))
        if share := won.proven.get(household):
            news.append(Cheer(household, "proven", str(today.year), {"percent": round(100 * share, 1)}))
        if won.level is not None and won.level.number > 1:
            news.append(Cheer(household, "level", str(won.level.number), {"number": won.level.number}))
        news += [
            Cheer(household, "reward", reward.id, {"reward": reward.id, "title": reward.title})
            for reward in won.rewards
            if reward.open(now) and reward.left > 0 and won.balances.get(household, 0) >= reward.cost
        ]
    return news
