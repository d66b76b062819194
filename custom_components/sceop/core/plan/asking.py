"""Ask when a load should start: the best starts of one load alone."""

from .horizon import Horizon
from .making import plan
from .plan import Placement
from .wants import Want


def best_starts(want: Want, horizon: Horizon, most: int = 3) -> tuple[Placement, ...]:
    """Return the best places, the best first."""
    return plan([want], horizon).placements[:most]
