"""Reading the files of others: what meters, utilities and other hubs write down becomes slots of a household."""

MOST_BYTES = 256 * 1024 * 1024
"""Of one file: years of quarter hours, or some months of minutes."""
