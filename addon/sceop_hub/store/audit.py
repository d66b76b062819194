"""The audit log: every change by a person, written in the transaction of the change itself."""

import json
import sqlite3
from datetime import datetime


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
