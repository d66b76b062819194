"""The wire's facts: what household and hub hold each other to in version 1."""

from datetime import timedelta

VERSION = 1
HUB_NAME = "sceop-hub"

PORT = 8710
"""Where a hub listens unless its owner chose otherwise."""

MOST_SLOTS = 672
"""Of one channel in a block: a week."""

MOST_BLOCKS = 64
MOST_BYTES = 1024 * 1024
"""Of one request, unpacked."""

MOST_WH = 250_000
"""A megawatt for a quarter of an hour: more than any member's connection carries, less than a wrong unit would give."""

OLDEST = timedelta(days=400)
CLOCK_TOLERANCE = timedelta(minutes=2)
"""A slot may end no later than this after the hub's own now."""
