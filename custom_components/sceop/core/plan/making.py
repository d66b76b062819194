"""Make the household's plan: every load where it costs least beside all the others."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..slots import SLOT
from .battery import by_itself
from .ground import Ground, ground
from .horizon import Horizon
from .jobs import batteries, ends, job
from .joint import together
from .places import Place
from .plan import Placement, Plan
from .reasons import of_battery, of_fixed, of_job
from .wants import Battery, Want

ROUNDS = 18
"""So often loads are taken out and placed again; five times as often gained a thousandth."""


def plan(
    wants: Sequence[Want],
    horizon: Horizon,
    *,
    fixed: Mapping[str, Placement] = {},
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Plan:
    """Return the plan; what is `fixed` (it runs already, or the community gave its place) stays where it is.

    The same facts give the same plan, in whatever order the wants come.
    """
    names = [want.id for want in wants]
    if len(set(names)) < len(names):
        raise ValueError(f"each load needs an id of its own: {sorted(names)}")
    open_wants = sorted((want for want in wants if want.id not in fixed), key=lambda want: want.id)
    held = [fixed[name] for name in sorted(fixed)]
    site = ground(horizon, [*ends(open_wants, horizon.start), *(placement.end for placement in held)])
    net = site.net
    for placement in held:
        net = within(site, placement).added_to(net)
    jobs = [job(want, site, site.curve()) for want in open_wants if not isinstance(want, Battery)]
    stores = batteries(open_wants) if site.known else []
    found = together(jobs, stores, site, net, rounds, np.random.default_rng(seed))
    at_once = net
    for each in jobs:
        at_once = each.at_once.added_to(at_once)
    for store in stores:
        at_once = at_once + by_itself(store, at_once).wh
    beside = found.net - sum(worked.wh for worked in found.batteries.values())
    placements = {each.id: of_fixed(each, within(site, each), site, beside) for each in held}
    for each in jobs:
        placements[each.want.id] = of_job(each, found.places[each.want.id], site, beside)
    for store in stores:
        placements[store.id] = of_battery(store, found.batteries[store.id].wh, site, found.net)
    order = [*(name for name in names if name in placements), *(name for name in sorted(fixed) if name not in names)]
    return Plan(horizon.start, tuple(placements[name] for name in order), site.money(found.net), site.money(at_once))


def within(site: Ground, placement: Placement) -> Place:
    """Return what of a placement lies in the ground."""
    offset = (placement.start - site.start) // SLOT
    wh = np.array(placement.wh[max(-offset, 0) :], dtype=np.float64)
    first = min(max(offset, 0), len(site))
    return Place(first, wh[: len(site) - first])
