"""The lake: closed days as Parquet files, for analysis, export and the city; all of it can be made anew."""
