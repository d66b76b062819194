-- Who stands behind the community's figures, and what was published. A circle is the community (0) or a team (its id).

-- From the local day `since` (its ordinal; 0 is ever) until the next row: the homes with their flows, as JSON.
CREATE TABLE standing (
    circle INTEGER NOT NULL,
    since  INTEGER NOT NULL,
    grouped TEXT   NOT NULL,
    PRIMARY KEY (circle, since)
) STRICT, WITHOUT ROWID;
