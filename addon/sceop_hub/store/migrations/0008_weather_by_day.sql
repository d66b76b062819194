-- Of each hour of weather what was last told on each day: whoever forecasts a day that lies back needs what was known
-- at its midnight, and not what was told of it since.

ALTER TABLE weather RENAME TO last_weather;

CREATE TABLE weather (
    hour          INTEGER NOT NULL,
    source        INTEGER NOT NULL,
    made          INTEGER NOT NULL,
    temperature_c REAL,
    cloud         REAL,
    wind_ms       REAL,
    PRIMARY KEY (hour, source, made)
) STRICT, WITHOUT ROWID;

INSERT INTO weather SELECT hour, source, made, temperature_c, cloud, wind_ms FROM last_weather;

DROP TABLE last_weather;
