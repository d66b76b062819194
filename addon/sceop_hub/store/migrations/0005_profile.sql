-- What the coordinator decided, by name; each value is JSON.

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the hub found wrong, and since when; a row without an end still holds. The subject is the hub, or a household by its
-- public id. `told_at` is when it was last told; `announced` that this very alert was, so that its end is told as well.
CREATE TABLE alert (
    id              INTEGER PRIMARY KEY,
    kind            TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    detail          TEXT    NOT NULL,
    since           INTEGER NOT NULL,
    opened_at       INTEGER NOT NULL,
    told_at         INTEGER,
    announced       INTEGER NOT NULL DEFAULT 0,
    acknowledged_at INTEGER,
    ended_at        INTEGER
) STRICT;

CREATE UNIQUE INDEX alert_open ON alert (kind, subject) WHERE ended_at IS NULL;

-- What nobody wants to hear of, however often it comes back.
CREATE TABLE muted (
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
