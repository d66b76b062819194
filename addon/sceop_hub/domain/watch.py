"""The rules behind the alerts: from what the hub observes to what a coordinator should know.

Of a household's energy nothing leaves here; what counts is when it was heard, what was refused, what can not be
true.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .alerts import Finding, Kind
from .broken import Record, broken
from .surprise import Slot, surprise

SILENT_AFTER = timedelta(hours=24)
"""A household keeps its readings and sends them later, so an evening without a network is no alarm."""

REFUSED_WITHIN = timedelta(hours=1)
FEWEST_REFUSALS = 3
"""Of one household within the hour. One or two mend themselves: the household sends the rest again."""

CLOCK_QUORUM = 3
"""Households whose clock disagrees with the hub's; beyond two it is more likely the hub's that is wrong."""

CLOCK_BEHIND = timedelta(minutes=5)
"""The hub heard of somebody later than it believes to live: its clock was put back."""

BACKUP_OVERDUE = timedelta(hours=36)
"""One night may be missed, while the machine was off; not a whole day more."""

LEAST_FREE = 512 * 1024 * 1024
ROOM_TO_CALM = 1.25
"""An alert of a full disk ends only once there is clearly room again."""

LARGE_BACKLOG = 20_000
"""Days of channels whose sums are behind: ten days of 500 homes with four channels."""


@dataclass(frozen=True, slots=True)
class Member:
    """A household that should be heard of. `last_seen` is None for one that was never heard."""

    public_id: str
    joined_at: datetime
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class RefusedReadings:
    """A request of a household that was refused, by the wire's word for the reason."""

    public_id: str
    problem: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """All that the rules look at, at one instant. `watched_since` is when the hub's first member joined."""

    now: datetime
    members: Sequence[Member] = ()
    refused: Sequence[RefusedReadings] = ()
    free_bytes: int
    database_bytes: int = 0
    disk_was_full: bool = False
    last_backup: datetime | None = None
    watched_since: datetime | None = None
    backlog: int = 0
    records: Sequence[Record] = ()
    left_out: Sequence[str] = ()
    """Households that leapt, and stand behind no figure while that lasts."""
    last_hours: Sequence[Slot | None] = ()
    """The community's last slots beside their forecast."""
    proposals: Mapping[str, datetime] = field(default_factory=dict)
    """When the first peak event begins that waits for approval, by its local day."""


def findings(seen: Observation) -> list[Finding]:
    """Return everything that a coordinator should know of now."""
    return [
        *_silent(seen),
        *_refused(seen),
        *_clock(seen),
        *_disk(seen),
        *_backup(seen),
        *_backlog(seen),
        *_broken(seen),
        *_surprise(seen),
        *_proposals(seen),
    ]


def _silent(seen: Observation) -> Iterator[Finding]:
    for member in seen.members:
        heard = member.last_seen or member.joined_at
        if seen.now - heard >= SILENT_AFTER:
            yield Finding(Kind.SILENT, member.public_id, {"heard": int(heard.timestamp())})


def _refused(seen: Observation) -> Iterator[Finding]:
    for public_id, problems in _lately_refused(seen).items():
        if problems.total() >= FEWEST_REFUSALS:
            problem, _ = problems.most_common(1)[0]
            yield Finding(Kind.REFUSED, public_id, {"problem": problem})


def _clock(seen: Observation) -> Iterator[Finding]:
    disagree = sum("clock" in problems for problems in _lately_refused(seen).values())
    newest = max((member.last_seen for member in seen.members if member.last_seen is not None), default=seen.now)
    if disagree >= CLOCK_QUORUM or newest - seen.now >= CLOCK_BEHIND:
        yield Finding(Kind.CLOCK)


def _disk(seen: Observation) -> Iterator[Finding]:
    # A backup and a tidied database each need as much room as the database itself.
    enough = max(LEAST_FREE, seen.database_bytes) * (ROOM_TO_CALM if seen.disk_was_full else 1)
    if seen.free_bytes < enough:
        yield Finding(Kind.DISK, detail={"free_mb": seen.free_bytes // 1024**2})


def _backup(seen: Observation) -> Iterator[Finding]:
    if seen.watched_since is None:
        return
    if seen.now - max(seen.watched_since, seen.last_backup or seen.watched_since) >= BACKUP_OVERDUE:
        last = seen.last_backup
        yield Finding(Kind.BACKUP, detail={} if last is None else {"last": int(last.timestamp())})


def _backlog(seen: Observation) -> Iterator[Finding]:
    if seen.backlog >= LARGE_BACKLOG:
        yield Finding(Kind.BACKLOG, detail={"marks": seen.backlog})


def _broken(seen: Observation) -> Iterator[Finding]:
    # Of who is silent nothing newer is known: that is told already.
    silent = {finding.subject for finding in _silent(seen)}
    yield from (finding for finding in broken(seen.records, seen.left_out) if finding.subject not in silent)


def _surprise(seen: Observation) -> Iterator[Finding]:
    found = surprise(seen.last_hours)
    if found is not None:
        yield found


def _proposals(seen: Observation) -> Iterator[Finding]:
    for day, start in seen.proposals.items():
        yield Finding(Kind.PROPOSAL, day, {"start": int(start.timestamp())})


def _lately_refused(seen: Observation) -> Mapping[str, Counter[str]]:
    lately: dict[str, Counter[str]] = {}
    for refusal in seen.refused:
        if seen.now - refusal.at <= REFUSED_WITHIN:
            lately.setdefault(refusal.public_id, Counter())[refusal.problem] += 1
    return lately
