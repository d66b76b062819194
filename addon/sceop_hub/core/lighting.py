"""Lighting: when a zone was lit, for whom, through whom, and what it used.

A session is lit time without a break. Nothing is lit that nobody saw: a session whose lamps went out of sight goes on
only if they are seen lit again soon, and ended otherwise when they were seen last. Energy is kept in milliwatt seconds,
of which 3600 are a mWh, so that no cut at midnight or at an edge of hours loses any.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from .hours import Share, Timetable
from .wire import CLOCK_TOLERANCE

LONGEST_SILENCE = timedelta(minutes=10)
"""A restart with its radio networks takes a few minutes; in ten somebody may have switched off and on again."""
MWS_PER_MWH = 3600
_SECOND = timedelta(seconds=1)


class Who(StrEnum):
    """What kind of hand lit a zone."""

    PERSON = "person"
    AUTOMATION = "automation"
    PHYSICAL = "physical"
    CLEANING = "cleaning"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cause:
    """Who lit a zone, and by which id and name they are known."""

    who: Who
    id: str | None = None
    name: str | None = None


UNKNOWN = Cause(Who.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Part:
    """What one share of one local day has of a session."""

    day: date
    share: Share
    seconds: int
    mws: int


@dataclass(frozen=True, slots=True)
class Session:
    """Lit time without a break; of one that runs still, up to when it was seen last."""

    zone: str
    start: datetime
    end: datetime
    cause: Cause
    parts: tuple[Part, ...] = ()
    estimated_s: int = 0
    """How much of its time has an energy that follows from the lamps' rated power and no meter."""

    def seconds(self, share: Share | None = None) -> int:
        """Count the lit time of one share, or all of it."""
        return sum(part.seconds for part in self.parts if share in {None, part.share})

    def mwh(self, share: Share | None = None) -> int:
        """Return the energy of one share, or all of it."""
        return sum(part.mws for part in self.parts if share in {None, part.share}) // MWS_PER_MWH

    @property
    def inside_s(self) -> int:
        """Lit time in contracted hours."""
        return self.seconds(Share.CONTRACTED)

    @property
    def outside_s(self) -> int:
        """Lit time after hours."""
        return self.seconds(Share.AFTER_HOURS)

    @property
    def outside_mwh(self) -> int:
        """Energy after hours."""
        return self.mwh(Share.AFTER_HOURS)

    @property
    def measured(self) -> bool:
        """Whether all of its energy was metered."""
        return self.estimated_s == 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the lamps of a zone do from one instant on: whether any is lit, None if nobody knows, and their power.

    `certain` lamps can tell that nothing changed since they were looked at before, however long that was.
    """

    at: datetime
    lit: bool | None
    milliwatts: int = 0
    measured: bool = False
    cause: Cause | None = None
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lit time whose energy is an estimate until the meter tells."""

    session: datetime
    """The start of the session that it belongs to."""
    start: datetime
    end: datetime
    milliwatts: int


@dataclass(frozen=True, slots=True)
class Diary:
    """What is known of a zone: what was seen last, the session that runs, and all the energy so far."""

    zone: str
    seen: Seen
    session: Session | None = None
    counted_mws: int = 0
    unsettled: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """The diary after a look at the lamps, the session that ended, and whether one began."""

    diary: Diary
    ended: Session | None = None
    began: bool = False


