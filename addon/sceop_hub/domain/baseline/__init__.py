"""Baselines: what homes would have used in a window, had nobody asked them, and so what they saved.

A method is judged by its own errors in the same window on the days before: they make the interval, and an interval that
holds zero is no saving. `values` needs no numpy, so that the server can read what was reckoned beside it.
"""
