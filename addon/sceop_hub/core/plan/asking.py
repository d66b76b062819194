"""Ask when a load should start: the best starts of one load beside what is planned already."""

from collections.abc import Mapping

from ..forecast.series import Floats
from .curve import Curve
from .ground import Ground, ground
from .horizon import Horizon
from .jobs import Job, ends, job, makes_no_difference, whole
from .making import plan, within
from .places import Block, Place
from .plan import Placement
from .reasons import of_job
from .wants import Battery, Comfort, Want

_APART = 4
"""Two starts within an hour are one advice."""


def best_starts(
    want: Want, horizon: Horizon, most: int = 3, *, fixed: Mapping[str, Placement] = {}
) -> tuple[Placement, ...]:
    """Return the best places, the best first, each an hour or more from those before it.

    A battery and a room have no start: they are answered with the one plan there is.
    """
    if most <= 0:
        return ()
    if isinstance(want, Battery | Comfort):
        made = plan([want], horizon, fixed={name: fixed[name] for name in fixed if name != want.id})
        return tuple(placement for placement in made.placements if placement.id == want.id)
    others = [placement for name, placement in fixed.items() if name != want.id]
    site = ground(horizon, [*ends([want], horizon.start), *(placement.end for placement in others)])
    net = site.net
    for placement in others:
        net = within(site, placement).added_to(net)
    asked, curve = job(want, site, site.curve()), site.curve()
    found: list[Place] = []
    for place in _ranked(asked, site, curve, net):
        if all(abs(place.first - other.first) >= _APART for other in found):
            found.append(place)
        if len(found) == most:
            break
    return tuple(of_job(asked, place, site, place.added_to(net)) for place in found)


def _ranked(asked: Job, site: Ground, curve: Curve, net: Floats) -> list[Place]:
    """Return its best way, and a run at full power from each start: the cheapest first, of equals the earlier."""
    if not asked.free:
        return [asked.at_once]
    block = Block(curve, asked.at_once.wh, asked.first, asked.end)
    places = [
        Place(asked.first + start, asked.at_once.wh)
        for start in range(asked.end - asked.first - len(asked.at_once.wh) + 1)
    ]
    costs = block.costs(net).tolist()
    best = whole(asked.places(curve, site).best(net))
    added = curve(best.added_to(net)) - curve(net)
    ranked = sorted(
        zip([added, *costs], [best, *places], strict=True), key=lambda one: (round(one[0], 9), one[1].first)
    )
    if makes_no_difference(costs[0], ranked[0][0]):
        return [asked.at_once, *(place for _, place in ranked)]
    return [place for _, place in ranked]
