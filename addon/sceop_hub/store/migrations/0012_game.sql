-- The game. Instants are seconds since 1970, slots are counted since then, days are proleptic ordinals. Events, challenges and
-- rewards go by public ids.

-- Who had said yes to an event when it began: who says so later has seen how it goes.
CREATE TABLE game_entered (
    event     TEXT    NOT NULL,
    household INTEGER NOT NULL REFERENCES household (id) ON DELETE CASCADE,
    start     INTEGER NOT NULL,
    PRIMARY KEY (event, household)
) STRICT, WITHOUT ROWID;

-- How an event went in a home, by the event's revision. Wh, NULL where nothing can be said.
CREATE TABLE game_outcome (
    household INTEGER NOT NULL REFERENCES household (id) ON DELETE CASCADE,
    event     TEXT    NOT NULL,
    revision  INTEGER NOT NULL,
    start     INTEGER NOT NULL,
    slots     INTEGER NOT NULL,
    target    REAL    NOT NULL,
    word      TEXT    NOT NULL,
    usual_wh  REAL,
    saved_wh  REAL,
    off_wh    REAL,
    call      TEXT,
    complete  REAL,
    raised    INTEGER NOT NULL DEFAULT 0 CHECK (raised IN (0, 1)),
    PRIMARY KEY (household, event)
) STRICT, WITHOUT ROWID;

CREATE INDEX game_outcome_start ON game_outcome (start);

-- Places in the community's plan whose time has come, until the meter shows whether anything ran there. `kept` is what the
-- household said.
CREATE TABLE game_place (
    id        INTEGER PRIMARY KEY,
    household INTEGER NOT NULL REFERENCES household (id) ON DELETE CASCADE,
    start     INTEGER NOT NULL,
    slots     INTEGER NOT NULL,
    wh        INTEGER NOT NULL,
    kept      INTEGER NOT NULL CHECK (kept IN (0, 1))
) STRICT;

-- What a home's places in the community's plan held on a local day, and what of it ran there.
CREATE TABLE game_placed (
    household INTEGER NOT NULL REFERENCES household (id) ON DELETE CASCADE,
    day       INTEGER NOT NULL,
    placed_wh INTEGER NOT NULL CHECK (placed_wh >= 0),
    kept_wh   INTEGER NOT NULL CHECK (kept_wh >= 0),
    PRIMARY KEY (household, day)
) STRICT, WITHOUT ROWID;

-- The ledger: rows are added, never changed. `ref` is the event, day or challenge; row 0 is the first of its kind, and the
-- others correct it. `at` is when it was earned, `booked` when it was written.
CREATE TABLE point (
    id        INTEGER PRIMARY KEY,
    household INTEGER NOT NULL REFERENCES household (id) ON DELETE CASCADE,
    kind      TEXT    NOT NULL,
    ref       TEXT    NOT NULL,
    number    INTEGER NOT NULL,
    amount    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    booked    INTEGER NOT NULL,
    UNIQUE (household, kind, ref, number)
) STRICT;

CREATE INDEX point_at ON point (at);

CREATE TABLE badge (
    household INTEGER NOT NULL REFERENCES household (id) ON DELETE CASCADE,
    badge     TEXT    NOT NULL,
    earned    INTEGER NOT NULL,
    PRIMARY KEY (household, badge)
) STRICT, WITHOUT ROWID;

-- Good news for a home, each told once; the facts are JSON.
CREATE TABLE cheer (
    id        INTEGER PRIMARY KEY,
    household INTEGER NOT NULL REFERENCES household (id) ON DELETE CASCADE,
    kind      TEXT    NOT NULL,
    ref       TEXT    NOT NULL,
    facts     TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    UNIQUE (household, kind, ref)
) STRICT;

-- Homes that chose to stand on the board with their nickname.
CREATE TABLE board (
    household INTEGER PRIMARY KEY REFERENCES household (id) ON DELETE CASCADE
) STRICT;

-- The level of the community, as it was drawn on a local day.
CREATE TABLE level (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    day    INTEGER NOT NULL,
    number INTEGER NOT NULL,
    points INTEGER NOT NULL,
    next   INTEGER NOT NULL
) STRICT;

-- `ends` are all that were promised, as a JSON list; of so many as `settled` says is booked who had won.
CREATE TABLE challenge (
    id        TEXT    PRIMARY KEY,
    kind      TEXT    NOT NULL,
    title     TEXT    NOT NULL,
    text      TEXT    NOT NULL,
    scope     TEXT    NOT NULL,
    goal      INTEGER NOT NULL,
    points    INTEGER NOT NULL,
    from_hour INTEGER,
    to_hour   INTEGER,
    announced INTEGER NOT NULL,
    start     INTEGER NOT NULL,
    ends      TEXT    NOT NULL,
    settled   INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE challenger (
    challenge TEXT    NOT NULL REFERENCES challenge (id) ON DELETE CASCADE,
    household INTEGER NOT NULL REFERENCES household (id) ON DELETE CASCADE,
    at        INTEGER NOT NULL,
    PRIMARY KEY (challenge, household)
) STRICT, WITHOUT ROWID;

-- What a challenge came to in a circle (0 is the community, else a team) at its last promised end; NULL: nothing can be said.
CREATE TABLE challenge_result (
    challenge TEXT    NOT NULL REFERENCES challenge (id) ON DELETE CASCADE,
    circle    INTEGER NOT NULL,
    value     REAL,
    PRIMARY KEY (challenge, circle)
) STRICT, WITHOUT ROWID;

CREATE TABLE reward (
    id    TEXT    PRIMARY KEY,
    kind  TEXT    NOT NULL,
    title TEXT    NOT NULL,
    text  TEXT    NOT NULL,
    cost  INTEGER NOT NULL CHECK (cost > 0),
    stock INTEGER NOT NULL,
    left_ INTEGER NOT NULL CHECK (left_ >= 0 AND left_ <= stock),
    start INTEGER NOT NULL,
    end   INTEGER
) STRICT, WITHOUT ROWID;

-- Who earned which reward, and what became of it. The request names the attempt, so that asking again buys nothing twice.
-- It stays without a name when a household is forgotten: what was handed over has to add up.
CREATE TABLE redemption (
    id        INTEGER PRIMARY KEY,
    reward    TEXT    NOT NULL REFERENCES reward (id),
    household INTEGER REFERENCES household (id) ON DELETE SET NULL,
    request   TEXT,
    cost      INTEGER NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('asked', 'handed', 'returned')),
    at        INTEGER NOT NULL,
    closed    INTEGER,
    UNIQUE (household, request)
) STRICT;

-- This hub's own key in the league, and the hubs that it knows there, each with the key that it came with first. The card is
-- the text that was signed; `url` is where a newer one is found.
CREATE TABLE league_own (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    seed BLOB NOT NULL,
    open INTEGER NOT NULL CHECK (open IN (0, 1))
) STRICT;

CREATE TABLE league_hub (
    hub  TEXT    PRIMARY KEY,
    key  BLOB    NOT NULL,
    card BLOB    NOT NULL,
    url  TEXT,
    at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What this hub told of each month that is over: told once, so that no two tellings differ by a home.
CREATE TABLE league_score (
    month TEXT    PRIMARY KEY,
    score INTEGER NOT NULL,
    homes TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
