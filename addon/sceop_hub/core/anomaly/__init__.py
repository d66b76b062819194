"""Anomalies: what in a home's energy is not normal, and what it costs if it goes on."""
