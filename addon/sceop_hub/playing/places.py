"""Places in the community's plan that were kept: as the household says, and as its meter shows."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Set as AbstractSet
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ..core.slots import SLOT, to_number
from ..domain.game.points import Promise
from ..domain.reservation import Reserved
from ..store import challenges, game

WAITED_FOR = timedelta(days=3)
"""For slots of a home that was away; afterwards nothing can be said of its places."""


def begun(household: int, before: Iterable[Reserved], running: AbstractSet[str], now: datetime) -> list[Promise]:
    """Return the places of what begins to run; long before its place came it is not kept there."""
    return [
        _promise(household, one, kept=one.start <= now + SLOT)
        for one in before
        if not one.running and one.request.id in running
    ]


def passed(household: int, before: Iterable[Reserved], noted: int, now: datetime) -> list[Promise]:
    """Return the places that passed by a slot without anything that runs, since the slot that was `noted` last."""
    return [
        _promise(household, one, kept=False)
        for one in before
        if not one.running and noted < to_number(one.start) + 1 <= to_number(now)
    ]


def _promise(household: int, one: Reserved, *, kept: bool) -> Promise:
    return Promise(household, one.start, len(one.wh), sum(one.wh), kept)


def count_places(books: sqlite3.Connection, zone: ZoneInfo, today: datetime) -> None:
    """Count the places of the days before in their days, as far as the meter tells of them."""
    homes: dict[int, list[tuple[int, Promise]]] = defaultdict(list)
    for number, one in game.promises(books, today):
        homes[one.household].append((number, one))
    for household, its in homes.items():
        first = min(to_number(one.start) for _, one in its)
        end = max(to_number(one.start) + one.slots for _, one in its)
        use = challenges.own_use(books, household, first, end)
        done = []
        for number, one in its:
            kept = one.proved(use)
            if kept is not None:
                day = one.start.astimezone(zone).date()
                game.note_place(books, household, day, one.wh, one.wh if kept else 0)
            if kept is not None or one.start < today - WAITED_FOR:
                done.append(number)
        game.done_with(books, done)
