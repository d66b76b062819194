"""A simulated community that joins a hub and lives through the same wire as everybody."""
