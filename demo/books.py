"""The hub's books, looked at from beside the hub."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta

from sceop_hub.core.slots import SLOT

from . import site
from .processes import POLL_S
from .state import Demo, Refused

HOME_PAST = timedelta(days=59)
"""The home in Home Assistant brings 60 days of its own, less the slot in which it was set up."""
OVERTAKEN_S = 120


def books_of(demo: Demo) -> sqlite3.Connection:
    """Open the hub's database beside the hub, to read only."""
    return sqlite3.connect(f"file:{demo.hub_data / 'hub.db'}?mode=ro", uri=True)


class Gap(Refused):
    """Slots that are missing between others."""


def runs(books: sqlite3.Connection, name: str) -> list[range]:
    """Return the slots of each of a member's channels; a gap is wrong."""
    found = books.execute(
        "SELECT MIN(slot), MAX(slot) + 1, COUNT(*) FROM household JOIN channel ON household = household.id"
        " JOIN reading ON reading.channel = channel.id WHERE household.name = ? GROUP BY channel.id",
        (name,),
    ).fetchall()
    if any(end - first != count for first, end, count in found):
        raise Gap(f"{name} has a gap: {found}")
    return [range(first, end) for first, end, _ in found]


async def past_of_the_home(demo: Demo) -> timedelta:
    """Wait until the home in Home Assistant has sent its past; return how much that is.

    A slot that closes meanwhile overtakes the past, so a gap is one only when it stays.
    """
    patience = asyncio.get_running_loop().time() + OVERTAKEN_S
    while True:
        try:
            with closing(books_of(demo)) as books:
                held = runs(books, site.NAME)
            past = SLOT * min((len(slots) for slots in held), default=0)
            if past >= HOME_PAST:
                return past
        except Gap:
            if asyncio.get_running_loop().time() > patience:
                raise
        await asyncio.sleep(POLL_S)
