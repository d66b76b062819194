"""Simulated meters: counters that never stop, the slots between them, and the power of this moment."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from ..channels import BATTERY_CHARGE, BATTERY_DISCHARGE
from ..meter import ClosedSlot
from ..slots import SLOT, Span
from .battery import EFFICIENCY_PERCENT
from .calendar import WEEK, minute_of, week_of
from .sites import Home, Site
from .trace import trace

_SLOT_MINUTES = SLOT // timedelta(minutes=1)


@dataclass(slots=True)
class SimulatedMeters:
    """The meters of one site, which stood at zero at the start of the week of `since`."""

    site: Site
    since: datetime
    _watt_minutes: dict[datetime, dict[str, int]] = field(default_factory=dict)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that the site has."""
        return tuple(trace(self.site, week_of(self.since)).watts)

    def watts(self, instant: datetime) -> dict[str, int]:
        """Return the power of every channel, moving evenly from this minute's to the next one's."""
        seconds = instant.second
        now, soon = (
            {channel: int(watts[minute_of(when)]) for channel, watts in trace(self.site, week_of(when)).watts.items()}
            for when in (instant, instant + timedelta(minutes=1))
        )
        return {channel: (now[channel] * (60 - seconds) + soon[channel] * seconds) // 60 for channel in now}

    def counters_mwh(self, instant: datetime) -> dict[str, int]:
        """Return how far every counter has run, in thousandths of a Wh."""
        week, minute = week_of(instant), minute_of(instant)
        before = self._before(week)
        seconds = (instant - week) / timedelta(seconds=1) - 60 * minute
        return {
            channel: int((before[channel] + int(watts[:minute].sum()) + int(watts[minute]) * seconds / 60) * 1000 // 60)
            for channel, watts in trace(self.site, week).watts.items()
        }

    def charge_percent(self, instant: datetime) -> int | None:
        """Return how full the site's battery is, if it has one."""
        if not isinstance(self.site, Home) or self.site.battery is None:
            return None
        watts, minute = trace(self.site, week_of(instant)).watts, minute_of(instant)
        took, gave = (int(watts[channel][:minute].sum()) for channel in (BATTERY_CHARGE, BATTERY_DISCHARGE))
        stored = took * EFFICIENCY_PERCENT // 100 - gave
        return min(max(stored * 100 // (self.site.battery.capacity_wh * 60), 0), 100)

    def slots(self, channel: str, span: Span) -> list[ClosedSlot]:
        """Return what the channel's counter moved in each slot of the span."""
        edges: list[int] = []
        week = week_of(span.start)
        while week < span.end:
            minutes = trace(self.site, week).watts[channel].reshape(-1, _SLOT_MINUTES).sum(axis=1)
            passed = np.concatenate(([0], np.cumsum(minutes)[:-1])) + self._before(week)[channel]
            edges.extend((passed // 60).tolist())
            week += WEEK
        edges.append(self._before(week)[channel] // 60)
        first = (span.start - week_of(span.start)) // SLOT
        return [
            ClosedSlot(start, edges[number + 1] - edges[number], "measured")
            for number, start in enumerate(span, start=first)
        ]

    def _before(self, week: datetime) -> dict[str, int]:
        """Return the watt minutes that every counter had gathered before this week."""
        if week in self._watt_minutes:
            return self._watt_minutes[week]
        total = dict.fromkeys(self.channels, 0)
        passing = week_of(self.since)
        while passing < week:
            self._watt_minutes[passing] = dict(total)
            for channel, watts in trace(self.site, passing).watts.items():
                total[channel] += int(watts.sum())
            passing += WEEK
        self._watt_minutes[week] = dict(total)
        return total
