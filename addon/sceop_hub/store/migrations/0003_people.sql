-- Who belongs, who coordinates, and what a person changed. Passwords are kept as Argon2id, every other secret as SHA-256.

CREATE TABLE team (
    id   INTEGER PRIMARY KEY,
    name TEXT    NOT NULL UNIQUE,
    kind TEXT    NOT NULL CHECK (kind IN ('building', 'street', 'team'))
) STRICT;

ALTER TABLE household ADD COLUMN state TEXT NOT NULL DEFAULT 'active'
    CHECK (state IN ('waiting', 'active', 'paused', 'removed'));
ALTER TABLE household ADD COLUMN nickname TEXT;
ALTER TABLE household ADD COLUMN team INTEGER REFERENCES team (id);
ALTER TABLE household ADD COLUMN last_seen INTEGER;
-- The fewest homes behind a figure that this member agreed to.
ALTER TABLE household ADD COLUMN agreed_fewest INTEGER NOT NULL DEFAULT 15;

ALTER TABLE invite ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE invite ADD COLUMN uses INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invite ADD COLUMN created_by TEXT NOT NULL DEFAULT 'hub';
ALTER TABLE invite ADD COLUMN revoked_at INTEGER;
UPDATE invite SET uses = uses_left + (SELECT COUNT(*) FROM household WHERE household.invite = invite.id);

CREATE TABLE account (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    password   TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    failures   INTEGER NOT NULL DEFAULT 0,
    failed_at  INTEGER
) STRICT;

CREATE TABLE session (
    token_hash BLOB    PRIMARY KEY,
    account    INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    made_at    INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Home Assistant's own users, who come through its ingress.
CREATE TABLE ingress_user (
    id      TEXT PRIMARY KEY,
    name    TEXT    NOT NULL,
    role    TEXT,
    seen_at INTEGER NOT NULL
) STRICT;

CREATE TABLE api_token (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    token_hash BLOB    NOT NULL UNIQUE,
    scopes     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    used_at    INTEGER,
    revoked_at INTEGER
) STRICT;

-- Written in the transaction of the change that it tells of.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    who     TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    detail  TEXT    NOT NULL
) STRICT;
