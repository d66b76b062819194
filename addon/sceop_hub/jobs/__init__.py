"""What the hub does by the clock, without being asked."""
