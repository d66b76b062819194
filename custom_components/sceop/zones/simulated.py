"""Simulated lamps: lit as the simulated office says, until a person decides otherwise."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from homeassistant.core import Context
from homeassistant.util import dt as dt_util

from ..core.lighting import Cause, Seen, Who
from ..core.simulate import offices
from ..core.simulate.calendar import WEEK, local_week, week_of
from ..core.simulate.sites import Office
from .causes import Causes
from .kept import dump_cause, load_cause
from .lamps import Changed, Look

_MINUTE = timedelta(minutes=1)
_WEEKS_AHEAD = 3
_SOMEBODY = Cause(Who.PERSON)

type Keep = Callable[[Mapping[str, Any]], None]
"""Called with what a person asked for, so that it outlives a restart."""


class SimulatedLamps:
    """The lamps of one zone of a simulated office. A hand wins until the simulation itself switches next."""

    certain = True
    entity_ids: Sequence[str] = ()
    missing: Sequence[str] = ()
    has_counter = False

    def __init__(self, causes: Causes, office: Office, name: str, hand: Mapping[str, Any] | None, keep: Keep) -> None:
        self._causes = causes
        self._rated_w = next(zone.rated_w for zone in office.zones if zone.name == name)
        self._office = office
        self._name = name
        self._keep = keep
        self._weeks: dict[datetime, tuple[list[datetime], list[int]]] = {}
        self._changed: Changed = lambda _cause: None
        self._lit_by_hand = False
        self._hand: tuple[datetime, datetime] | None = None
        self._hand_cause = _SOMEBODY
        if hand is not None:
            self._lit_by_hand, self._hand_cause = hand["lit"], load_cause(hand["cause"])
            self._hand = datetime.fromisoformat(hand["since"]), datetime.fromisoformat(hand["until"])

    def open(self, changed: Changed) -> None:
        """Tell of every hand; when the simulation itself switches, `next_change` says."""
        self._changed = changed

    def close(self) -> None:
        """Tell of none any more."""
        self._changed = lambda _cause: None

    def seen(self, since: datetime, at: datetime) -> Sequence[Seen]:
        """Return every change since then, and how the lamps are now."""
        changes = {instant for instant in self._changes(since, at) if instant > since}
        if self._hand is not None:
            changes |= {instant for instant in self._hand if since < instant < at}
        return [self._at(instant) for instant in sorted(changes - {at})] + [self._at(at)]

    def next_change(self, after: datetime) -> datetime | None:
        """Return when the simulation switches next."""
        return next(iter(self._changes(after, after + _WEEKS_AHEAD * WEEK)), None)

    def counter(self) -> int | None:
        """Their energy follows from their power."""
        return None

    def look(self) -> Look:
        """They are lit or not."""
        return Look()

    def used_mws(self, start: datetime, end: datetime) -> int:
        """Return the energy of a stretch of time as the simulation has it."""
        edges = [start, *(instant for instant in self._changes(start, end)), end]
        return sum(
            self._watts(first) * 1000 * ((last - first) // timedelta(seconds=1)) for first, last in pairwise(edges)
        )

    async def turn_on(self, _how: Mapping[str, Any], context: Context | None) -> None:
        """Light them by hand."""
        self._take_in_hand(context, lit=True)

    async def turn_off(self, _how: Mapping[str, Any], context: Context | None) -> None:
        """Put them out by hand."""
        self._take_in_hand(context, lit=False)

    def _take_in_hand(self, context: Context | None, *, lit: bool) -> None:
        now = dt_util.utcnow().replace(microsecond=0)
        until = self.next_change(now)
        assert until is not None  # an office switches several times a week
        self._lit_by_hand, self._hand = lit, (now, until)
        self._hand_cause = _SOMEBODY if context is None else self._causes.of(context)
        self._keep(
            {
                "lit": lit,
                "since": now.isoformat(),
                "until": until.isoformat(),
                "cause": dump_cause(self._hand_cause),
            }
        )
        self._changed(None)

    def _at(self, instant: datetime) -> Seen:
        if self._hand is not None and self._hand[0] <= instant < self._hand[1]:
            watts = self._rated_w if self._lit_by_hand else 0
            return self._show(instant, watts, self._hand_cause)
        return self._show(instant, self._watts(instant), _SOMEBODY)

    def _show(self, instant: datetime, watts: int, cause: Cause) -> Seen:
        return Seen(instant, lit=watts > 0, milliwatts=watts * 1000, measured=True, cause=cause, certain=True)

    def _watts(self, instant: datetime) -> int:
        instants, watts = self._week(instant)
        return watts[bisect_right(instants, instant) - 1]

    def _changes(self, after: datetime, until: datetime) -> list[datetime]:
        """Return when the simulation switches, after one instant and before the other."""
        found: list[datetime] = []
        week, watts = week_of(after), self._watts(after)
        while week < until:
            for instant, following in zip(*self._week(week), strict=True):
                if after < instant < until and following != watts:
                    found.append(instant)
                    watts = following
            week += WEEK
        return found

    def _week(self, instant: datetime) -> tuple[list[datetime], list[int]]:
        """Return when the watts of a week change and to what; its start is the first."""
        if (week := week_of(instant)) not in self._weeks:
            watts = offices.lights(self._office, local_week(week, self._office.place))[self._name].astype(int)
            minutes = np.concatenate(([0], np.flatnonzero(np.diff(watts)) + 1)).tolist()
            self._weeks[week] = [week + minute * _MINUTE for minute in minutes], watts[minutes].tolist()
        return self._weeks[week]
