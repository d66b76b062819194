"""Joint: loads, rooms and batteries placed for each other, in turns.

A room or a battery would yield to a load wherever that costs less than the grid. What yielding costs is known from its
own plan, so loads are placed upon a curve that has it, then rooms and batteries anew around them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from ..forecast.series import Floats
from .battery import Worked, giving, left_price, taking, work
from .comfort import Band
from .curve import Curve, Yielding, beside
from .ground import Ground
from .improving import greedy, improved
from .jobs import Job, makes_no_difference, whole
from .places import Place
from .wants import Battery, Comfort

_TURNS = 3
"""A fourth gained a thousandth."""
_OWN = 0.9
"""What a store would yield is so much of what it takes or gives then, and for the rest of all that it could.

With the first alone loads never ask for more than it does already; with the second they all ask for the same energy.
"""
_BETTER = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """Where loads are, what batteries do, and what the site draws with all of them."""

    places: dict[str, Place]
    batteries: dict[str, Worked]
    net: Floats
    cost: float


def together(
    jobs: Sequence[Job], stores: Sequence[Battery], ground: Ground, net: Floats, rounds: int, chance: Generator
) -> Joint:
    """Return the best that was found for loads, rooms and batteries beside this net draw."""
    rooms = [job for job in jobs if isinstance(job.want, Comfort) and job.free]
    loads = [job for job in jobs if job not in rooms]
    yielding: dict[str, list[Yielding]] = {}
    best: Joint | None = None
    for_each_other = bool(rooms or stores) and len(jobs) + len(stores) > 1
    turns = _TURNS if for_each_other else 1
    for _ in range(turns):
        curve = beside(ground.worth, ground.dear, [one for some in yielding.values() for one in some])
        chosen, with_loads = _placed(loads, curve, ground, net, rounds // turns, chance)
        found = _around(rooms, stores, chosen, ground, with_loads, yielding)
        if best is None or found.cost < best.cost - _BETTER:
            best = found
    assert best is not None, "there is at least one turn"
    return best


def _placed(
    loads: Sequence[Job], curve: Curve, ground: Ground, net: Floats, rounds: int, chance: Generator
) -> tuple[dict[str, Place], Floats]:
    """Return places for loads, in whole Wh, and the net draw with them."""
    places = {job.want.id: job.places(curve, ground) for job in loads}
    order = [job.want.id for job in sorted(loads, key=lambda job: (-job.at_once.wh.sum(), job.want.id))]
    chosen, with_loads = greedy(order, places, net)
    chosen, with_loads = improved(
        {job.want.id: places[job.want.id] for job in loads if job.free}, chosen, with_loads, curve, rounds, chance
    )
    for job in loads:
        name = job.want.id
        rest = chosen[name].removed_from(with_loads)
        alone = curve(rest)
        at_once = curve(job.at_once.added_to(rest)) - alone
        if makes_no_difference(at_once, curve(with_loads) - alone):
            chosen[name] = job.at_once
        chosen[name] = whole(chosen[name])
        with_loads = chosen[name].added_to(rest)
    return chosen, with_loads


def _around(
    rooms: Sequence[Job],
    stores: Sequence[Battery],
    chosen: dict[str, Place],
    ground: Ground,
    net: Floats,
    yielding: dict[str, list[Yielding]],
) -> Joint:
    """Return what rooms and batteries do around the loads, and note at what price each would yield."""
    places, found, cost = dict(chosen), {}, 0.0
    for room in rooms:
        want = room.want
        assert isinstance(want, Comfort), "rooms are bands of temperatures"
        curve = beside(ground.worth, ground.dear, [one for store in stores for one in yielding.get(store.id, ())])
        warmed = Band(curve, want, ground.outside_c, room.first, room.end).warmed(net)
        kept, soonest = warmed.place.added_to(net), room.at_once.added_to(net)
        saves = not makes_no_difference(curve(soonest) - curve(net), curve(kept) - curve(net))
        places[want.id] = warmed.place if saves else room.at_once
        taken = places[want.id].added_to(np.zeros(len(net)))
        net = kept if saves else soonest
        yielding[want.id] = [_yielding(taken, want.max_w // 4, warmed.valued, given=False)]
    for store in stores:
        found[store.id] = worked = work(store, ground, net)
        net = net + worked.wh
        cost -= left_price(store, ground) * worked.left_wh
        yielding[store.id] = [
            _yielding(np.maximum(worked.wh, 0), taking(store), worked.valued * store.efficiency, given=False),
            _yielding(np.maximum(-worked.wh, 0), giving(store), worked.valued, given=True),
        ]
    return Joint(places, found, net, cost + ground.weighed(net))


def _yielding(own: Floats, most: int, price: Floats, *, given: bool) -> Yielding:
    return Yielding(_OWN * own + (1 - _OWN) * most, price, given)
