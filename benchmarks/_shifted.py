"""A community that shifts together, slot by slot: the hub's own board, homes that ask, tell and break their word."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import numpy as np

from sceop_hub.core.forecast.series import Floats
from sceop_hub.core.slots import SLOT
from sceop_hub.domain.plan.board import Board
from sceop_hub.domain.plan.places import Asked, Outlook, Place
from sceop_hub.domain.plan.usual import coming

from ._flexible import A_DAY, SLOTS_AN_HOUR, Load
from ._scotland import BEGAN

ZONE = ZoneInfo("UTC")
type Foresee = Callable[[int], Outlook]
"""Gives what is known at a slot."""


@dataclass(slots=True)
class Run:
    """What came of some days: Wh by slot from the first noon on, and how long the board took."""

    flexible: Floats
    asks: list[float] = field(default_factory=list)
    days: list[float] = field(default_factory=list)
    changes: int = 0


@dataclass(slots=True)
class _Member:
    requests: dict[str, Load] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)


def shifted(
    base: Floats, days: list[list[Load]], first_day: int, warm: int, foresee: Foresee, breaks: frozenset[int] = frozenset()
) -> Run:
    """Let the homes live through the days from noon to noon; the first `warm` days were asked before them."""
    asked = [Asked(load.home, load.asked, load.request) for day in days[:warm] for load in day]
    noon = BEGAN + timedelta(days=first_day, hours=12)
    start = first_day * A_DAY + A_DAY // 2
    count = (len(days) - warm) * A_DAY
    run = Run(np.zeros(count + A_DAY))
    fixed = np.zeros(count + A_DAY)
    board = Board(foresee(start))
    places: dict[tuple[int, str], tuple[Load, Place]] = {}
    begins: dict[datetime, set[tuple[int, str]]] = defaultdict(set)
    members: dict[int, _Member] = defaultdict(_Member)
    queue = [load for day in days[warm:] for load in day][::-1]
    loads_by_id: dict[tuple[int, str], Load] = {}

    def hear(answer: tuple[Place, ...]) -> None:
        for one in answer:
            key = one.household, one.id
            places[key] = loads_by_id[key], one

    spent = 0.0
    for at in range(count):
        now = noon + at * SLOT
        if at % A_DAY == 0:
            if at:
                run.days.append(spent)
            spent = 0.0
            since = now - timedelta(days=7)
            asked = [one for one in asked if one.at >= since]
            began = perf_counter()
            board.expect(coming(asked, now, ZONE))
            spent += perf_counter() - began
        if at % SLOTS_AN_HOUR == 1:
            outlook = foresee(start + at)
            began = perf_counter()
            board.foresee(outlook)
            spent += perf_counter() - began
        # what runs in this slot as it is placed
        live = base[start + at] + fixed[at] + sum(_within(place, now) for _, place in places.values())
        began = perf_counter()
        changed = board.replan(now, live * SLOTS_AN_HOUR)
        spent += perf_counter() - began
        hear(changed)
        run.changes += len(changed)
        for key, (load, place) in list(places.items()):
            wh = _within(place, now)
            run.flexible[at] += wh
            if wh and load.home not in breaks and key[1] not in members[load.home].running:
                members[load.home].running.add(key[1])
                me = members[load.home]
                began = perf_counter()
                answer = board.ask(load.home, [one.request for one in me.requests.values()], now, me.running)
                took = perf_counter() - began
                spent += took
                run.asks.append(took)
                hear(answer)
            if place.end <= now + SLOT:
                del places[key]
                members[load.home].requests.pop(key[1], None)
                members[load.home].running.discard(key[1])
        while queue and queue[-1].asked < now + SLOT:
            load = queue.pop()
            asked.append(Asked(load.home, load.asked, load.request))
            request = load.request
            me = members[load.home]
            loads_by_id[load.home, request.id] = load
            me.requests[request.id] = load
            began = perf_counter()
            answer = board.ask(load.home, [one.request for one in me.requests.values()], load.asked, me.running)
            took = perf_counter() - began
            spent += took
            run.asks.append(took)
            if load.home in breaks:
                for index, wh in enumerate(load.profile, at + 1):
                    if index < len(fixed):
                        fixed[index] += wh
            else:
                hear(answer)
    run.days.append(spent)
    run.flexible += fixed
    return run


def _within(place: Place, now: datetime) -> int:
    index = (now - place.start) // SLOT
    return place.wh[index] if 0 <= index < len(place.wh) else 0
