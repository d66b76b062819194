"""Warnings: what a person should hear of, when, and what was told already."""
