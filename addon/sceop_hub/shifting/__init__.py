"""The community's plan at work: the board in memory, what it expects, and what pages show of it."""
