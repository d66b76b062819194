"""SunSpec readings: what a device shows, turned into the flows of a thing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from ..core.channels import BATTERY_CHARGE, BATTERY_DISCHARGE, GRID_EXPORT, GRID_IMPORT, LOAD, PRODUCTION
from ..core.integrate import Integral, advance
from ..things import ThingKind
from . import STATE_OF_CHARGE, Reading
from .sunspec_models import Shown

WAYS: Final[Mapping[ThingKind, tuple[str, ...]]] = {
    ThingKind.PRODUCTION: (PRODUCTION,),
    ThingKind.GRID_METER: (GRID_IMPORT, GRID_EXPORT),
    ThingKind.BATTERY: (BATTERY_DISCHARGE, BATTERY_CHARGE),
    ThingKind.SUBMETER: (LOAD,),
}
"""The flows of each kind: the one in which power counts as positive, and its opposite."""


class Readings:
    """The readings of one device, and where its counters stood."""

    def __init__(self, kind: ThingKind, flows: tuple[str, ...]) -> None:
        self._kind = kind
        self._flows = flows
        self._counters: dict[str, int] = {}
        self._integrals: dict[str, Integral] = {}

    def take(self, at: datetime, shown: Shown, *, dark: bool) -> Reading:
        """Return the reading of what a device shows; an inverter that rests and tells no power makes nothing."""
        resting = self._kind is ThingKind.PRODUCTION and (dark or not shown.awake)
        net_w = 0 if resting and shown.watts is None else shown.watts
        watts, counters = dict[str, int | None](), dict[str, int | None]()
        ways = zip(WAYS[self._kind], (1, -1), (shown.forth_mwh, shown.back_mwh), strict=False)
        for flow, sign, counter_mwh in ways:
            if flow in self._flows:
                watts[flow] = None if net_w is None else max(sign * net_w, 0)
                counters[flow] = (
                    self._add_up(flow, at, watts[flow])
                    if self._kind is ThingKind.BATTERY
                    else self._counter(flow, counter_mwh, resting=resting)
                )
        charge = shown.state_of_charge
        return Reading(at, watts, counters, {} if charge is None else {STATE_OF_CHARGE: charge})

    def _counter(self, flow: str, counter_mwh: int | None, *, resting: bool) -> int | None:
        """Return the counter. While an inverter rests it may show a lower one or none, but stands where it stood."""
        last_mwh = self._counters.get(flow)
        if resting and last_mwh is not None and (counter_mwh is None or counter_mwh < last_mwh):
            return last_mwh
        if counter_mwh is not None:
            self._counters[flow] = counter_mwh
        return counter_mwh

    def _add_up(self, flow: str, at: datetime, watts: int | None) -> int | None:
        """Make a counter of the power of a device that has none."""
        integral = self._integrals.get(flow)
        if watts is not None:
            integral = Integral(at, watts) if integral is None else advance(integral, at, watts)
            self._integrals[flow] = integral
        return None if integral is None else integral.counter_at(at)
