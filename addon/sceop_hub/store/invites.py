"""Invites in the books: made once, used while they last, revoked when they went to the wrong people."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..domain.invites import day_of, normalise
from ..domain.refusal import Refusal
from ..secrets import digest

ANNOUNCED = "discovery"
"""Who makes the invite that only this machine's own Home Assistant is told."""


@dataclass(frozen=True, slots=True)
class NewInvite:
    """An invite to be made: for how many households, and how long."""

    code: str
    uses: int
    life: timedelta
    label: str = ""
    by: str = "hub"


@dataclass(frozen=True, slots=True)
class Invite:
    """An invite as a coordinator sees it; its code is not known any more."""

    id: int
    label: str
    uses: int
    uses_left: int
    created_at: datetime
    expires_at: datetime
    created_by: str
    revoked_at: datetime | None

    def open(self, now: datetime) -> bool:
        """Tell whether it still opens the door."""
        return self.revoked_at is None and self.uses_left > 0 and now < self.expires_at


def add(connection: sqlite3.Connection, invite: NewInvite, now: datetime) -> int:
    """Keep an invite and return its id; its code is stored as a digest only."""
    (id_,) = connection.execute(
        "INSERT INTO invite (code_hash, uses, uses_left, created_at, expires_at, label, created_by)"
        " VALUES (:code, :uses, :uses, :now, :end, :label, :by) RETURNING id",
        {
            "code": digest(normalise(invite.code)),
            "uses": invite.uses,
            "now": int(now.timestamp()),
            "end": int((now + invite.life).timestamp()),
            "label": invite.label,
            "by": invite.by,
        },
    ).fetchone()
    return int(id_)


def all_(connection: sqlite3.Connection, most: int = 500) -> list[Invite]:
    """Return the invites, the newest first."""
    rows = connection.execute(
        "SELECT id, label, uses, uses_left, created_at, expires_at, created_by, revoked_at FROM invite"
        " ORDER BY id DESC LIMIT ?",
        (most,),
    )
    return [
        Invite(
            id_, label, uses, left, _instant(made), _instant(end), by, None if revoked is None else _instant(revoked)
        )
        for id_, label, uses, left, made, end, by, revoked in rows
    ]


def revoke(connection: sqlite3.Connection, invite: int, now: datetime) -> None:
    """Shut the door that an invite opens; who came through it stays."""
    done = connection.execute(
        "UPDATE invite SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ?", (int(now.timestamp()), invite)
    )
    if not done.rowcount:
        raise Refusal("not-found", "There is no such invite. Load the page again.")


def use(connection: sqlite3.Connection, code: str, now: datetime) -> int:
    """Take one place of the invite; return its id, or say why there is none."""
    row = connection.execute(
        "SELECT id, uses_left, expires_at, used_at, revoked_at FROM invite WHERE code_hash = ?",
        (digest(normalise(code)),),
    ).fetchone()
    if row is None:
        raise Refusal("invite-unknown", "This hub knows no such invite code. Check it for typing mistakes.")
    invite, uses_left, expires_at, used_at, revoked_at = row
    if revoked_at is not None:
        raise Refusal(
            "invite-expired",
            f"This invite code was withdrawn on {_day(revoked_at)}. Ask your coordinator for a new one.",
        )
    if not uses_left:
        raise Refusal(
            "invite-used",
            f"This invite code was used on {_day(used_at)}. Ask your coordinator for a new one.",
        )
    if now.timestamp() >= expires_at:
        raise Refusal(
            "invite-expired", f"This invite code expired on {_day(expires_at)}. Ask your coordinator for a new one."
        )
    connection.execute(
        "UPDATE invite SET uses_left = uses_left - 1, used_at = ? WHERE id = ?", (int(now.timestamp()), invite)
    )
    return int(invite)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _day(seconds: int) -> str:
    return day_of(_instant(seconds))
