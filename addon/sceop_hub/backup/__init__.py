"""Backups: the database in one file that fits together, and the way back."""
