-- Instants are seconds since 1970 in UTC; a slot is the count of quarter hours since then. Codes and tokens are kept as
-- SHA-256 only.

CREATE TABLE invite (
    id         INTEGER PRIMARY KEY,
    code_hash  BLOB    NOT NULL UNIQUE,
    uses_left  INTEGER NOT NULL CHECK (uses_left >= 0),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;

CREATE TABLE household (
    id            INTEGER PRIMARY KEY,
    public_id     TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('home', 'organisation')),
    shown         INTEGER NOT NULL CHECK (shown IN (0, 1)),
    time_zone     TEXT    NOT NULL,
    client        TEXT    NOT NULL,
    joined_at     INTEGER NOT NULL,
    -- None for a household that a coordinator entered by hand.
    invite        INTEGER REFERENCES invite (id),
    -- The attempt to join that made this household: sent again before the first reading, it gets a fresh token.
    request       TEXT    NOT NULL UNIQUE,
    token_hash    BLOB    NOT NULL UNIQUE,
    -- The site's own secret identity: who joins again with it is the same household, not a second one with the same past.
    site_hash     BLOB    UNIQUE,
    token_used    INTEGER NOT NULL DEFAULT 0 CHECK (token_used IN (0, 1))
) STRICT;

CREATE TABLE channel (
    id        INTEGER PRIMARY KEY,
    household INTEGER NOT NULL REFERENCES household (id),
    name      TEXT    NOT NULL,
    UNIQUE (household, name)
) STRICT;

CREATE TABLE reading (
    channel INTEGER NOT NULL,
    slot    INTEGER NOT NULL,
    wh      INTEGER NOT NULL CHECK (wh >= 0),
    rev     INTEGER NOT NULL CHECK (rev >= 0),
    quality INTEGER NOT NULL,
    PRIMARY KEY (channel, slot)
) STRICT, WITHOUT ROWID;
