"""Plans: when flexible loads run, so that it costs least and nobody waits."""
