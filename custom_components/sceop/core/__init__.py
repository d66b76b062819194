"""What the household and the hub both know: pure functions over time and energy, with numpy and nothing else."""
