"""The hub: many households become one community."""

__version__ = "0.1.0"
