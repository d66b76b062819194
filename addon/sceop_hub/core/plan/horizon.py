"""Horizon: what the slots ahead will cost, and what the site does in them anyway."""

from dataclasses import dataclass
from datetime import datetime

from ..forecast.series import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Horizon:
    """Slots from `start` on, all of the same number. Money is in major units, as estimates: no bill is made of it."""

    start: datetime
    buy: Floats
    """The price of a kWh from the grid; NaN where none is known, which is planned as the mean of what is."""
    sell: Floats
    """What a kWh to the grid brings."""
    net_wh: Floats
    """What the site is expected to draw without its flexible loads, less what it makes; below zero is a surplus."""
    pressure: Floats | None = None
    """How hard the community presses in each slot, from 0 (room) to 1 (at its limit); above it is over."""
    pressure_price: float = 0.0
    """What a kWh under full pressure counts on top of its price; nobody is billed for it."""
    carbon_g: Floats | None = None
    """Grams of CO2 of a kWh from the grid."""
    carbon_price: float = 0.0
    """What a kg of CO2 counts; nobody is billed for it either."""
    outside_c: Floats | None = None

    def __len__(self) -> int:
        """Count the slots."""
        return len(self.buy)
