"""A home battery that takes the sun's surplus and gives it back in the evening."""

from .sites import Battery

EFFICIENCY_PERCENT = 92
"""Of the energy that goes in, so much comes out again."""


def run(battery: Battery, surplus_w: list[int]) -> tuple[list[int], list[int]]:
    """Return charging and discharging power by minute, for the surplus (or, below zero, the want) of each.

    The battery begins empty, so that a week never gives more than it took.
    """
    room = battery.capacity_wh * 60
    stored = 0
    charge, discharge = [0] * len(surplus_w), [0] * len(surplus_w)
    for minute, surplus in enumerate(surplus_w):
        if surplus > 0:
            power = min(surplus, battery.power_w, (room - stored) * 100 // EFFICIENCY_PERCENT)
            stored += power * EFFICIENCY_PERCENT // 100
            charge[minute] = power
        elif surplus < 0:
            power = min(-surplus, battery.power_w, stored)
            stored -= power
            discharge[minute] = power
    return charge, discharge
