"""Joint: loads and batteries placed for each other, in turns, until neither gains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from ..forecast.series import Floats
from .battery import Worked, giving, left_price, taking, work
from .curve import Curve, with_store
from .ground import Ground
from .improving import greedy, improved
from .jobs import Job, whole
from .places import Place
from .wants import Battery, Comfort

_TURNS = 4
"""More turns gained nothing."""
_WORTH_IT = 0.01
"""A load waits only for more than a hundredth of its cost, and more than a cent."""
_CENT = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """Where loads are, what batteries do, and what draws cost beside those."""

    places: Mapping[str, Place]
    batteries: Mapping[str, Worked]
    net: Floats
    """What the site draws with all of them."""


def together(
    jobs: Sequence[Job], stores: Sequence[Battery], ground: Ground, net: Floats, rounds: int, chance: Random
) -> Joint:
    """Return the best that was found for loads and batteries beside this net draw."""
    curve, best, least = ground.curve(), None, np.inf
    turns = _TURNS if stores and jobs else 1
    for _ in range(turns):
        places, with_loads = _placed(jobs, curve, ground, net, rounds // turns, chance)
        joint = _worked(places, stores, ground, with_loads)
        cost = ground.weighed(joint.net) - sum(
            left_price(store, ground) * joint.batteries[store.id].left_wh for store in stores
        )
        if cost < least - 1e-9:
            best, least = joint, cost
        if stores:
            largest = stores[0]
            curve = with_store(
                ground.dear,
                ground.worth,
                taking(largest),
                giving(largest),
                joint.batteries[largest.id].valued,
                largest.efficiency,
            )
    assert best is not None
    return best


def _placed(
    jobs: Sequence[Job], curve: Curve, ground: Ground, net: Floats, rounds: int, chance: Random
) -> tuple[dict[str, Place], Floats]:
    places = {job.want.id: job.places(curve, ground) for job in jobs}
    order = [job.want.id for job in sorted(jobs, key=lambda job: (-job.at_once.wh.sum(), job.want.id))]
    chosen, with_loads = greedy(order, places, net)
    quick = {job.want.id: places[job.want.id] for job in jobs if job.free and not isinstance(job.want, Comfort)}
    chosen, with_loads = improved(quick, chosen, with_loads, curve, rounds, chance)
    for job in jobs:
        name = job.want.id
        rest = chosen[name].removed_from(with_loads)
        soonest = job.at_once.added_to(rest)
        place = chosen[name]
        if isinstance(job.want, Comfort) and job.free:
            place = places[name].best(rest)
        alone = curve(rest)
        at_once = curve(soonest) - alone
        saved = at_once - (curve(place.added_to(rest)) - alone)
        if saved <= max(_CENT, _WORTH_IT * abs(at_once)):
            place = job.at_once
        chosen[name] = whole(place)
        with_loads = chosen[name].added_to(rest)
    return chosen, with_loads


def _worked(places: Mapping[str, Place], stores: Sequence[Battery], ground: Ground, net: Floats) -> Joint:
    found = {}
    for store in stores:
        found[store.id] = worked = work(store, ground, net)
        net = net + worked.wh
    return Joint(places, found, net)
