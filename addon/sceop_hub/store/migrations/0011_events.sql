-- Peak events: what was proposed and announced, who answered what, and what was saved. Slots are counted since 1970,
-- instants are seconds since then. Households know an event by its `public_id`; `text` is the coordinator's.

CREATE TABLE event (
    id             INTEGER PRIMARY KEY,
    public_id      TEXT    NOT NULL UNIQUE,
    start          INTEGER NOT NULL,
    end            INTEGER NOT NULL CHECK (end > start),
    state          TEXT    NOT NULL,
    severity       TEXT    NOT NULL,
    target_percent INTEGER NOT NULL,
    origin         TEXT    NOT NULL CHECK (origin IN ('forecast', 'hand')),
    text           TEXT    NOT NULL,
    made           INTEGER NOT NULL,
    approved       INTEGER NOT NULL CHECK (approved IN (0, 1)),
    announced      INTEGER,
    closed         INTEGER,
    power_w        INTEGER,
    limit_w        INTEGER,
    probability    REAL,
    revision       INTEGER NOT NULL DEFAULT 0,
    final          INTEGER NOT NULL DEFAULT 0 CHECK (final IN (0, 1))
) STRICT;

CREATE INDEX event_start ON event (start);

-- The last answer of each household, and when it was given.
CREATE TABLE event_answer (
    event     INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    household INTEGER NOT NULL REFERENCES household (id) ON DELETE CASCADE,
    choice    TEXT    NOT NULL CHECK (choice IN ('yes', 'no')),
    by        TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (event, household)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_answer_household ON event_answer (household);

-- What each home that joined saved: reckoned once after the event, and once more when late readings have come. Wh, NULL
-- where too little is known. `counted` says that it stands behind the sum. The audit is JSON, and goes before the figures.
CREATE TABLE event_savings (
    event       INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    household   INTEGER NOT NULL REFERENCES household (id) ON DELETE CASCADE,
    revision    INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    call        TEXT    NOT NULL CHECK (call IN ('saved', 'none', 'more')),
    why         TEXT,
    low_wh      INTEGER,
    mid_wh      INTEGER,
    high_wh     INTEGER,
    baseline_wh INTEGER,
    actual_wh   INTEGER,
    spread_wh   REAL,
    raised      TEXT,
    counted     INTEGER NOT NULL CHECK (counted IN (0, 1)),
    audit       TEXT,
    PRIMARY KEY (event, household, revision)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_savings_household ON event_savings (household);

-- The same of the homes together, where a sum may be told: else why not. It stays when a home is forgotten.
CREATE TABLE event_sum (
    event       INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    revision    INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    homes       INTEGER,
    unless      TEXT,
    call        TEXT,
    why         TEXT,
    low_wh      INTEGER,
    mid_wh      INTEGER,
    high_wh     INTEGER,
    baseline_wh INTEGER,
    actual_wh   INTEGER,
    spread_wh   REAL,
    audit       TEXT,
    PRIMARY KEY (event, revision)
) STRICT, WITHOUT ROWID;
