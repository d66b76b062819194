"""Alerts in the books: what is open, what ended, what nobody wants to hear of."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..domain.alerts import ABOUT_HOUSEHOLDS, Alert, Finding, Key, Kind

KEPT = timedelta(days=90)
"""How long an alert that has ended can be read."""

_FIELDS = "kind, subject, detail, since, opened_at, told_at, announced, acknowledged_at, ended_at"


def running(connection: sqlite3.Connection, now: datetime) -> list[Alert]:
    """Return the alerts that still hold, as if each had been seen just now: the hub looks again at once."""
    mute = muted(connection)
    rows = connection.execute(f"SELECT {_FIELDS} FROM alert WHERE ended_at IS NULL")  # noqa: S608 - our own column names
    return [_alert(row, now, mute) for row in rows]


def ended(connection: sqlite3.Connection, most: int = 50) -> list[Alert]:
    """Return the alerts that ended last."""
    rows = connection.execute(
        f"SELECT {_FIELDS} FROM alert WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT ?",  # noqa: S608 - our own column names
        (most,),
    )
    return [_alert(row, _instant(row[8]), frozenset()) for row in rows]


def save(connection: sqlite3.Connection, alerts: Iterable[Alert]) -> None:
    """Keep alerts as they are now; those that are not open yet are not kept."""
    for alert in alerts:
        if alert.opened_at is None:
            continue
        values = {
            "kind": alert.finding.kind,
            "subject": alert.finding.subject,
            "detail": json.dumps(dict(alert.finding.detail)),
            "since": _seconds(alert.since),
            "opened_at": _seconds(alert.opened_at),
            "told_at": _seconds(alert.told_at),
            "announced": alert.announced,
            "acknowledged_at": _seconds(alert.acknowledged_at),
            "ended_at": _seconds(alert.ended_at),
        }
        connection.execute(
            """
            INSERT INTO alert (kind, subject, detail, since, opened_at, told_at, announced, acknowledged_at, ended_at)
            VALUES (:kind, :subject, :detail, :since, :opened_at, :told_at, :announced, :acknowledged_at, :ended_at)
            ON CONFLICT (kind, subject) WHERE ended_at IS NULL DO UPDATE
            SET detail = excluded.detail, told_at = excluded.told_at, announced = excluded.announced,
                acknowledged_at = excluded.acknowledged_at, ended_at = excluded.ended_at
            """,
            values,
        )


def told_lately(connection: sqlite3.Connection, since: datetime) -> dict[Key, datetime]:
    """Return when each alert that has ended was last told, as far back as `since`."""
    rows = connection.execute(
        "SELECT kind, subject, MAX(told_at) FROM alert WHERE ended_at IS NOT NULL AND told_at >= ?"
        " GROUP BY kind, subject",
        (_seconds(since),),
    )
    return {(Kind(kind), subject): _instant(told) for kind, subject, told in rows}


def mute(connection: sqlite3.Connection, key: Key, *, on: bool) -> bool:
    """Hear no more of it, or again; tell whether that changes anything."""
    if on:
        changed = connection.execute("INSERT INTO muted (kind, subject) VALUES (?, ?) ON CONFLICT DO NOTHING", key)
    else:
        changed = connection.execute("DELETE FROM muted WHERE kind = ? AND subject = ?", key)
    return changed.rowcount > 0


def muted(connection: sqlite3.Connection) -> frozenset[Key]:
    """Return what nobody wants to hear of."""
    return frozenset((Kind(kind), subject) for kind, subject in connection.execute("SELECT kind, subject FROM muted"))


def tidy(connection: sqlite3.Connection, now: datetime) -> None:
    """Let go of what ended long ago, and of everything about households that are no more."""
    connection.execute("DELETE FROM alert WHERE ended_at < ?", (_seconds(now - KEPT),))
    kinds = json.dumps(sorted(ABOUT_HOUSEHOLDS))
    gone = "kind IN (SELECT value FROM json_each(?)) AND subject NOT IN (SELECT public_id FROM household)"
    connection.execute(f"DELETE FROM alert WHERE {gone}", (kinds,))  # noqa: S608 - our own words
    connection.execute(f"DELETE FROM muted WHERE {gone}", (kinds,))  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class Listed:
    """A household that readings are expected of."""

    id: int
    public_id: str
    joined_at: datetime
    last_seen: datetime | None


def expected(connection: sqlite3.Connection) -> list[Listed]:
    """Return the households that should be heard of: active, and with a program of their own."""
    rows = connection.execute(
        "SELECT id, public_id, joined_at, last_seen FROM household WHERE state = 'active' AND client <> '' ORDER BY id"
    )
    return [
        Listed(id_, public_id, _instant(joined), None if seen is None else _instant(seen))
        for id_, public_id, joined, seen in rows
    ]


def names(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the households' names by their public ids."""
    return dict(connection.execute("SELECT public_id, name FROM household").fetchall())


def first_member(connection: sqlite3.Connection) -> datetime | None:
    """Return since when there is anything to lose."""
    (joined,) = connection.execute("SELECT MIN(joined_at) FROM household WHERE NOT forgotten").fetchone()
    return None if joined is None else _instant(joined)


def backlog(connection: sqlite3.Connection) -> int:
    """Return how many days of channels wait for their sums to be made."""
    (marks,) = connection.execute("SELECT COUNT(*) FROM stale").fetchone()
    return int(marks)


type _Row = tuple[str, str, str, int, int, int | None, int, int | None, int | None]


def _alert(row: _Row, now: datetime, mute: frozenset[Key]) -> Alert:
    kind, subject, detail, since, opened, told, announced, acknowledged, ended_at = row
    finding = Finding(Kind(kind), subject, json.loads(detail))
    return Alert(
        finding=finding,
        since=_instant(since),
        seen_at=now,
        opened_at=_instant(opened),
        told_at=None if told is None else _instant(told),
        announced=bool(announced),
        acknowledged_at=None if acknowledged is None else _instant(acknowledged),
        ended_at=None if ended_at is None else _instant(ended_at),
        muted=finding.key in mute,
    )


def _seconds(instant: datetime | None) -> int | None:
    return None if instant is None else int(instant.timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
