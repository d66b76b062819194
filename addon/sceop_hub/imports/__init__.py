"""Reading the files of others: what meters, utilities and other hubs write down becomes slots of a household."""

MOST_BYTES = 64 * 1024 * 1024
MOST_FIGURES = 1_500_000
"""Of one file: forty years of quarter hours, or three of minutes, in 600 MB of memory while it is read."""
