"""Findings: anomalies with what became of them: they go on or are over, and a person may have said something."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Self

from ..anomaly.anomaly import Anomaly, Cause, Kind
from ..forecast.windows import Severity

KEPT = timedelta(days=90)
"""How long what is over can still be read."""
LEARNED = timedelta(days=400)
"""And how long "this was me" explains what is like it: the same season comes again."""
SURE = 0.6
"""Below it an anomaly waits for the digest."""
MUCH_W = 500
"""What costs more than a kettle an hour a day is worth a word of its own."""

LINGERS = timedelta(hours=3)
"""What was not seen for so long is over."""
LINGERS_LONG = timedelta(hours=36)
"""Of what shows itself only by day or by night, or in an instant that people should still hear of."""
NEWS = timedelta(days=1)
"""What had ended longer ago when it was found first is over from the first: it can be read, and rings no phone."""
ONCE_A_DAY = frozenset({Kind.STANDBY, Kind.LOW_PRODUCTION, Kind.NIGHT_CYCLING, Kind.SPIKE, Kind.BACKWARDS})

METER_FAULTS = frozenset({Kind.FROZEN, Kind.SPIKE, Kind.BACKWARDS})


class State(StrEnum):
    """How an anomaly stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    MUTED = "muted"
    THIS_WAS_ME = "this_was_me"
    OVER = "over"


