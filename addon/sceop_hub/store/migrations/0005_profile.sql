-- What the coordinator decided, by name; each value is JSON.

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the hub found wrong, and since when; a row without an end still holds.
CREATE TABLE alert (
    id       INTEGER PRIMARY KEY,
    kind     TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    detail   TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    told_at  INTEGER,
    ended_at INTEGER,
    muted_at INTEGER
) STRICT;

CREATE UNIQUE INDEX alert_open ON alert (kind, subject) WHERE ended_at IS NULL;
