"""Trying forecasts and rules on files of one's own: the same functions that hub and homes run, measured."""
