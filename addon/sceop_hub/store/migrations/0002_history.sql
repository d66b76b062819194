-- A quarter hour that has just ended comes alone from each household. It is kept by slot first, where all of them lie side
-- by side, and later moved to `history`, where a channel's slots do; so a card in a small machine is written little. A slot
-- is in one of the two. `late` is how many whole quarter hours after the slot's end it was received, which is mostly 0 and
-- then costs nothing.

CREATE TABLE history (
    channel INTEGER NOT NULL,
    slot    INTEGER NOT NULL,
    wh      INTEGER NOT NULL CHECK (wh >= 0),
    rev     INTEGER NOT NULL CHECK (rev >= 0),
    quality INTEGER NOT NULL,
    late    INTEGER NOT NULL CHECK (late >= 0),
    PRIMARY KEY (channel, slot)
) STRICT, WITHOUT ROWID;

INSERT INTO history SELECT channel, slot, wh, rev, quality, 0 FROM reading ORDER BY channel, slot;

DROP TABLE reading;

CREATE TABLE fresh (
    slot    INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    wh      INTEGER NOT NULL CHECK (wh >= 0),
    rev     INTEGER NOT NULL CHECK (rev >= 0),
    quality INTEGER NOT NULL,
    late    INTEGER NOT NULL CHECK (late >= 0),
    PRIMARY KEY (slot, channel)
) STRICT, WITHOUT ROWID;

CREATE VIEW reading AS
SELECT channel, slot, wh, rev, quality, late FROM history
UNION ALL
SELECT channel, slot, wh, rev, quality, late FROM fresh;

-- Roll-ups of `history`: what a channel summed to, and over how many slots. An hour is named by its first slot, a local
-- day by its proleptic ordinal, a local month by year * 12 + month - 1. A channel knows the zone that its roll-ups were cut
-- in. They stay when retention lets the slots go.

ALTER TABLE channel ADD COLUMN zone TEXT;

CREATE TABLE hour (
    channel INTEGER NOT NULL,
    hour    INTEGER NOT NULL,
    wh      INTEGER NOT NULL,
    slots   INTEGER NOT NULL,
    PRIMARY KEY (channel, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE day (
    channel INTEGER NOT NULL,
    day     INTEGER NOT NULL,
    wh      INTEGER NOT NULL,
    slots   INTEGER NOT NULL,
    PRIMARY KEY (channel, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE month (
    channel INTEGER NOT NULL,
    month   INTEGER NOT NULL,
    wh      INTEGER NOT NULL,
    slots   INTEGER NOT NULL,
    PRIMARY KEY (channel, month)
) STRICT, WITHOUT ROWID;

-- Days in UTC (slot / 96) of `history` that changed since the channel's roll-ups were made, and since the day's file in the
-- lake was; `touched` grows with every change, so that whoever seals a day knows whether it changed meanwhile.

CREATE TABLE stale (
    channel INTEGER NOT NULL,
    utc_day INTEGER NOT NULL,
    PRIMARY KEY (channel, utc_day)
) STRICT, WITHOUT ROWID;

CREATE TABLE unsealed (
    utc_day INTEGER PRIMARY KEY,
    touched INTEGER NOT NULL DEFAULT 1
) STRICT;

INSERT INTO stale SELECT DISTINCT channel, slot / 96 FROM history;

INSERT INTO unsealed (utc_day) SELECT DISTINCT utc_day FROM stale;

-- The slot before which everything is gone, because its time to be kept was over.

CREATE TABLE kept (
    only INTEGER PRIMARY KEY CHECK (only = 0),
    slot INTEGER NOT NULL
) STRICT;

INSERT INTO kept VALUES (0, 0);
