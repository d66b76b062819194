-- Who belongs, who coordinates, and what a person changed. Passwords are kept as Argon2id, every other secret as SHA-256.

-- A team's number is never another's: sums were published by it.
CREATE TABLE team (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    kind TEXT    NOT NULL CHECK (kind IN ('building', 'street', 'team'))
) STRICT;

ALTER TABLE household ADD COLUMN state TEXT NOT NULL DEFAULT 'active'
    CHECK (state IN ('waiting', 'active', 'paused', 'removed'));
-- Who asked to be forgotten: the empty row stays, so that no later household is taken for it.
ALTER TABLE household ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0 CHECK (forgotten IN (0, 1));
ALTER TABLE household ADD COLUMN nickname TEXT;
-- The nickname without what the eye does not tell apart; two households never look alike.
ALTER TABLE household ADD COLUMN nickname_key TEXT;
ALTER TABLE household ADD COLUMN team INTEGER REFERENCES team (id);
ALTER TABLE household ADD COLUMN last_seen INTEGER;
-- The fewest homes behind a figure that this member agreed to.
ALTER TABLE household ADD COLUMN agreed_fewest INTEGER NOT NULL DEFAULT 15;
-- A token that is being replaced works until its successor is used.
ALTER TABLE household ADD COLUMN former_hash BLOB;

CREATE UNIQUE INDEX household_nickname ON household (nickname_key) WHERE nickname_key IS NOT NULL;
CREATE UNIQUE INDEX household_former ON household (former_hash) WHERE former_hash IS NOT NULL;

ALTER TABLE invite ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE invite ADD COLUMN uses INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invite ADD COLUMN created_by TEXT NOT NULL DEFAULT 'hub';
ALTER TABLE invite ADD COLUMN revoked_at INTEGER;
UPDATE invite SET uses = uses_left + (SELECT COUNT(*) FROM household WHERE household.invite = invite.id);

-- Households that are being forgotten: what names them is gone with this row's own transaction, their slots follow in bites.
CREATE TABLE forgetting (
    household INTEGER PRIMARY KEY REFERENCES household (id),
    since     INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    password   TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- A session's token changes from time to time; the one before works for a moment, for requests that were on their way.
CREATE TABLE session (
    id           INTEGER PRIMARY KEY,
    token_hash   BLOB    NOT NULL UNIQUE,
    former_hash  BLOB    UNIQUE,
    account      INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    browser      TEXT    NOT NULL,
    made_at      INTEGER NOT NULL,
    renewed_at   INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL
) STRICT;

-- Home Assistant's own users, who come through its ingress. The role is what an owner gave; who administrates Home
-- Assistant is an owner without one.
CREATE TABLE ingress_user (
    id      TEXT PRIMARY KEY,
    name    TEXT    NOT NULL,
    role    TEXT,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE INDEX audit_subject ON audit (subject);
