"""Make the household's plan: every load where it costs least beside all the others."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from ..slots import SLOT
from .ground import Ground, ground
from .horizon import Horizon
from .needs import Spread, full_power
from .places import Block, Place, Places
from .plan import Placement, Plan, Reason
from .wants import Need, RunOnce, Want

type _Job = RunOnce | Need


def plan(wants: Sequence[Want], horizon: Horizon, *, fixed: Mapping[str, Placement] = {}) -> Plan:
    """Return the plan; what is `fixed` (it runs already, or the community gave its place) stays where it is."""
    open_jobs = sorted(
        (want for want in wants if isinstance(want, RunOnce | Need) and want.id not in fixed), key=lambda want: want.id
    )
    site = ground(horizon, [_shortest_end(want, horizon.start) for want in open_jobs])
    net = site.net
    held = {placement.id: _within(site, placement) for placement in fixed.values()}
    for place in held.values():
        net = place.added_to(net)
    choices = {want.id: _places(site, want) for want in open_jobs}
    chosen: dict[str, Place] = {}
    for want in sorted(open_jobs, key=lambda want: -_energy(want)):
        chosen[want.id] = choices[want.id].best(net)
        net = chosen[want.id].added_to(net)
    at_once = site.net
    for place in (*held.values(), *(places.at_once for places in choices.values())):
        at_once = place.added_to(at_once)
    placements = list(fixed.values())
    for want in open_jobs:
        place, soonest = chosen[want.id], choices[want.id].at_once
        others = place.removed_from(net)
        alone = site.money(others)
        placements.append(
            Placement(
                want.id,
                site.instant(place.first),
                tuple(int(wh) for wh in place.wh),
                (Reason.NO_DIFFERENCE if place.first == soonest.first else Reason.CHEAP,),
                site.money(net) - alone,
                site.money(soonest.added_to(others)) - alone,
            )
        )
    return Plan(horizon.start, tuple(placements), site.money(net), site.money(at_once))


def _profile(want: _Job) -> tuple[float, ...]:
    return tuple(want.wh) if isinstance(want, RunOnce) else tuple(full_power(want).tolist())


def _energy(want: _Job) -> int:
    return sum(want.wh) if isinstance(want, RunOnce) else want.wh


def _shortest_end(want: _Job, start: datetime) -> datetime:
    return max(start, want.earliest) + (len(_profile(want)) + 1) * SLOT


def _places(site: Ground, want: _Job) -> Places:
    first, profile = site.first(want.earliest), np.array(_profile(want), dtype=np.float64)
    end = min(site.last(want.ready_by), max(site.known, first + len(profile)))
    if isinstance(want, Need) and want.interruptible and end - first > len(profile):
        return Spread(site, want, first, end)
    return Block(site, profile, first, end)


def _within(site: Ground, placement: Placement) -> Place:
    """Return what of a placement lies in the ground."""
    offset = (placement.start - site.start) // SLOT
    wh = np.array(placement.wh[max(-offset, 0) :], dtype=np.float64)
    first = min(max(offset, 0), len(site))
    return Place(first, wh[: len(site) - first])
