"""Challenges: what a community, its teams or its homes try together for some days.

A challenge is held to what was said when it was announced. While it runs its words may change and its end may move
later, never its goal, its days before or what it pays. Who had reached the goal at an end that was promised has won,
whatever comes after.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from ...core.slots import local_midnight
from ..refusal import Refusal
from .rewards import check_words

type Kind = Literal["save_together", "shave_peaks", "solar_noon", "lights_out"]
KINDS: tuple[Kind, ...] = get_args(Kind.__value__)
type Scope = Literal["home", "group", "community"]
SCOPES: tuple[Scope, ...] = get_args(Scope.__value__)
type State = Literal["planned", "running", "over", "cancelled"]
type Unit = Literal["percent", "percentage_points"]

LONGEST_DAYS = 92
LOWEST_GOAL, HIGHEST_GOAL = 1, 50
"""Percent: under one is noise, and nobody saves more than half for days."""

LOWEST_POINTS, HIGHEST_POINTS = 5, 100
"""Half an event, and as much as ten: no challenge decides a year."""

FARTHEST = timedelta(days=366)
HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Hours:
    """Whole local hours of a day, from one up to another; where that is not later, it is on the next day."""

    start: int
    end: int

    def __contains__(self, hour: int) -> bool:
        """Tell whether an hour of the day is one of them."""
        if self.start < self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


@dataclass(frozen=True, slots=True)
class Template:
    """How a kind of challenge begins; the coordinator changes what fits better."""

    kind: Kind
    scope: Scope
    goal: int
    days: int
    points: int
    unit: Unit = "percent"
    hours: Hours | None = None


TEMPLATES = {
    template.kind: template
    for template in (
        Template("save_together", "community", 5, 28, 50),
        Template("shave_peaks", "community", 10, 7, 40),
        Template("solar_noon", "community", 3, 14, 40, "percentage_points", Hours(11, 15)),
        Template("lights_out", "group", 15, 14, 40, hours=Hours(22, 6)),
    )
}


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge over whole local days. `ends` are those that were ever promised, the last one holds.

    `announced` is when it was made: what it is compared with are days before that, which nobody could raise for it.
    """

    id: str
    kind: Kind
    title: str
    text: str
    scope: Scope
    goal: int
    points: int
    hours: Hours | None
    announced: datetime
    start: datetime
    ends: tuple[datetime, ...]
    settled: int = 0
    """How many of its ends were looked at, and what was won by then is booked."""
    cancelled: datetime | None = None

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.ends[-1]

    @property
    def unit(self) -> Unit:
        """What its goal is counted in."""
        return TEMPLATES[self.kind].unit

    def state(self, now: datetime) -> State:
        """Tell how it stands at this moment."""
        if self.cancelled is not None:
            return "cancelled"
        if now < self.start:
            return "planned"
        return "running" if now < self.end else "over"


def made(
    id_: str,
    template: Template,
    words: tuple[str, str],
    first: date,
    now: datetime,
    zone: ZoneInfo,
) -> Challenge:
    """Make a challenge of a template as the coordinator changed it, or refuse what none can be.

    `words` are its title and text. It runs for whole local days from the `first` on.
    """
    title, text = words
    check_words(title, text)
    known = TEMPLATES.get(template.kind)
    if known is None or template.scope not in SCOPES:
        raise Refusal("invalid", "Choose the kind of challenge and who takes part from the lists.")
    if not LOWEST_GOAL <= template.goal <= HIGHEST_GOAL:
        raise Refusal("invalid", "A goal is a whole number from {low} to {high}.", low=LOWEST_GOAL, high=HIGHEST_GOAL)
    if not LOWEST_POINTS <= template.points <= HIGHEST_POINTS:
        raise Refusal("invalid", "A challenge pays {low} to {high} points.", low=LOWEST_POINTS, high=HIGHEST_POINTS)
    if not 1 <= template.days <= LONGEST_DAYS:
        raise Refusal("invalid", "A challenge lasts 1 to {most} days.", most=LONGEST_DAYS)
    start, end = local_midnight(first, zone), local_midnight(first + timedelta(days=template.days), zone)
    if start <= now or start > now + FARTHEST:
        raise Refusal("invalid", "A challenge begins tomorrow or later, within a year: all have the same time for it.")
    hours = None if known.hours is None else template.hours or known.hours
    if hours is not None:
        _check_hours(hours)
    return Challenge(
        id_,
        template.kind,
        title,
        text,
        template.scope,
        template.goal,
        template.points,
        hours,
        announced=now,
        start=start,
        ends=(end,),
    )


def _check_hours(hours: Hours) -> None:
    if not (0 <= hours.start < HOURS_A_DAY and 0 <= hours.end <= HOURS_A_DAY) or hours.start == hours.end % HOURS_A_DAY:
        raise Refusal("invalid", "Hours go from 0 to 24, and do not end where they begin.")


def edited(
    challenge: Challenge, now: datetime, zone: ZoneInfo, *, title: str, text: str, last: date | None = None
) -> Challenge:
    """Change the words of a challenge, or let it last longer: up to and with the `last` day."""
    check_words(title, text)
    if challenge.state(now) in {"over", "cancelled"}:
        raise Refusal("invalid", "This challenge is over, so it stays as it was. Make a new one.")
    changed = replace(challenge, title=title, text=text)
    if last is None:
        return changed
    end = local_midnight(last + timedelta(days=1), zone)
    if end < challenge.end:
        raise Refusal("invalid", "A challenge may last longer than was announced, and never shorter.")
    if end > local_midnight(challenge.start.astimezone(zone).date() + timedelta(days=LONGEST_DAYS), zone):
        raise Refusal("invalid", "A challenge lasts 1 to {most} days.", most=LONGEST_DAYS)
    return changed if end == challenge.end else replace(changed, ends=(*challenge.ends, end))


def called_off(challenge: Challenge, now: datetime) -> Challenge:
    """Cancel a challenge that is not over; what was won at an end before stays."""
    if challenge.state(now) in {"over", "cancelled"}:
        raise Refusal("invalid", "This challenge is over, so it stays as it was. Make a new one.")
    return replace(challenge, cancelled=now)


def check_joining(challenge: Challenge, now: datetime) -> None:
    """Refuse to let anybody join what is over."""
    if challenge.state(now) in {"over", "cancelled"}:
        raise Refusal("challenge-over", "This challenge is over. The next one is announced to everybody.")
