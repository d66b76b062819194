"""Where the hub keeps what it was told: one SQLite database, one writer, many readers."""
