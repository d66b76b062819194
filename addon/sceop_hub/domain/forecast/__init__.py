"""Forecasts of the community, made of nothing but what was published."""
