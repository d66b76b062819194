-- What the lake still has to be told, and how far each imported file has come.

-- Households, by their public ids, that every file of the lake has yet to be written without.
CREATE TABLE lake_forget (
    household TEXT PRIMARY KEY,
    since     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Months, counted as roll-ups do, whose file of daily totals is older than its days.
CREATE TABLE lake_month (
    month INTEGER PRIMARY KEY
) STRICT;

-- A file is known by the SHA-256 of its content, of what was said about it and of whom it is for; `household` is the one
-- that was made for it. `done` counts its bites, so that an import that was cut off goes on where it stopped.
CREATE TABLE import_progress (
    digest    BLOB PRIMARY KEY,
    household INTEGER REFERENCES household (id),
    done      INTEGER NOT NULL,
    bites     INTEGER NOT NULL,
    at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
