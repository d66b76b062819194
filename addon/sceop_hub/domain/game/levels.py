"""Levels: what the whole community reached together, and the goal that everyone shares.

A level counts points a home, so a village climbs as fast as a town. It is drawn once a day and in steps: beside the
points of those who stand on the board, a sum to the point would tell what a neighbour earned who does not.
"""

from dataclasses import dataclass

FIRST = 10
"""Points a home that lead to the second level; each level after it takes as many more than the one before."""

STEP = 50
"""A sum of points is rounded down to this."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level, from 1; the points of all homes together, and those at which the next begins."""

    number: int
    points: int
    next: int


def in_steps(points: int) -> int:
    """Return the points of homes together as they may be told."""
    return max(points, 0) // STEP * STEP


def threshold(number: int, homes: int) -> int:
    """Return the points at which a level begins, in a community of so many homes."""
    return FIRST * homes * number * (number - 1) // 2


def level(points: int, homes: int, fewest: int, reached: int = 1) -> Level | None:
    """Return the level of so many points; none while there are fewer homes than a sum may have.

    A level that was `reached` stays, also when homes come that have no points yet.
    """
    if homes < max(fewest, 1):
        return None
    points = in_steps(points)
    number = max(reached, 1)
    while threshold(number + 1, homes) <= points:
        number += 1
    return Level(number, points, threshold(number + 1, homes))
