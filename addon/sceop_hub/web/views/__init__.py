"""The pages, one a file: what each reads and which template writes it."""
