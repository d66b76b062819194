"""Channels: the flows that a site measures, and what follows from them."""

import re
from collections.abc import Mapping

GRID_IMPORT = "grid_import"
GRID_EXPORT = "grid_export"
PRODUCTION = "production"
BATTERY_CHARGE = "battery_charge"
BATTERY_DISCHARGE = "battery_discharge"

LOAD = "load"
LIGHT = "light"
"""The flows of a submeter and of a light zone; the channel is this, a dot and a name."""

CONSUMPTION = "consumption"
"""What the site used. It is never measured, always derived, and so no channel."""

SIGNS: Mapping[str, int] = {
    GRID_IMPORT: 1,
    GRID_EXPORT: -1,
    PRODUCTION: 1,
    BATTERY_DISCHARGE: 1,
    BATTERY_CHARGE: -1,
}
"""How each flow counts towards consumption."""

FLOWS = tuple(SIGNS)

_NAMED = re.compile(r"(load|light)\.[a-z0-9_]{1,40}")


def is_channel(name: str) -> bool:
    """Tell whether this is a flow, `load.<name>` or `light.<zone>`."""
    return name in SIGNS or _NAMED.fullmatch(name) is not None


def consumption(flows: Mapping[str, int | None]) -> int | None:
    """Return what the site used, or None while a flow that it has is missing.

    A flow that is not in the mapping does not exist at this site. A flow that is there without a value is unknown, and
    so then is the consumption: missing is not zero.
    """
    parts = [(sign, flows[name]) for name, sign in SIGNS.items() if name in flows]
    if not parts or GRID_IMPORT not in flows:
        return None
    total = 0
    for sign, value in parts:
        if value is None:
            return None
        total += sign * value
    return total
