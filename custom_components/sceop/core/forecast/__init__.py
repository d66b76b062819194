"""Forecasts: what the coming two days will hold, learned from a past of equal steps."""
