"""The game beside its rules: what it reads of the books, what coordinators decide, and what pages show."""
