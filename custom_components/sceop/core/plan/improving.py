"""Improve a plan: take some loads out by chance, and place them again beside the rest."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.random import Generator

from ..forecast.series import Floats
from .curve import Curve
from .places import Place, Places

_FEWEST_OUT, _MOST_OUT = 2, 3
_BETTER = 1e-9


def greedy(order: Sequence[str], places: Mapping[str, Places], net: Floats) -> tuple[dict[str, Place], Floats]:
    """Place one load after the other where it adds least; return the places, and the net draw with them."""
    chosen = {}
    for name in order:
        chosen[name] = places[name].best(net)
        net = chosen[name].added_to(net)
    return chosen, net


def improved(
    places: Mapping[str, Places], chosen: dict[str, Place], net: Floats, curve: Curve, rounds: int, chance: Generator
) -> tuple[dict[str, Place], Floats]:
    """Return places that cost no more: so many times a few loads are taken out and placed again in another order."""
    names = sorted(places)
    if not names:
        return chosen, net
    cost = curve(net)
    for _ in range(rounds):
        count = chance.integers(_FEWEST_OUT, _MOST_OUT, endpoint=True)
        out = [names[index] for index in chance.permutation(len(names))[:count]]
        rest = net.copy()
        for name in out:
            rest[chosen[name].slots] -= chosen[name].wh
        again = {}
        for name in out:
            again[name] = place = places[name].best(rest)
            rest[place.slots] += place.wh
        costs = curve(rest)
        if costs < cost - _BETTER:
            chosen, net, cost = chosen | again, rest, costs
    return chosen, np.asarray(net)
