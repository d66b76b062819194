"""Alerts: what a coordinator should know of, when it is told, and when it is over.

A finding is what a rule sees at one look. It becomes an alert when it holds for its kind's patience, and the alert ends
when nothing was found for a while; so what flickers makes one alert, not twenty. What was told lately is not told again
when it comes back, nor is its end.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What there is to be alerted of."""

    SILENT = "silent"
    REFUSED = "refused"
    CLOCK = "clock"
    DISK = "disk"
    BACKUP = "backup"
    BACKLOG = "backlog"
    BROKEN = "broken"
    SURPRISE = "surprise"
    PROPOSAL = "proposal"


ABOUT_HOUSEHOLDS = frozenset({Kind.SILENT, Kind.REFUSED, Kind.BROKEN})
"""Kinds whose subject is a household's public id; that of a proposal is its day, the others' is the hub."""

HUB = "hub"

ENDS_UNSAID = frozenset({Kind.PROPOSAL})
"""Kinds of which nobody wants to hear that they are over: whoever approved an event knows."""

PATIENCE: Mapping[Kind, timedelta] = {
    Kind.DISK: timedelta(minutes=5),
    Kind.CLOCK: timedelta(minutes=5),
    Kind.BACKLOG: timedelta(minutes=30),
}
"""How long a finding must hold before it is an alert; the other kinds' rules are patient by themselves."""

CALM = timedelta(minutes=15)
"""How long nothing must be found before an alert is over."""

TOLD_AGAIN_AFTER = timedelta(hours=6)
"""An alert that comes back sooner is shown on the page, but no second message is sent."""

REMIND_EVERY = timedelta(days=7)
"""While an alert stays open and nobody acknowledges it."""

type Detail = Mapping[str, str | int]
type Key = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule saw just now; `detail` fills the sentence in. Never a household's energy."""

    kind: Kind
    subject: str = HUB
    detail: Detail = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What makes two findings the same."""
        return self.kind, self.subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A finding over time. Without `opened_at` its kind's patience still lasts."""

    finding: Finding
    since: datetime
    seen_at: datetime
    opened_at: datetime | None = None
    told_at: datetime | None = None
    acknowledged_at: datetime | None = None
    ended_at: datetime | None = None
    muted: bool = False
    announced: bool = False
    """Whether this very alert was told, and not only an earlier one; then its end is told as well."""

    @property
    def key(self) -> Key:
        """What this alert is about."""
        return self.finding.key

    @property
    def calls(self) -> bool:
        """Tell whether somebody should still look at it."""
        waits = self.opened_at is not None and self.ended_at is None
        return waits and self.acknowledged_at is None and not self.muted


def look(known: Iterable[Alert], findings: Sequence[Finding], now: datetime) -> list[Alert]:
    """Bring the alerts up to date with what is found now; ended ones come back once, with their end.

    A clock that was put back leaves an alert's times ahead of now; it is then as if seen just now.
    """
    left = {finding.key: finding for finding in findings}
    after = []
    for alert in known:
        finding = left.pop(alert.key, None)
        since, seen_at = min(alert.since, now), min(alert.seen_at, now)
        if finding is not None:
            after.append(_opened(replace(alert, finding=finding, since=since, seen_at=now), now))
        elif alert.opened_at is not None and now - seen_at < CALM:
            after.append(replace(alert, since=since, seen_at=seen_at))
        elif alert.opened_at is not None:
            after.append(replace(alert, ended_at=now))
    return after + [_opened(Alert(finding=found, since=now, seen_at=now), now) for found in left.values()]


def _opened(alert: Alert, now: datetime) -> Alert:
    patience = PATIENCE.get(alert.finding.kind, timedelta())
    return replace(alert, opened_at=now) if alert.opened_at is None and now - alert.since >= patience else alert


@dataclass(frozen=True, slots=True)
class Messages:
    """What is to be told now, all in one message."""

    new: tuple[Alert, ...]
    still: tuple[Alert, ...]
    over: tuple[Alert, ...]

    def __bool__(self) -> bool:
        """Tell whether there is anything to say."""
        return bool(self.new or self.still or self.over)


def messages(alerts: Iterable[Alert], told_lately: Mapping[Key, datetime], now: datetime) -> Messages:
    """Choose what to tell. `told_lately` holds when each alert that has ended was last told."""
    new, still, over = [], [], []
    for alert in alerts:
        if alert.muted or alert.opened_at is None:
            continue
        if alert.ended_at is not None:
            if alert.announced and alert.finding.kind not in ENDS_UNSAID:
                over.append(alert)
        elif alert.told_at is not None:
            if alert.acknowledged_at is None and now - alert.told_at >= REMIND_EVERY:
                still.append(alert)
        elif alert.acknowledged_at is None:
            before = told_lately.get(alert.key)
            if before is None or now - before >= TOLD_AGAIN_AFTER:
                new.append(alert)
    return Messages(tuple(new), tuple(still), tuple(over))