class Answer(StrEnum):
    """What a person may say of one."""

    ACKNOWLEDGE = "acknowledge"
    MUTE = "mute"
    THIS_WAS_ME = "this_was_me"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Mute:
    """Nothing more of this kind, in this channel, for a while."""

    kind: Kind
    channel: str
    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One anomaly."""

    anomaly: Anomaly
    found: datetime
    """When it was told first."""
    over: bool = False
    answer: Answer | None = None

    @property
    def id(self) -> str:
        """What names it where a person answers: short, and the same for as long as it is the same."""
        kind, channel, since = self.anomaly.key
        return sha256(f"{kind} {channel} {since.isoformat()}".encode()).hexdigest()[:10]

    @property
    def kept_for(self) -> timedelta:
        """How long it is kept after it ended."""
        return LEARNED if self.answer is Answer.THIS_WAS_ME else KEPT

    @property
    def severity(self) -> Severity:
        """How much it matters; none rings through the night."""
        if self.anomaly.sureness < SURE:
            return Severity.MILD
        if self.anomaly.kind in METER_FAULTS | {Kind.UNUSUAL, Kind.LOW_PRODUCTION}:
            return Severity.SERIOUS
        return Severity.SERIOUS if self.anomaly.kind is Kind.STUCK and self.anomaly.power_w >= MUCH_W else Severity.MILD

    def seen_again(self, anomaly: Anomaly | None, now: datetime) -> Self:
        """Return how it stands after a look; what was old news when it was found stays that until there is more."""
        if anomaly is None:
            return replace(self, over=True)
        old = self.over and self.found - self.anomaly.until > NEWS and anomaly.until <= self.anomaly.until
        return replace(self, anomaly=anomaly, over=old or _over(anomaly, now))


@dataclass(frozen=True, slots=True)
class Findings:
    """All of a site's, in the order in which they were found."""

    each: tuple[Finding, ...] = ()
    mutes: tuple[Mute, ...] = ()

    def look(
        self, anomalies: Iterable[Anomaly], now: datetime, seen_from: Mapping[str, datetime] | None = None
    ) -> Findings:
        """Take what a look has found; it also finds what has lain back for days.

        What it does not find any more is over as well, and what lies far back is let go of. Of what began before that
        which it saw of a channel, as after a start without a recorder, it says nothing: that goes on until it lingers.
        """
        found = self._recognised(anomalies)
        unseen = {
            one.anomaly.key: one.anomaly
            for one in self.each
            if not one.over and seen_from is not None and seen_from.get(one.anomaly.channel, now) > one.anomaly.since
        }
        still = unseen | found
        known = [
            one.seen_again(still.get(one.anomaly.key), now)
            for one in self.each
            if one.anomaly.key in found or now - one.anomaly.until < one.kept_for
        ]
        keys = {one.anomaly.key for one in known}
        new = [
            Finding(anomaly, now, over=_over(anomaly, now) or now - anomaly.until > NEWS)
            for key, anomaly in found.items()
            if key not in keys
        ]
        mutes = tuple(mute for mute in self.mutes if mute.until > now)
        return Findings((*known, *new), mutes)

    def _recognised(self, anomalies: Iterable[Anomaly]) -> dict[tuple[Kind, str, datetime], Anomaly]:
        """Return them by their keys; what runs at the time of one that is known is that one.

        When more of the past becomes known, as by an import, a thing seems to begin a little earlier or later.
        """
        found = {anomaly.key: anomaly for anomaly in anomalies}
        known = [one.anomaly for one in self.each]
        for new in sorted(found.keys() - {one.key for one in known}):
            same = (one for one in known if one.key not in found and _overlap(one, found[new]))
            if (one := next(same, None)) is not None:
                found[one.key] = replace(found.pop(new), since=one.since)
        return found

    def find(self, name: str) -> Finding | None:
        """Return the one of this id."""
        return next((one for one in self.each if one.id == name), None)

    def mute(self, anomaly: Anomaly, now: datetime) -> Mute | None:
        """Return what silences an anomaly."""
        return next(
            (
                mute
                for mute in self.mutes
                if (mute.kind, mute.channel) == (anomaly.kind, anomaly.channel) and mute.until > now
            ),
            None,
        )

    def state(self, finding: Finding, now: datetime) -> State:
        """Return how one stands."""
        if finding.answer is Answer.THIS_WAS_ME:
            return State.THIS_WAS_ME
        if finding.over:
            return State.OVER
        if self.mute(finding.anomaly, now) is not None:
            return State.MUTED
        return State.ACKNOWLEDGED if finding.answer is Answer.ACKNOWLEDGE else State.OPEN

    def open(self, now: datetime) -> list[Finding]:
        """Return those that nobody has said anything about, and that go on."""
        return [one for one in self.each if self.state(one, now) is State.OPEN]

    def answered(self, finding: Finding, answer: Answer, mute: Mute | None = None) -> Findings:
        """Take what a person says of one; to open it again ends what silences it."""
        kept = None if answer in (Answer.MUTE, Answer.REOPEN) else answer
        each = tuple(replace(one, answer=kept) if one.id == finding.id else one for one in self.each)
        mutes: Sequence[Mute] = self.mutes
        if answer in (Answer.MUTE, Answer.REOPEN):
            silenced = (finding.anomaly.kind, finding.anomaly.channel)
            mutes = [one for one in self.mutes if (one.kind, one.channel) != silenced]
        return Findings(each, (*mutes, mute) if mute is not None else tuple(mutes))

    def to_json(self) -> dict[str, Any]:
        """Return what is kept over a restart."""
        return {
            "findings": [
                {
                    "anomaly": _anomaly_to_json(one.anomaly),
                    "found": one.found.isoformat(),
                    "over": one.over,
                    "answer": None if one.answer is None else one.answer.value,
                }
                for one in self.each
            ],
            "mutes": [
                {
                    "kind": mute.kind.value,
                    "channel": mute.channel,
                    "until": mute.until.isoformat(),
                    "reason": mute.reason,
                }
                for mute in self.mutes
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read it."""
        each = (
            Finding(
                _anomaly_from_json(one["anomaly"]),
                _instant(one["found"]),
                bool(one["over"]),
                None if one["answer"] is None else Answer(one["answer"]),
            )
            for one in kept["findings"]
        )
        mutes = (
            Mute(Kind(one["kind"]), str(one["channel"]), _instant(one["until"]), str(one["reason"]))
            for one in kept["mutes"]
        )
        return cls(tuple(each), tuple(mutes))


def _over(anomaly: Anomaly | None, now: datetime) -> bool:
    if anomaly is None:
        return True
    return now - anomaly.until > (LINGERS_LONG if anomaly.kind in ONCE_A_DAY else LINGERS)


def _overlap(one: Anomaly, other: Anomaly) -> bool:
    """Tell whether two are of the same kind at the same time."""
    alike = (one.kind, one.cause, one.channel) == (other.kind, other.cause, other.channel)
    return alike and one.since < other.until and other.since < one.until


def _anomaly_to_json(anomaly: Anomaly) -> dict[str, Any]:
    return {
        "kind": anomaly.kind.value,
        "channel": anomaly.channel,
        "since": anomaly.since.isoformat(),
        "until": anomaly.until.isoformat(),
        "power_w": anomaly.power_w,
        "wh_a_month": anomaly.wh_a_month,
        "sureness": anomaly.sureness,
        "cause": None if anomaly.cause is None else anomaly.cause.value,
    }


def _anomaly_from_json(kept: Mapping[str, Any]) -> Anomaly:
    return Anomaly(
        Kind(kept["kind"]),
        str(kept["channel"]),
        _instant(kept["since"]),
        _instant(kept["until"]),
        int(kept["power_w"]),
        int(kept["wh_a_month"]),
        float(kept["sureness"]),
        None if kept["cause"] is None else Cause(kept["cause"]),
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
