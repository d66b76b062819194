"""Whose weather the coordinator believes: decided household by household, and noted."""

import sqlite3

from .domain.members import Household
from .hub import Hub
from .store import audit, weather


async def trust(hub: Hub, who: str, household: Household, *, on: bool) -> None:
    """Take the weather from a household, or no longer. Deciding the same again changes nothing."""

    def keep(books: sqlite3.Connection) -> None:
        if weather.trust(books, household.id, on=on):
            subject = f"household:{household.public_id}"
            if on:
                audit.note(books, hub.clock(), who, "household.trust_weather", subject)
            else:
                audit.note(books, hub.clock(), who, "household.distrust_weather", subject)

    await hub.store.write(keep)
