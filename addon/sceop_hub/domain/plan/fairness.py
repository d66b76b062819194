"""Fairness: who waited longer of late is served sooner, and who does not use its places holds less room.

Where the curve is flat many places are equally good to the community, and not to a home: the order among homes is what
can be given away. So that nobody is always last, it changes by the day.
"""

from dataclasses import replace

from .places import SLOTS_AN_HOUR, Lately

UNKNOWN = Lately()
LESSON = 0.2
"""How much one place weighs in what is known of a home."""
HASTE = 0.0001
"""How much higher a slot may be for a home that always waited if it comes one slot sooner, as a share of the limit."""

_A_DAY = 24 * SLOTS_AN_HOUR
_SPREAD, _BY_DAY = 2654435761, 40503
"""Large primes: they make an order of households that has nothing to do with that of the day before."""


def fared(lately: Lately, waited: float) -> Lately:
    """Return what is known of a home that waited so long."""
    return replace(lately, waited=lately.waited + LESSON * (waited - lately.waited))


def kept_word(lately: Lately, *, kept: bool) -> Lately:
    """Return what is known of a home that began when its place did, or did not."""
    return replace(lately, kept=lately.kept + LESSON * (float(kept) - lately.kept))


def haste(lately: Lately, limit_wh: float) -> float:
    """Return how much higher a slot may be for a home for each slot that it comes sooner."""
    return HASTE * limit_wh * lately.waited


def turn(lately: Lately, household: int, request: str, slot: int) -> tuple[float, int, int, str]:
    """Return where a request stands in the order in which places are given."""
    return -lately.waited, (household * _SPREAD + slot // _A_DAY * _BY_DAY) % 2**32, household, request
