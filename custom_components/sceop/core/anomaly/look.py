"""Looking: all rules over all channels of a home, and of what they find each thing once.

Give it sixty days, or all there is. What it finds it finds again an hour later under the same key, as long as it was
seen within the last week.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from ..channels import CONSUMPTION, FLOWS, GRID_IMPORT, LOAD, PRODUCTION, SIGNS
from ..forecast.clock import DAY
from ..forecast.series import Series
from ..forecast.surroundings import Place, Weather
from .anomaly import Anomaly, Cause, Kind
from .backwards import backwards
from .flow import NEWCOMER, SEARCHED, Flow, flow, month
from .frozen import frozen
from .low_production import low_production
from .night_cycling import night_cycling
from .sighting import Sighting
from .spike import spikes
from .standby import standby
from .stuck import stuck
from .unusual import unusual
from .verdict import Verdict, silenced

RECENT = 7 * DAY
"""What is over for longer is no longer told."""

STANDING = frozenset({Kind.FROZEN, Kind.BACKWARDS, Kind.LOW_PRODUCTION})
"""Kinds that stay wrong for as long as they last; the others are a home's new normal after a month."""

EXPLAINS = frozenset({Kind.STUCK, Kind.UNUSUAL})
"""Kinds that explain whatever else is seen of the same flow at the same time, and is seen later."""


def anomalies(
    channels: Mapping[str, Series],
    place: Place,
    weather: Weather | None = None,
    *,
    rated_w: int | None = None,
    known: Sequence[Verdict] = (),
) -> tuple[Anomaly, ...]:
    """Return what is not normal in a home's channels, the newest last; the series end now.

    The consumption is made of the flows, or taken where these are not there; `rated_w` is the peak power of the solar
    plant, `known` what people said.
    """
    flows = {
        name: flow(name, series, place)
        for name, series in channels.items()
        if len(series) and not (name == CONSUMPTION and GRID_IMPORT in channels)
    }
    found: list[Sighting] = []
    for name, of in tuple(flows.items()):
        flows[name], faults = _metered(of, zero_says=_zero_says(name, flows))
        found += faults
    if GRID_IMPORT in flows:
        flows[CONSUMPTION], faults = _balanced(flows, place)
        found += faults
    if CONSUMPTION in flows and len(flows[CONSUMPTION]):
        found += _used(flows[CONSUMPTION], place)
    for name, of in flows.items():
        if name.startswith(f"{LOAD}."):
            found += [*stuck(of, any_time=True), *night_cycling(of)]
    if PRODUCTION in flows:
        found += low_production(flows[PRODUCTION], place, weather, rated_w)
    now = max((of.end for of in flows.values()), default=None)
    recent = [
        _dated(each.anomaly, flows[each.anomaly.channel], place)
        for each in _explained(found)
        if now is not None
        and now - each.anomaly.until < RECENT
        and (now - each.anomaly.since < SEARCHED or each.anomaly.kind in STANDING)
    ]
    heard = (anomaly for anomaly in recent if not silenced(anomaly, known, place))
    return tuple(sorted(heard, key=lambda each: (each.since, each.kind, each.channel)))


def _dated(anomaly: Anomaly, of: Flow, place: Place) -> Anomaly:
    """Let begin with its last month what nobody saw begin: the edge of what is looked at moves on each day."""
    seen_to_begin = anomaly.since - of.start >= NEWCOMER * DAY
    if seen_to_begin or anomaly.kind not in STANDING or of.end - of.start <= SEARCHED:
        return anomaly
    return replace(anomaly, since=max(anomaly.since, month(anomaly.until, place)))


def _metered(of: Flow, *, zero_says: bool) -> tuple[Flow, list[Sighting]]:
    """Return what a meter says without what can not be true, and what that was."""
    down, negative = backwards(of)
    of = of.without(negative)
    still, same = frozen(of, zero_says=zero_says)
    of = of.without(same)
    high, leapt = spikes(of)
    # A meter that stood still shows afterwards all that it has missed.
    thawed = {each.anomaly.until for each in still}
    return of.without(leapt), [*down, *still, *(each for each in high if each.anomaly.since not in thawed)]


def _zero_says(name: str, flows: Mapping[str, Flow]) -> bool:
    return name == CONSUMPTION or (name == GRID_IMPORT and not any(own in flows for own in FLOWS if own != GRID_IMPORT))


def _balanced(flows: Mapping[str, Flow], place: Place) -> tuple[Flow, list[Sighting]]:
    """Return the consumption, unknown where one of its flows is, and where the flows contradict each other."""
    parts = [(SIGNS[name], of) for name, of in flows.items() if name in SIGNS]
    step = flows[GRID_IMPORT].step
    if any(of.step != step for _, of in parts):
        raise ValueError("the flows of a site come in equal steps")
    start, end = max(of.start for _, of in parts), min(of.end for _, of in parts)
    count = max((end - start) // step, 0)
    total = np.zeros(count)
    for sign, of in parts:
        first = (start - of.start) // step
        total += sign * of.watts[first : first + count]
    used = flow(CONSUMPTION, Series(start, total * (step / timedelta(hours=1)), step), place)
    if len(parts) == 1:
        return used, []
    found, _ = backwards(used)
    return used.without(used.watts < 0), found


def _used(of: Flow, place: Place) -> list[Sighting]:
    return [*stuck(of), *unusual(of, place), *standby(of), *night_cycling(of)]


def _explained(found: Iterable[Sighting]) -> list[Sighting]:
    """Leave out what something explains that was seen earlier: one thing rings once."""
    kept: list[Sighting] = []
    for each in sorted(found, key=lambda one: (one.seen, one.anomaly.kind, one.anomaly.channel)):
        if not any(_explains(other.anomaly, each.anomaly) for other in kept):
            kept.append(each)
    return kept


def _explains(other: Anomaly, anomaly: Anomaly) -> bool:
    if anomaly.since >= other.until or other.since >= anomaly.until:
        return False
    if other.kind is Kind.LOW_PRODUCTION and anomaly.kind is Kind.LOW_PRODUCTION:
        return anomaly.cause is not Cause.NOTHING
    return anomaly.channel == CONSUMPTION and other.kind in EXPLAINS and _about_use(other.channel)


def _about_use(channel: str) -> bool:
    return channel == CONSUMPTION or channel.startswith(f"{LOAD}.")
