"""Names that the whole integration shares."""

from datetime import timedelta
from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "sceop"
VERSION: Final = "0.1.0"
"""The manifest's version, as the hub hears it; a test compares the two."""

PLATFORMS: Final = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.LIGHT,
    Platform.SENSOR,
    Platform.SWITCH,
)

READ_EVERY: Final = timedelta(seconds=10)
"""Often enough that an edge of a slot, interpolated between two readings, is off by a few Wh at most."""

MOST_W: Final = 2_000_000
"""More than any building's connection carries; a counter that moves faster did not measure that."""

CONF_HOME: Final = "home"
CONF_HUB: Final = "hub"
