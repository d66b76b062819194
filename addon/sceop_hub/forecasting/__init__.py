"""Forecasting beside the server, in a process of its own: it alone loads numpy, and ends with its work."""
