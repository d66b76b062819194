"""Reasons: why a load is where it is, with the figures that words are made of."""

from dataclasses import replace
from datetime import datetime

import numpy as np

from ..forecast.series import Floats
from .battery import by_itself
from .ground import Ground
from .jobs import Job
from .places import Place, trimmed
from .plan import Placement, Reason
from .wants import Battery, Comfort

_TELLS = 0.2
"""A reason that weighs less than so much of the heaviest is not told."""
_A_KILO = 1000.0


def of_job(job: Job, place: Place, ground: Ground, net: Floats) -> Placement:
    """Return the placement of a load in a plan whose net draw is given."""
    others = place.removed_from(net)
    alone = ground.money(others)
    facts = _facts(job, place, ground, others)
    if job.late:
        facts["short_wh"] = float(job.short_wh)
    return Placement(
        job.want.id,
        _start(job, place, ground),
        tuple(int(wh) for wh in place.wh),
        _reasons(job, place, ground, others),
        ground.money(net) - alone,
        ground.money(job.at_once.added_to(others)) - alone,
        facts,
    )


def of_battery(battery: Battery, wh: Floats, ground: Ground, net: Floats) -> Placement:
    """Return the placement of a battery: its cost at once is that of one which knows no plan."""
    others = net - wh
    alone = ground.money(others)
    place = trimmed(0, wh)
    charged, given = np.maximum(wh, 0), np.maximum(-wh, 0)
    facts: dict[str, float] = {}
    reasons: tuple[Reason, ...] = (Reason.NO_DIFFERENCE,)
    if charged.any():
        facts["own_sun_share"] = share = float(_from_sun(Place(0, charged), others).sum() / charged.sum())
        weights = {Reason.OWN_SUN: share, Reason.CHEAP: 1 - share}
        reasons = tuple(sorted((one for one in weights if weights[one] > _TELLS), key=lambda one: -weights[one]))
    elif given.any():
        reasons = (Reason.CHEAP,)
    if ground.priced and charged.any() and given.any():
        facts["price"] = _price(Place(0, charged), ground)
        facts["price_at_once"] = _price(Place(0, given), ground)
    return Placement(
        battery.id,
        ground.instant(place.first),
        tuple(int(one) for one in place.wh),
        reasons,
        ground.money(net) - alone,
        ground.money(others + by_itself(battery, others).wh) - alone,
        facts,
    )


def of_fixed(placement: Placement, place: Place, ground: Ground, net: Floats) -> Placement:
    """Return a placement that was given, with what it costs in this plan."""
    cost = ground.money(net) - ground.money(place.removed_from(net))
    reasons = placement.reasons or (Reason.RESERVED,)
    at_once = cost if Reason.RUNNING in reasons else placement.cost_at_once
    return replace(placement, reasons=reasons, cost=cost, cost_at_once=at_once)


def _start(job: Job, place: Place, ground: Ground) -> datetime:
    """Return when it starts; what does nothing has its earliest as its start."""
    return ground.instant(place.first) if len(place.wh) else max(ground.start, job.want.earliest)


def _reasons(job: Job, place: Place, ground: Ground, others: Floats) -> tuple[Reason, ...]:
    if job.late:
        return (Reason.TOO_LATE,)
    comfort = isinstance(job.want, Comfort)
    if place.first == job.at_once.first and np.array_equal(place.wh, job.at_once.wh):
        if comfort:
            return (Reason.COMFORT,)
        return (Reason.NO_DIFFERENCE if job.free else Reason.READY_BY,)
    weights = _weights(place, ground, others)
    for reason, weight in _weights(job.at_once, ground, others).items():
        weights[reason] -= weight
    told = sorted(
        (reason for reason in weights if weights[reason] > 0), key=lambda reason: (-weights[reason], reason.value)
    )
    most = max(weights.values())
    reasons = tuple(reason for reason in told if weights[reason] > _TELLS * most) or (Reason.CHEAP,)
    return (*reasons, Reason.COMFORT) if comfort else reasons


def _weights(place: Place, ground: Ground, others: Floats) -> dict[Reason, float]:
    """Return what a place has on its side, in money: less of what it costs, and what own sun takes off."""
    slots, wh = place.slots, place.wh
    sun = _from_sun(place, others)
    grid = wh - sun
    spread = ground.dear - ground.worth - ground.emitted
    return {
        Reason.CHEAP: -float((ground.dear - ground.pressing - ground.emitted)[slots] @ wh),
        Reason.OWN_SUN: float(spread[slots] @ sun),
        Reason.ROOM: -float(ground.pressing[slots] @ wh),
        Reason.CLEAN: -float(ground.emitted[slots] @ grid),
    }


def _facts(job: Job, place: Place, ground: Ground, others: Floats) -> dict[str, float]:
    facts = {}
    if energy := place.wh.sum():
        facts["own_sun_share"] = float(_from_sun(place, others).sum() / energy)
        facts["pressure"] = float(ground.pressure[place.slots] @ place.wh / energy)
    if ground.priced and energy and job.at_once.wh.any():
        facts["price"] = _price(place, ground)
        facts["price_at_once"] = _price(job.at_once, ground)
    return facts


def _price(place: Place, ground: Ground) -> float:
    """Return the mean price of a kWh from the grid in the slots that it takes."""
    return float(ground.buy[place.slots] @ place.wh / place.wh.sum() * _A_KILO)


def _from_sun(place: Place, others: Floats) -> Floats:
    """Return what of each slot would be given away without it."""
    sun: Floats = np.clip(-others[place.slots], 0, np.maximum(place.wh, 0))
    return sun
