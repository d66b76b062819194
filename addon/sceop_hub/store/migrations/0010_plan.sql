-- What a household has open in the community's plan, each with the place that it got. The id is the household's own and
-- tells nothing of the appliance; `want` is how much energy, in which way. `start` is the first slot of the place, and `once`
-- the first slot of that of the same load, had it begun at once.
CREATE TABLE plan_request (
    household INTEGER NOT NULL REFERENCES household (id),
    id        TEXT    NOT NULL,
    earliest  INTEGER NOT NULL,
    ready_by  INTEGER NOT NULL,
    want      TEXT    NOT NULL,
    running   INTEGER NOT NULL CHECK (running IN (0, 1)),
    start     INTEGER NOT NULL,
    wh        TEXT    NOT NULL,
    once      INTEGER NOT NULL,
    once_wh   TEXT    NOT NULL,
    PRIMARY KEY (household, id)
) STRICT, WITHOUT ROWID;

-- What was asked for in the last days, and in which slot: so much usually comes, and room is kept for it. The same wish is
-- counted once, however often it is repeated, and whatever changes of it meanwhile.
CREATE TABLE plan_asked (
    asked     INTEGER NOT NULL,
    household INTEGER NOT NULL REFERENCES household (id),
    id        TEXT    NOT NULL,
    earliest  INTEGER NOT NULL,
    ready_by  INTEGER NOT NULL,
    want      TEXT    NOT NULL,
    PRIMARY KEY (household, id, asked)
) STRICT, WITHOUT ROWID;

CREATE INDEX plan_asked_when ON plan_asked (asked);

-- What the places of all homes together held of the slots that are over, as far as it may be shown, and what the same loads
-- would have held, had they begun at once. Forecasts learn of what ran there, and would count it again.
CREATE TABLE plan_held (
    slot    INTEGER PRIMARY KEY,
    wh      INTEGER NOT NULL,
    once_wh INTEGER NOT NULL
) STRICT;

-- How a household fared lately: how long it waited for its places, from 0 (served at once) to 1 (at the last moment), for who
-- waited is served sooner; and how often it began when its place did, for places that are not used hold less room.
CREATE TABLE plan_lately (
    household INTEGER PRIMARY KEY REFERENCES household (id),
    waited    REAL NOT NULL,
    kept      REAL NOT NULL DEFAULT 1
) STRICT;
