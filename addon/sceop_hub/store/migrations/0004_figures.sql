-- Who stands behind the community's figures, and what was published of them. A circle is the community (0) or a team (its
-- id). Slots are counted since 1970.

-- Homes that stand, or stood, behind figures: by a number that no other home ever gets. The secret makes the masks in
-- `behind`; with it goes whatever they could tell of the home.
CREATE TABLE counted (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    household INTEGER NOT NULL UNIQUE REFERENCES household (id) ON DELETE CASCADE,
    secret    BLOB    NOT NULL
) STRICT;

-- From the slot `since` until the next row: the numbers of the homes with their flows, and the teams, as JSON.
CREATE TABLE standing (
    since   INTEGER PRIMARY KEY,
    grouped TEXT    NOT NULL
) STRICT;

-- How far the figures are: all slots before `upto` were looked at, and on the local day `renewed` (its ordinal) it was
-- decided who stands behind them. Slots before `since` are drawn no more.
CREATE TABLE progress (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    upto    INTEGER NOT NULL,
    renewed INTEGER NOT NULL,
    since   INTEGER NOT NULL
) STRICT;

INSERT INTO progress VALUES (1, 0, 0, 0);

-- Days in UTC (slot / 96) with slots to be looked at, from `first` on. `touched` grows with every cause, so that one that
-- comes while the day is looked at is not forgotten.
CREATE TABLE unsettled (
    utc_day INTEGER PRIMARY KEY,
    first   INTEGER NOT NULL,
    touched INTEGER NOT NULL
) STRICT;

-- Wh as they were published; NULL where a figure may not be shown.
CREATE TABLE published (
    circle            INTEGER NOT NULL,
    slot              INTEGER NOT NULL,
    homes             INTEGER NOT NULL,
    consumption       INTEGER,
    grid_import       INTEGER,
    grid_export       INTEGER,
    production        INTEGER,
    battery_discharge INTEGER,
    battery_charge    INTEGER,
    PRIMARY KEY (circle, slot)
) STRICT, WITHOUT ROWID;

-- Masks of the values behind each drawing of a slot that was published, for as long as the slot may change.
CREATE TABLE behind (
    id    INTEGER PRIMARY KEY,
    slot  INTEGER NOT NULL,
    masks BLOB    NOT NULL
) STRICT;

CREATE INDEX behind_slot ON behind (slot);

-- Homes in the live sum that was shown during a slot, for as long as the slot may change: a byte for each number of
-- `counted`, which holds a bit for each flow. The first byte, whose number no home has, stands for homes that were
-- forgotten before it was written.
CREATE TABLE live (
    slot  INTEGER PRIMARY KEY,
    homes BLOB    NOT NULL
) STRICT;

-- Homes that ceased to take part, such as by a pause, since it was last decided who stands behind the figures: until it is
-- decided anew they stay out of the live sum, so that nobody pauses and resumes one again and again to watch it change.
CREATE TABLE resting (
    household INTEGER PRIMARY KEY REFERENCES household (id) ON DELETE CASCADE
) STRICT;
