"""The database's history: one numbered SQL file for each change of the schema, never edited once released."""
