"""The invite that the Supervisor hands to this machine's own Home Assistant."""

import sqlite3
from datetime import datetime
from typing import Literal

from ..domain.invites import normalise
from ..secrets import digest

type Standing = Literal["open", "used", "gone"]


def standing(connection: sqlite3.Connection, code: str, now: datetime) -> Standing:
    """Tell whether somebody came in by this code, still may, or no more."""
    row = connection.execute(
        "SELECT uses_left, expires_at, revoked_at FROM invite WHERE code_hash = ?", (digest(normalise(code)),)
    ).fetchone()
    if row is None:
        return "gone"
    uses_left, expires_at, revoked_at = row
    if not uses_left:
        return "used"
    return "open" if revoked_at is None and now.timestamp() < expires_at else "gone"
