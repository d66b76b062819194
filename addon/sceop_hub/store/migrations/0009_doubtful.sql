-- Local days, as runs of slots, whose published figures hold a meter that had broken: they stay published, and no forecast
-- learns of them. Nothing says whose meter it was.
CREATE TABLE doubtful (
    first INTEGER PRIMARY KEY,
    end   INTEGER NOT NULL
) STRICT;
