"""Peak events: spans in which the members are asked to use less, from the proposal to what was saved."""
