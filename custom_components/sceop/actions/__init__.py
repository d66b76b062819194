"""What the actions answer, one file each; `services.py` is their table."""
