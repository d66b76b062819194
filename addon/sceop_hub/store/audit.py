"""The audit log: every change by a person, written in the transaction of the change itself."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


def note(connection: sqlite3.Connection, at: datetime, who: str, action: str, subject: str, **detail: object) -> None:
    """Write down who did what to what.

    `who` is a person's key, `action` reads `invite.make`, and `subject` names the thing so that it can be found again:
    `invite:3`, `household:<public id>`, `setting:zone`. Names and measurements do not belong here: a household that is
    forgotten must not live on in the log.
    """
    connection.execute(
        "INSERT INTO audit (at, who, action, subject, detail) VALUES (?, ?, ?, ?, ?)",
        (int(at.timestamp()), who, action, subject, json.dumps(detail, ensure_ascii=False, default=str)),
    )


@dataclass(frozen=True, slots=True)
class Note:
    """One change by a person."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which notes somebody looks for; `before` is the id from which they read on."""

    who: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def notes(connection: sqlite3.Connection, wanted: Filter, most: int) -> list[Note]:
    """Return notes, the newest first."""
    rows = connection.execute(
        "SELECT id, at, who, action, subject, detail FROM audit"
        " WHERE (:who IS NULL OR who = :who)"
        " AND (:action IS NULL OR action = :action OR action GLOB :group)"
        " AND (:since IS NULL OR at >= :since) AND (:until IS NULL OR at < :until)"
        " AND (:before IS NULL OR id < :before) ORDER BY id DESC LIMIT :most",
        {
            "who": wanted.who,
            "action": wanted.action,
            "group": None if wanted.action is None else f"{_literal(wanted.action)}.*",
            "since": None if wanted.since is None else int(wanted.since.timestamp()),
            "until": None if wanted.until is None else int(wanted.until.timestamp()),
            "before": wanted.before,
            "most": most,
        },
    )
    return [
        Note(id_, datetime.fromtimestamp(at, UTC), who, action, subject, json.loads(detail))
        for id_, at, who, action, subject, detail in rows
    ]


def people_and_actions(connection: sqlite3.Connection) -> tuple[list[str], list[str]]:
    """Return who appears in the log, and which kinds of change."""
    people = [who for (who,) in connection.execute("SELECT DISTINCT who FROM audit ORDER BY who")]
    actions = [action for (action,) in connection.execute("SELECT DISTINCT action FROM audit ORDER BY action")]
    return people, actions


def forget(connection: sqlite3.Connection, key: str) -> None:
    """Leave what was changed and when, and no more of whom, where a household is forgotten."""
    connection.execute("UPDATE audit SET subject = 'household:forgotten', detail = '{}' WHERE subject = ?", (key,))
    connection.execute("UPDATE audit SET who = 'household:forgotten' WHERE who = ?", (key,))


def _literal(text: str) -> str:
    """Return a pattern that matches just this text."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in text)