def observe(diary: Diary, seen: Seen, timetable: Timetable) -> Step:
    """Note what the lamps do now. Since the last look they did what was seen then, unless nobody looked for long.

    A clock that is put back a little is set right, and the lit time waits until it has caught up. After a leap back
    the session ends where it was, and another begins at the new time: no minute is negative, and none is lost.
    """
    before = diary.seen
    if before.at - seen.at > CLOCK_TOLERANCE:
        return _turn(replace(diary, session=None), seen, timetable, ended=diary.session)
    seen = replace(seen, at=max(seen.at, before.at))
    session = diary.session
    seen_last = before.at if session is None else session.end
    if seen.at - seen_last >= LONGEST_SILENCE and not seen.certain:
        return _turn(replace(diary, session=None), seen, timetable, ended=session)
    if session is None:
        standby = before.milliwatts * ((seen.at - before.at) // _SECOND) if before.lit is False else 0
        return _turn(replace(diary, counted_mws=diary.counted_mws + standby), seen, timetable)
    if before.lit or seen.lit:  # lit all the way, or out of sight for a moment and still lit
        diary = _extend(diary, session, seen.at, timetable)
    if seen.lit is False:
        return _turn(replace(diary, session=None), seen, timetable, ended=diary.session)
    return _turn(diary, seen, timetable)


def _turn(diary: Diary, seen: Seen, timetable: Timetable, ended: Session | None = None) -> Step:
    """Begin a session if the zone is lit and has none, and take what is seen as the newest."""
    began = bool(seen.lit) and diary.session is None
    if began:
        # Lamps that nobody saw change were lit before: by whoever did it then, if they were in sight all the time.
        lit_before = ended is not None and diary.seen.lit
        cause = seen.cause or (ended.cause if ended is not None and lit_before else UNKNOWN)
        diary = replace(diary, session=Session(diary.zone, seen.at, seen.at, _or_cleaning(cause, seen.at, timetable)))
    if seen.lit is None and diary.session is not None:  # out of sight: should it come back, it used what it did before
        seen = replace(seen, milliwatts=diary.seen.milliwatts)
    return Step(replace(diary, seen=seen), ended, began)


def _or_cleaning(cause: Cause, at: datetime, timetable: Timetable) -> Cause:
    """Take whoever lights a zone in a cleaning window, and is nobody with a name, for the cleaners."""
    if cause.id is None and cause.who in {Who.PERSON, Who.PHYSICAL} and timetable.share(at) is Share.CLEANING:
        return Cause(Who.CLEANING)
    return cause


def _extend(diary: Diary, session: Session, until: datetime, timetable: Timetable) -> Diary:
    """Add lit time at the power that was seen last."""
    start, milliwatts, measured = session.end, diary.seen.milliwatts, diary.seen.measured
    seconds = (until - start) // _SECOND
    parts = {(part.day, part.share): part for part in session.parts}
    for piece in timetable.pieces(start, until):
        _add(parts, (piece.day, piece.share), piece.seconds, piece.seconds * milliwatts)
    estimated_s = session.estimated_s + (0 if measured else seconds)
    longer = replace(session, end=until, parts=tuple(parts.values()), estimated_s=estimated_s)
    unsettled = diary.unsettled
    if not measured and seconds:
        unsettled = _append(unsettled, Stretch(session.start, start, until, milliwatts))
    return replace(diary, session=longer, counted_mws=diary.counted_mws + seconds * milliwatts, unsettled=unsettled)


def _add(parts: dict[tuple[date, Share], Part], key: tuple[date, Share], seconds: int, mws: int) -> None:
    part = parts.get(key, Part(*key, 0, 0))
    parts[key] = replace(part, seconds=part.seconds + seconds, mws=part.mws + mws)


def _append(stretches: tuple[Stretch, ...], new: Stretch) -> tuple[Stretch, ...]:
    """Make one stretch of two that are alike and meet, so that a quiet night does not fill the memory."""
    if stretches and (last := stretches[-1]).end == new.start and last == replace(new, start=last.start, end=last.end):
        return (*stretches[:-1], replace(last, end=new.end))
    return (*stretches, new)


def settle(
    diary: Diary, measured_mws: int, ended: Sequence[Session], timetable: Timetable
) -> tuple[Diary, list[Session]]:
    """Put what a meter counted in the place of the estimates since it counted before.

    It is spread evenly over the lit time. Returned are the diary, and those of the ended sessions that changed.
    """
    whole = sum((stretch.end - stretch.start) // _SECOND for stretch in diary.unsettled)
    sessions = {session.start: session for session in (*ended, *([diary.session] if diary.session else []))}
    passed, changed = 0, dict[datetime, Session]()
    for stretch in diary.unsettled:
        if (session := sessions.get(stretch.session)) is None:
            passed += (stretch.end - stretch.start) // _SECOND
            continue
        parts = {(part.day, part.share): part for part in session.parts}
        for piece in timetable.pieces(stretch.start, stretch.end):
            share = measured_mws * (passed + piece.seconds) // whole - measured_mws * passed // whole
            passed += piece.seconds
            _add(parts, (piece.day, piece.share), 0, share - piece.seconds * stretch.milliwatts)
        settled = session.estimated_s - (stretch.end - stretch.start) // _SECOND
        sessions[stretch.session] = changed[stretch.session] = replace(
            session, parts=tuple(parts.values()), estimated_s=settled
        )
    running = diary.session and sessions[diary.session.start]
    old = [session for start, session in changed.items() if running is None or start != running.start]
    return replace(diary, session=running, unsettled=()), old


@dataclass(frozen=True, slots=True)
class Totals:
    """What sessions add up to in some days, by share."""

    seconds: dict[Share, int] = field(default_factory=lambda: dict.fromkeys(Share, 0))
    mws: dict[Share, int] = field(default_factory=lambda: dict.fromkeys(Share, 0))
    estimated: bool = False


def totals(sessions: Iterable[Session], first: date, last: date) -> Totals:
    """Add up what sessions have of the local days from the first to the last."""
    seconds, mws, estimated = dict.fromkeys(Share, 0), dict.fromkeys(Share, 0), False
    for session in sessions:
        for part in session.parts:
            if first <= part.day <= last:
                seconds[part.share] += part.seconds
                mws[part.share] += part.mws
                estimated = estimated or not session.measured
    return Totals(seconds, mws, estimated)
