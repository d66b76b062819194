"""An event: a span in which the members are asked to use less than they would, and how far it has come.

A forecast or a coordinator proposes it; once it is announced, neither its span nor its target moves any more, for
people made their plans by it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ...core.slots import SLOT, Span
from ..forecast.kept import Severity
from ..names import can_be_read
from ..refusal import Refusal

type State = Literal["proposed", "announced", "running", "over", "settled", "cancelled", "expired"]
type Origin = Literal["forecast", "hand"]
type Choice = Literal["yes", "no"]
type By = Literal["notification", "dashboard", "automation", "standing"]

GRAVITY: tuple[Severity, ...] = ("mild", "serious", "severe")

LONGEST = timedelta(hours=4)
"""Beyond that nobody can wait with the dinner, and what was shifted comes back inside the event."""

FARTHEST = timedelta(days=14)
"""So far ahead may an event be made by hand."""

LOWEST_TARGET, HIGHEST_TARGET = 1, 90
"""Percent of what a home would have used."""

LONGEST_TEXT = 300

TOLD: frozenset[State] = frozenset({"announced", "running", "over", "settled"})
"""States of events that members know of, and that count towards the most in a day and in a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event. `approved` says that a person decided for it, `announced` when members were told.

    `power_w`, `limit_w` and `probability` are those of the window that it was made from; one that was made by hand has
    none. `revision` counts how often its savings were reckoned; once they are `final`, they stay.
    """

    id: str
    start: datetime
    end: datetime
    severity: Severity
    target_percent: int
    made: datetime
    origin: Origin = "forecast"
    state: State = "proposed"
    text: str = ""
    approved: bool = False
    announced: datetime | None = None
    closed: datetime | None = None
    power_w: int | None = None
    limit_w: int | None = None
    probability: float | None = None
    revision: int = 0
    final: bool = False

    def __post_init__(self) -> None:
        """Refuse what no event can be."""
        Span(self.start, self.end)
        if not LOWEST_TARGET <= self.target_percent <= HIGHEST_TARGET or len(self.text) > LONGEST_TEXT:
            raise ValueError(f"not an event: {self.target_percent}%, {self.text!r}")

    @property
    def span(self) -> Span:
        """The slots in which members are asked to use less."""
        return Span(self.start, self.end)

    @property
    def stays(self) -> bool:
        """Whether no forecast changes it any more: members know of it, or a person decided."""
        return self.approved or self.state in TOLD or self.state == "cancelled"

    @property
    def known(self) -> bool:
        """Whether members know of it, also where it was called off after that."""
        return self.announced is not None

    @property
    def counts(self) -> bool:
        """Whether it is one of those of its day and week."""
        return self.state in TOLD or (self.state == "proposed" and self.approved)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a household said to an event, by which way, and when it said so first."""

    choice: Choice
    by: By
    at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How many said yes, and how many no."""

    yes: int = 0
    no: int = 0

    def told(self, fewest: int) -> Told:
        """Return the counts as people hear of them."""
        return Told(*(None if count < fewest else count for count in (self.yes, self.no)))


@dataclass(frozen=True, slots=True)
class Told:
    """How many said yes and no; None where they are fewer than stand behind a figure, none at all among them."""

    yes: int | None
    no: int | None


def check_by_hand(start: datetime, end: datetime, target_percent: int, text: str, now: datetime) -> str:
    """Return the text of an event that a coordinator wants as it is kept, or say what is wrong with the wish."""
    if any((edge - edge.replace(minute=0, second=0, microsecond=0)) % SLOT for edge in (start, end)) or start >= end:
        raise Refusal("invalid", "An event begins and ends at a quarter of an hour, and ends after it begins.")
    if start <= now:
        raise Refusal("invalid", "An event begins in the time to come: choose a later one.")
    if start - now > FARTHEST:
        raise Refusal("invalid", "An event begins within {days} days: choose an earlier one.", days=FARTHEST.days)
    if end - start > LONGEST:
        raise Refusal("invalid", "An event has at most {hours} hours.", hours=LONGEST // timedelta(hours=1))
    if not LOWEST_TARGET <= target_percent <= HIGHEST_TARGET:
        raise Refusal(
            "invalid",
            "A target is a whole number of percent, from {least} to {most}.",
            least=LOWEST_TARGET,
            most=HIGHEST_TARGET,
        )
    text = " ".join(text.split())
    if len(text) > LONGEST_TEXT or (text and not all(map(can_be_read, text.split()))):
        raise Refusal(
            "invalid", "An event's text has at most {most} characters, all of which can be seen.", most=LONGEST_TEXT
        )
    return text
