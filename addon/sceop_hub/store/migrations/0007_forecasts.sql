-- What the community is expected to do, with what it was made of and how it turned out. A forecast is made of published sums
-- alone, so it tells nothing of homes that these do not. Slots are counted since 1970, instants are seconds since then.

-- By the first slot that it tells; made anew it takes the place of the one before. `midnight` says that a local day begins
-- there, `afterwards` that it was made later, of what was known then. `homes` is for how many homes it was made, `peaks` the
-- peak windows and the days' peaks as JSON.
CREATE TABLE forecast (
    start      INTEGER PRIMARY KEY,
    made       INTEGER NOT NULL,
    midnight   INTEGER NOT NULL,
    afterwards INTEGER NOT NULL,
    homes      REAL    NOT NULL,
    peaks      TEXT    NOT NULL
) STRICT;

-- Wh of its slots, each a JSON list in which null is not known; the peak of the day that begins with it, or of what is left
-- of that day, in W and by its slot. `score` is how it turned out, as JSON, once its day is over.
CREATE TABLE forecast_figure (
    start  INTEGER NOT NULL REFERENCES forecast (start) ON DELETE CASCADE,
    figure TEXT    NOT NULL,
    model  TEXT    NOT NULL,
    days   REAL    NOT NULL,
    low    TEXT    NOT NULL,
    mid    TEXT    NOT NULL,
    high   TEXT    NOT NULL,
    peak_w INTEGER,
    peak   INTEGER,
    score  TEXT,
    PRIMARY KEY (start, figure)
) STRICT, WITHOUT ROWID;

-- How forecasts have done lately beside plain ones, as JSON, and why there is none where there is none.
CREATE TABLE forecast_state (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    looked  INTEGER NOT NULL,
    reason  TEXT,
    scores  TEXT    NOT NULL
) STRICT;

-- By how much the mean home changed, by flow, where at least three homes came or went at this slot; reckoned once, as JSON.
CREATE TABLE forecast_change (
    since  INTEGER PRIMARY KEY,
    ratios TEXT    NOT NULL
) STRICT;

-- Weather by hours since 1970, as it was last told before the hour was over; NULL where not known. The source is 0 for the
-- coordinator's Home Assistant, else the household.
CREATE TABLE weather (
    hour          INTEGER NOT NULL,
    source        INTEGER NOT NULL,
    made          INTEGER NOT NULL,
    temperature_c REAL,
    cloud         REAL,
    wind_ms       REAL,
    PRIMARY KEY (hour, source)
) STRICT, WITHOUT ROWID;

-- Households whose weather the coordinator believes.
CREATE TABLE trusted_weather (
    household INTEGER PRIMARY KEY REFERENCES household (id) ON DELETE CASCADE
) STRICT;

-- What the coordinator told all members.
CREATE TABLE notice (
    id    INTEGER PRIMARY KEY,
    at    INTEGER NOT NULL,
    who   TEXT    NOT NULL,
    title TEXT    NOT NULL,
    text  TEXT    NOT NULL
) STRICT;
