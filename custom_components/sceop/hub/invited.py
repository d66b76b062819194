"""What a community invites its homes to: peak events as typed values, their savings, and what this home answered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import isfinite
from typing import Any

from ..core.blocks import wire_time
from ..core.forecast.windows import Severity
from .errors import NotAHub

IDENT = re.compile(r"[a-z0-9]{1,40}")
FARTHEST = timedelta(days=60)
"""An event lies in these weeks: a hub tells of the last 30 days, and announces no event months ahead."""
LONGEST = timedelta(hours=24)
MOST_EVENTS = 500
MOST_WH = 10**12
MOST_HOMES = 10**7
MOST_PERCENT = 100
LONGEST_TEXT = 500
"""Characters of what a coordinator writes about an event."""

_WRONG = (AttributeError, KeyError, OverflowError, TypeError, ValueError)


class Stage(StrEnum):
    """How an event stands."""

    ANNOUNCED = "announced"
    RUNNING = "running"
    OVER = "over"
    SETTLED = "settled"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """Whether this home takes part."""

    YES = "yes"
    NO = "no"


class By(StrEnum):
    """Through what it answered."""

    NOTIFICATION = "notification"
    DASHBOARD = "dashboard"
    AUTOMATION = "automation"
    STANDING = "standing"


class Call(StrEnum):
    """What can be said of savings with a good conscience."""

    SAVED = "saved"
    NONE = "none"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Savings:
    """What this home saved in an event: between what it lies nine times out of ten, and whether that says anything."""

    low_wh: int | None
    mid_wh: int | None
    high_wh: int | None
    percent: float | None
    call: Call
    revision: int
    final: bool
    why: str | None = None
    """What is missing where too little is known, in the hub's own word."""


@dataclass(frozen=True, slots=True)
class PeakEvent:
    """One event, as this home is told of it."""

    id: str
    start: datetime
    end: datetime
    announced: datetime
    state: Stage
    severity: Severity
    target_percent: int | None
    answer: Answer | None
    by: By | None
    joined: int | None
    """How many homes take part; None below the fewest that may be counted."""
    savings: Savings | None
    text: str = ""
    """What the coordinator wrote about it."""

    def stage(self, now: datetime) -> Stage:
        """Return how it stands by this home's own clock: a hub that is away keeps nobody from beginning or ending."""
        if self.state in {Stage.CANCELLED, Stage.SETTLED, Stage.OVER}:
            return self.state
        if now < self.start:
            return Stage.ANNOUNCED
        return Stage.RUNNING if now < self.end else Stage.OVER

    def open(self, now: datetime) -> bool:
        """Tell whether it can still be answered."""
        return self.stage(now) in {Stage.ANNOUNCED, Stage.RUNNING}

    def to_json(self) -> dict[str, Any]:
        """Return it as the wire has it."""
        savings = self.savings
        return {
            "id": self.id,
            "start": wire_time(self.start),
            "end": wire_time(self.end),
            "announced": wire_time(self.announced),
            "state": self.state.value,
            "severity": self.severity.value,
            "target_percent": self.target_percent,
            "answer": None if self.answer is None else self.answer.value,
            "by": None if self.by is None else self.by.value,
            "joined": self.joined,
            "savings": None
            if savings is None
            else {
                "low_wh": savings.low_wh,
                "mid_wh": savings.mid_wh,
                "high_wh": savings.high_wh,
                "percent": savings.percent,
                "call": savings.call.value,
                "revision": savings.revision,
                "final": savings.final,
                "why": savings.why,
            },
            "text": self.text,
        }


def read_events(answer: Mapping[str, Any], now: datetime) -> tuple[PeakEvent, ...]:
    """Read the events of the last weeks and to come, in order of time."""
    try:
        told = answer["events"]
        if len(told) > MOST_EVENTS:
            raise ValueError("nobody takes part in so many events")
        events = {each.id: each for each in (_event(one, now) for one in told)}
    except _WRONG as error:
        raise NotAHub("What the hub says of events makes no sense.") from error
    return tuple(sorted(events.values(), key=lambda each: (each.start, each.id)))


def read_event(message: Mapping[str, Any], now: datetime) -> PeakEvent:
    """Read one."""
    try:
        return _event(message, now)
    except _WRONG as error:
        raise NotAHub("An event of the hub makes no sense.") from error


def ident(told: object) -> str:
    """Read a name that was drawn by lot: it goes into addresses and files."""
    if not (isinstance(told, str) and IDENT.fullmatch(told)):
        raise ValueError(f"no id: {told!r:.60}")
    return told


def number(told: object, most: float) -> float:
    """Read a number that somebody may have meant."""
    if isinstance(told, bool) or not isinstance(told, int | float) or not isfinite(told) or abs(told) > most:
        raise ValueError(f"no number: {told!r:.60}")
    return told


def instant(told: str, now: datetime) -> datetime:
    """Read an instant of these weeks; one without a time zone says nothing."""
    at = datetime.fromisoformat(told)
    if at.tzinfo is None or abs(at - now) > FARTHEST:
        raise ValueError(f"no instant of these weeks: {told}")
    return at.astimezone(UTC)


def _event(told: Mapping[str, Any], now: datetime) -> PeakEvent:
    start, end = instant(told["start"], now), instant(told["end"], now)
    if not timedelta(0) < end - start <= LONGEST:
        raise ValueError(f"no event lasts from {start} to {end}")
    answer, by, joined, savings = (told.get(name) for name in ("answer", "by", "joined", "savings"))
    return PeakEvent(
        id=ident(told["id"]),
        start=start,
        end=end,
        announced=instant(told["announced"], now),
        state=Stage(told["state"]),
        severity=Severity(told["severity"]),
        target_percent=_percent(told.get("target_percent")),
        answer=None if answer is None else Answer(answer),
        by=By(by) if by in set(By) else None,
        joined=None if joined is None else _homes(joined),
        savings=None if savings is None else _savings(savings),
        text=" ".join(str(told.get("text") or "").split())[:LONGEST_TEXT],
    )


def _percent(told: object) -> int | None:
    if told is None:
        return None
    percent = round(number(told, MOST_PERCENT))
    if percent < 0:
        raise ValueError(f"no target: {told}")
    return percent


def _homes(told: object) -> int:
    homes = round(number(told, MOST_HOMES))
    if homes < 0:
        raise ValueError(f"no count: {told}")
    return homes


def _savings(told: Mapping[str, Any]) -> Savings:
    """Read savings; a word about them that this version does not know is no call."""
    low, mid, high = (None if (wh := told.get(f"{edge}_wh")) is None else round(number(wh, MOST_WH)) for edge in _EDGES)
    known = [wh for wh in (low, mid, high) if wh is not None]
    if known != sorted(known):
        raise ValueError("the edges of savings are not in order")
    percent, call = told.get("percent"), told.get("call")
    return Savings(
        low,
        mid,
        high,
        None if percent is None else round(float(number(percent, MOST_WH)), 1),
        Call(call) if call in set(Call) else Call.NONE,
        round(number(told.get("revision", 0), MOST_EVENTS)),
        told.get("final") is True,
        None if (why := told.get("why")) is None else str(why)[:LONGEST_TEXT],
    )


_EDGES = ("low", "mid", "high")
