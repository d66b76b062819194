"""A community that shifts together, slot by slot: the hub's own board, and homes that ask, tell or break their word."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import thread_time
from zoneinfo import ZoneInfo

import numpy as np

from sceop_hub.core.forecast.series import Floats
from sceop_hub.core.slots import SLOT
from sceop_hub.domain.plan.board import Board
from sceop_hub.domain.plan.places import Asked, Outlook, Place
from sceop_hub.domain.plan.usual import coming

from ._flexible import A_DAY, HOMES, SLOTS_AN_HOUR, Load, noon_of

ZONE = ZoneInfo("UTC")
"""The data have no summer time."""

type Foresee = Callable[[int], Outlook]
"""Gives what the forecast told that is known in a slot after the first noon."""


@dataclass(frozen=True, slots=True)
class Shifted:
    """What came of some days, and how long the board took; seconds are those of its own work."""

    flexible: Floats
    """Wh by slot from the first noon on."""
    asks: list[float]
    days: list[float]
    changes: int
    wrong: int
    """Requests that were not given their energy to the Wh, within their window."""
    waited: Floats
    """By home: how much of its windows it waited on the mean."""


@dataclass(slots=True)
class _Home:
    breaks: bool
    loads: dict[str, Load] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)
    places: dict[str, Place] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)


class Community:
    """Homes and their hub, for some days."""

    def __init__(self, base: Floats, before: Sequence[Load], first_day: int, count: int, foresee: Foresee) -> None:
        self._base = base
        self._noon = noon_of(first_day)
        self._foresee = foresee
        self._asked = [Asked(load.home, load.asked, load.request) for load in before]
        self._homes = [_Home(breaks=False) for _ in range(HOMES)]
        self._flexible = np.zeros((count + 1) * A_DAY)
        self._board = Board(foresee(0))
        self._asks: list[float] = []
        self._days: list[float] = []
        self._changes = self._wrong = 0
        self._waits: dict[int, list[float]] = defaultdict(list)

    def live(self, days: Sequence[Sequence[Load]], breaks: frozenset[int] = frozenset()) -> Shifted:
        """Let the homes live through days from noon to noon."""
        for home in breaks:
            self._homes[home].breaks = True
        queue = [load for day in days for load in day][::-1]
        for at in range(len(days) * A_DAY):
            self._plan(at)
            self._run(at)
            while queue and queue[-1].asked < self._noon + (at + 1) * SLOT:
                self._wants(queue.pop())
        waited = np.array([np.mean(self._waits[home]) if home in self._waits else np.nan for home in range(HOMES)])
        return Shifted(self._flexible, self._asks, self._days, self._changes, self._wrong, waited)

    def _plan(self, at: int) -> None:
        """Let the hub do what its job does at each slot: hear the new forecast, measure, and plan anew."""
        now = self._noon + at * SLOT
        if at % A_DAY == 0:
            self._days.append(0.0)
            self._asked = [one for one in self._asked if one.at >= now - timedelta(days=7)]
            self._timed(lambda: self._board.expect(coming(self._asked, now, ZONE, lately=self._board.lately)))
        if at % SLOTS_AN_HOUR == 1:
            outlook = self._foresee(at)
            self._timed(lambda: self._board.foresee(outlook))
        planned = sum(_within(place, at, self._noon) for home in self._homes for place in home.places.values())
        live_w = (self._base[at] + self._flexible[at] + planned) * SLOTS_AN_HOUR
        changed, _ = self._timed(lambda: self._board.replan(now, live_w))
        self._hear(changed)
        self._changes += len(changed)

    def _run(self, at: int) -> None:
        """Run what has its place now; who begins says so, and who is done forgets it."""
        for number, home in enumerate(self._homes):
            for id_, place in list(home.places.items()):
                wh = _within(place, at, self._noon)
                if not wh:
                    continue
                self._flexible[at] += wh
                home.taken[id_] = home.taken.get(id_, 0) + wh
                if id_ not in home.running:
                    home.running.add(id_)
                    self._ask(number, self._noon + at * SLOT)
                if home.taken[id_] >= sum(home.loads[id_].profile):
                    self._done(number, id_, at)

    def _done(self, number: int, id_: str, at: int) -> None:
        home = self._homes[number]
        load, wh = home.loads.pop(id_), home.taken.pop(id_)
        del home.places[id_]
        home.running.discard(id_)
        first, end = load.window(self._noon)
        shortest = len(load.profile)
        self._wrong += wh != sum(load.profile) or at + 1 > max(end, first + shortest)
        if end > first + shortest:
            self._waits[number].append((at + 1 - first - shortest) / (end - first - shortest))

    def _wants(self, load: Load) -> None:
        """Let a home ask; one that breaks its word asks as well, and runs its load at once."""
        home = self._homes[load.home]
        self._asked.append(Asked(load.home, load.asked, load.request))
        home.loads[load.request.id] = load
        for id_ in [id_ for id_, one in home.loads.items() if home.breaks and one.request.ready_by < load.asked]:
            del home.loads[id_]
        if home.breaks:
            for slot, wh in enumerate(load.profile, load.window(self._noon)[0]):
                if slot < len(self._flexible):
                    self._flexible[slot] += wh
        self._ask(load.home, load.asked)

    def _ask(self, number: int, now: datetime) -> None:
        home = self._homes[number]
        requests = [load.request for load in home.loads.values()]
        answer, took = self._timed(lambda: self._board.ask(number, requests, now, home.running))
        self._asks.append(took)
        self._hear(answer)

    def _hear(self, places: Sequence[Place]) -> None:
        for place in places:
            if not self._homes[place.household].breaks:
                self._homes[place.household].places[place.id] = place

    def _timed[T](self, work: Callable[[], T]) -> tuple[T, float]:
        began = thread_time()
        found = work()
        took = thread_time() - began
        self._days[-1] += took
        return found, took


def _within(place: Place, at: int, noon: datetime) -> int:
    """Return what a place takes in a slot after a noon."""
    index = at - (place.start - noon) // SLOT
    return place.wh[index] if 0 <= index < len(place.wh) else 0
