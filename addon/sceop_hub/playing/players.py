"""Who plays, and of whom enough is known to be ranked."""

import sqlite3
from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from ..core.slots import from_number, local_midnight, to_number
from ..domain.game.standing import RANKED_DAYS, Player, why_not
from ..store import game, own, periods


def players_of(books: sqlite3.Connection, points: Mapping[int, int], today: date, zone: ZoneInfo) -> dict[int, Player]:
    """Return all households that take part, each with its points and why it is not ranked.

    A home is looked at from its first slot on, which may lie before it joined: its own past came along.
    """
    people = game.people(books)
    days = [today - timedelta(days=back) for back in range(RANKED_DAYS, 0, -1)]
    begin, end = (to_number(local_midnight(day, zone)) for day in (days[0], today))
    shares = periods.completeness(books, [one.household for one in people if one.home], days, zone)
    first = own.first_slots(books)
    found = {}
    for one in people:
        since = max(first.get(one.household, end), begin)
        known = shares.get(one.household, 0.0) * (end - begin)
        reason = why_not(
            home=one.home,
            by_hand=one.by_hand,
            days=(today - from_number(since).astimezone(zone).date()).days,
            complete=min(known / max(end - since, 1), 1.0),
        )
        found[one.household] = Player(one.household, points.get(one.household, 0), one.name, one.team, reason)
    return found
