"""Invites in the books: made once, used while they last."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..auth.secrets import digest
from ..domain.invites import day_of, normalise
from ..domain.refusal import Refusal


@dataclass(frozen=True, slots=True)
class NewInvite:
    """An invite to be made: for how many households, and how long."""

    code: str
    uses: int
    life: timedelta


def add(connection: sqlite3.Connection, invite: NewInvite, now: datetime) -> None:
    """Keep an invite; its code is stored as a digest only."""
    connection.execute(
        "INSERT INTO invite (code_hash, uses_left, created_at, expires_at) VALUES (?, ?, ?, ?)",
        (digest(normalise(invite.code)), invite.uses, int(now.timestamp()), int((now + invite.life).timestamp())),
    )


def any_open(connection: sqlite3.Connection, now: datetime) -> bool:
    """Tell whether some invite still opens the door."""
    return (
        connection.execute(
            "SELECT 1 FROM invite WHERE uses_left > 0 AND expires_at > ? LIMIT 1", (int(now.timestamp()),)
        ).fetchone()
        is not None
    )


def use(connection: sqlite3.Connection, code: str, now: datetime) -> int:
    """Take one place of the invite; return its id, or say why there is none."""
    row = connection.execute(
        "SELECT id, uses_left, expires_at, used_at FROM invite WHERE code_hash = ?", (digest(normalise(code)),)
    ).fetchone()
    if row is None:
        raise Refusal("invite-unknown", "This hub knows no such invite code. Check it for typing mistakes.")
    invite, uses_left, expires_at, used_at = row
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


def _day(seconds: int) -> str:
    return day_of(datetime.fromtimestamp(seconds, UTC))
