"""What is kept of a zone over a restart, as it is written to disk."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ..core.hours import Share
from ..core.lighting import Cause, Diary, Part, Seen, Session, Who


def dump_session(session: Session) -> dict[str, Any]:
    """Return a session; whose it is, the place in the file says."""
    return {
        "start": session.start.isoformat(),
        "end": session.end.isoformat(),
        "cause": dump_cause(session.cause),
        "estimated_s": session.estimated_s,
        "parts": [[part.day.isoformat(), part.share.value, part.seconds, part.mws] for part in session.parts],
    }


def load_session(zone: str, kept: Mapping[str, Any]) -> Session:
    """Read it back."""
    return Session(
        zone,
        datetime.fromisoformat(kept["start"]),
        datetime.fromisoformat(kept["end"]),
        load_cause(kept["cause"]),
        tuple(Part(date.fromisoformat(day), Share(share), int(s), int(mws)) for day, share, s, mws in kept["parts"]),
        int(kept["estimated_s"]),
    )


def dump_cause(cause: Cause) -> list[str | None]:
    """Return who lit a zone."""
    return [cause.who.value, cause.id, cause.name]


def load_cause(kept: list[Any]) -> Cause:
    """Read it back."""
    who, known_as, name = kept
    return Cause(Who(who), known_as, name)


def dump_diary(diary: Diary) -> dict[str, Any]:
    """Return a diary; estimates that a meter has not settled until now stay estimates."""
    return {
        "at": diary.seen.at.isoformat(),
        "lit": diary.seen.lit,
        "milliwatts": diary.seen.milliwatts,
        "session": None if diary.session is None else dump_session(diary.session),
        "counted_mws": diary.counted_mws,
    }


def load_diary(zone: str, kept: Mapping[str, Any]) -> Diary:
    """Read it back."""
    session = kept["session"]
    return Diary(
        zone,
        Seen(datetime.fromisoformat(kept["at"]), kept["lit"], int(kept["milliwatts"])),
        None if session is None else load_session(zone, session),
        int(kept["counted_mws"]),
    )
